/** The cooperative itself: what is signed of it, and what only its own people need. */

import { useState } from "preact/hooks";
import type { JsonObject } from "../../verify/json.ts";
import type { App, ScreenProps } from "../app/app.ts";
import type { Region, Workbook } from "../workbook.ts";
import { description, organisationAttributes, saidText } from "./describing.ts";
import { NeedsNetwork, Saved, useDescription, useSaving } from "./form.tsx";
import { Choice, DeskPage, Photo, SignButton, Text } from "./parts.tsx";
import { today } from "./views.ts";

const LINES = ["herb", "rice", "honey"] as const;
const REGIONS: readonly Region[] = ["north", "central", "south"];

/** `#/desk/org` */
export function OrgScreen({ app }: ScreenProps) {
  const { workbook, c } = app;
  const { attributes, missing } = useDescription(app, workbook?.org.uri ?? null);
  if (!workbook || missing || attributes === null)
    return (
      <DeskPage app={app} room="org" title={c.t("desk.room.org")} narrow>
        {missing || !workbook ? <NeedsNetwork app={app} /> : <p role="status">{c.t("desk.loading")}</p>}
      </DeskPage>
    );
  return <Form app={app} workbook={workbook} before={attributes} />;
}

function Form(props: { readonly app: App; readonly workbook: Workbook; readonly before: JsonObject }) {
  const { app, workbook, before } = props;
  const { c } = app;
  const { org } = workbook;
  const [name, setName] = useState(saidText(before, "name") || org.name);
  const [address, setAddress] = useState(saidText(before, "streetAddressOne"));
  const [province, setProvince] = useState(saidText(before, "state"));
  const [phone, setPhone] = useState(org.phone ?? saidText(before, "telephone"));
  const [image, setImage] = useState<string | null>(saidText(before, "image") || null);
  const [region, setRegion] = useState<Region>(org.region);
  const [lines, setLines] = useState<readonly string[]>(org.lines);
  const [tried, setTried] = useState(false);
  const saving = useSaving(app);
  const toggle = (line: string) =>
    setLines(lines.includes(line) ? lines.filter((each) => each !== line) : [...lines, line]);
  const sign = () => {
    setTried(true);
    if (!name.trim()) return;
    const said = { name, address, province, phone, image };
    void saving.save(
      [description("organisation", org.uri, organisationAttributes(said, before), today(new Date()))],
      { sentence: c.t("desk.org.slip"), photos: image && image !== saidText(before, "image") ? [image] : [] },
      () => app.api.put("/api/v1/desk/farm", { region, phone, lines }),
    );
  };
  return (
    <DeskPage
      app={app}
      room="org"
      title={c.t("desk.room.org")}
      narrow
      end={<SignButton app={app} busy={saving.busy} onSign={sign} />}
    >
      <Saved app={app} saving={saving} />
      <section class="card stack">
        <p class="m2">{c.t("desk.org.number", { gln: org.gln })}</p>
        <Text
          name="name"
          label={c.t("desk.org.name")}
          value={name}
          wrong={tried && !name.trim() ? c.t("desk.needed") : null}
          onInput={setName}
        />
        <Text name="address" label={c.t("desk.org.address")} value={address} onInput={setAddress} />
        <Text name="province" label={c.t("desk.org.province")} value={province} onInput={setProvince} />
        <Text
          name="phone"
          type="tel"
          label={c.t("desk.org.phone")}
          hint={c.t("desk.org.phone_hint")}
          value={phone}
          onInput={setPhone}
        />
        <Photo app={app} label={c.t("desk.org.mark")} value={image} onTake={setImage} />
      </section>
      <section class="card stack">
        <h2 class="as3">{c.t("desk.org.own")}</h2>
        <fieldset class="choices">
          <legend>{c.t("desk.org.lines")}</legend>
          {LINES.map((line) => (
            <label key={line}>
              <input
                type="checkbox"
                name={`line-${line}`}
                checked={lines.includes(line)}
                onChange={() => toggle(line)}
              />
              {c.t(`line.name.${line}`)}
            </label>
          ))}
        </fieldset>
        <Choice
          label={c.t("desk.org.region")}
          name="region"
          options={REGIONS.map((each) => [each, c.t(`desk.region.${each}`)] as const)}
          value={region}
          onChoose={setRegion}
        />
      </section>
    </DeskPage>
  );
}
