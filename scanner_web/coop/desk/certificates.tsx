/** Certificates: until when each holds, warned of before it ends. */

import { useState } from "preact/hooks";
import type { JsonObject } from "../../verify/json.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Empty, Icon, Pill } from "../app/parts.tsx";
import type { Certificate, Workbook } from "../workbook.ts";
import { certificateAttributes, description } from "./describing.ts";
import { NeedsNetwork, Saved, useDescription, useSaving } from "./form.tsx";
import { codeOf } from "./numbers.ts";
import { DeskPage, Photo, SignButton, Text } from "./parts.tsx";
import { Thumb } from "./products.tsx";
import { standing, standingText, today, toneOf } from "./views.ts";

const ICONS = { good: "check", wait: "clock", caution: "warn", stop: "warn" } as const;

/** A certificate with how it stands today; pressing it leads to its form. */
export function CertificateRow({
  app,
  certificate,
}: {
  readonly app: App;
  readonly certificate: Certificate;
}) {
  const { c } = app;
  const found = standing(certificate.validUntil, today(new Date()));
  const tone = toneOf(found);
  return (
    <a
      class="pick thin"
      href={`#/desk/certificates/edit?uri=${encodeURIComponent(certificate.uri)}`}
      data-level={found.level}
    >
      <Thumb href={certificate.image} icon="file" />
      <span>
        <b>{certificate.name}</b>
        <small>
          {certificate.validUntil && c.t("desk.cert.until", { date: c.date(certificate.validUntil) })}
        </small>
        <Pill tone={tone} icon={ICONS[tone]}>
          {standingText(found, c)}
        </Pill>
      </span>
      <Icon name="chev" />
    </a>
  );
}

/** `#/desk/certificates` */
export function CertificatesScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const found = [...(workbook?.certificates ?? [])].sort((a, b) => (a.validUntil < b.validUntil ? -1 : 1));
  return (
    <DeskPage
      app={app}
      room="certificates"
      title={c.t("desk.room.certificates")}
      end={
        <a class="btn big" href="#/desk/certificates/new">
          <Icon name="plus" />
          {c.t("desk.cert.new")}
        </a>
      }
    >
      {found.length === 0 && <Empty picture="p-book" sentence={c.t("desk.cert.none")} />}
      <ul class="desklist">
        {found.map((certificate) => (
          <li key={certificate.uri}>
            <CertificateRow app={app} certificate={certificate} />
          </li>
        ))}
      </ul>
    </DeskPage>
  );
}

/** `#/desk/certificates/new`, `#/desk/certificates/edit?uri=…` */
export function CertificateScreen({ app, query }: ScreenProps) {
  const { workbook, c } = app;
  const uri = query.get("uri");
  const found = workbook?.certificates.find((each) => each.uri === uri) ?? null;
  const { attributes, missing } = useDescription(app, found?.uri ?? null);
  if (!workbook || missing || attributes === null)
    return (
      <DeskPage
        app={app}
        room="certificates"
        title={found?.name ?? c.t("desk.cert.new")}
        back="/desk/certificates"
        narrow
      >
        {missing || !workbook ? <NeedsNetwork app={app} /> : <p role="status">{c.t("desk.loading")}</p>}
      </DeskPage>
    );
  return <Form key={uri} app={app} workbook={workbook} certificate={found} before={attributes} />;
}

function Form(props: {
  readonly app: App;
  readonly workbook: Workbook;
  readonly certificate: Certificate | null;
  readonly before: JsonObject;
}) {
  const { app, workbook, certificate, before } = props;
  const { c } = app;
  const [name, setName] = useState(certificate?.name ?? "");
  const [standard, setStandard] = useState(certificate?.standard ?? "");
  const [number, setNumber] = useState("");
  const [from, setFrom] = useState(certificate?.validFrom ?? "");
  const [until, setUntil] = useState(certificate?.validUntil ?? "");
  const [image, setImage] = useState(certificate?.image ?? null);
  const [tried, setTried] = useState(false);
  const saving = useSaving(app);
  const needed = (value: string) => (tried && !value.trim() ? c.t("desk.needed") : null);
  const backwards = from !== "" && until !== "" && until < from;
  const sign = () => {
    setTried(true);
    if (!name.trim() || !from || !until || backwards || (!certificate && !number.trim())) return;
    const uri = certificate?.uri ?? newUri(workbook, number);
    const said = { name, standard, validFrom: from, validUntil: until, image };
    void saving.save(
      [description("certificate", uri, certificateAttributes(said, before), today(new Date()))],
      {
        sentence: c.t("desk.cert.slip", { name: name.trim() }),
        photos: image && image !== certificate?.image ? [image] : [],
      },
    );
  };
  return (
    <DeskPage
      app={app}
      room="certificates"
      title={certificate ? certificate.name : c.t("desk.cert.new")}
      back="/desk/certificates"
      narrow
      end={<SignButton app={app} busy={saving.busy} onSign={sign} />}
    >
      <Saved app={app} saving={saving} />
      <section class="card stack">
        <Text
          name="name"
          label={c.t("desk.cert.name")}
          hint={c.t("desk.cert.name_hint")}
          value={name}
          wrong={needed(name)}
          onInput={setName}
        />
        <Text
          name="standard"
          label={c.t("desk.cert.standard")}
          hint={c.t("desk.cert.standard_hint")}
          value={standard}
          onInput={setStandard}
        />
        {!certificate && (
          <Text
            name="number"
            label={c.t("desk.cert.number")}
            value={number}
            wrong={needed(number)}
            onInput={setNumber}
          />
        )}
        <Text
          name="from"
          type="date"
          label={c.t("desk.cert.from")}
          value={from}
          wrong={needed(from)}
          onInput={setFrom}
        />
        <Text
          name="until"
          type="date"
          label={c.t("desk.cert.to")}
          value={until}
          wrong={backwards ? c.t("desk.cert.backwards") : needed(until)}
          onInput={setUntil}
        />
        <Photo app={app} label={c.t("desk.cert.picture")} value={image} onTake={setImage} />
      </section>
    </DeskPage>
  );
}

/** A document number (GS1 AI 253): the organisation's own, and the certificate's number in capitals. */
function newUri({ org, certificates }: Workbook, number: string): string {
  const base = `https://id.gs1.org/253/${org.gln}`;
  const taken = certificates
    .filter(({ uri }) => uri.startsWith(base))
    .map(({ uri }) => uri.slice(base.length));
  return base + codeOf(number, taken);
}
