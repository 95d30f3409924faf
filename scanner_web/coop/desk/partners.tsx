/** Whom the cooperative deals with, and whom to call there. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Call, Empty, Icon, Note } from "../app/parts.tsx";
import type { Partner } from "../workbook.ts";
import { Saved, useSaving } from "./form.tsx";
import { checkDigit } from "./numbers.ts";
import { Choice, DeskPage, SignButton, Text } from "./parts.tsx";

const ROLES = ["retailer", "buyer", "laboratory", "supplier", "carrier", "other"] as const;
type Role = (typeof ROLES)[number];

/** `#/desk/partners` */
export function PartnersScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const partners = workbook?.partners ?? [];
  return (
    <DeskPage
      app={app}
      room="partners"
      title={c.t("desk.room.partners")}
      end={
        <a class="btn big" href="#/desk/partners/new">
          <Icon name="plus" />
          {c.t("desk.partner.new")}
        </a>
      }
    >
      {partners.length === 0 && <Empty picture="p-ship" sentence={c.t("desk.partner.none")} />}
      <ul class="desklist">
        {partners.map((partner) => (
          <li key={partner.uri} class="card partner">
            <a class="pick thin" href={`#/desk/partners/edit?uri=${encodeURIComponent(partner.uri)}`}>
              <span class="tl__n">
                <Icon name={partner.role === "laboratory" ? "flask" : "truck"} />
              </span>
              <span>
                <b>{partner.name}</b>
                <small>{c.t(`desk.partner.role.${roleOf(partner.role)}`)}</small>
              </span>
              <Icon name="chev" />
            </a>
            <Call c={c} phone={partner.phone} />
          </li>
        ))}
      </ul>
    </DeskPage>
  );
}

function roleOf(text: string): Role {
  return ROLES.find((role) => role === text) ?? "other";
}

/** `#/desk/partners/new`, `#/desk/partners/edit?uri=…`: working data, signed by nobody. */
export function PartnerScreen({ app, query }: ScreenProps) {
  const partner = app.workbook?.partners.find(({ uri }) => uri === query.get("uri")) ?? null;
  return <Form key={partner?.uri} app={app} partner={partner} />;
}

function Form({ app, partner }: { readonly app: App; readonly partner: Partner | null }) {
  const { c } = app;
  const [name, setName] = useState(partner?.name ?? "");
  const [gln, setGln] = useState(partner?.uri.split("/").at(-1) ?? "");
  const [role, setRole] = useState<Role>(roleOf(partner?.role ?? "retailer"));
  const [phone, setPhone] = useState(partner?.phone ?? "");
  const [tried, setTried] = useState(false);
  const [kept, setKept] = useState(false);
  const saving = useSaving(app);
  const digits = gln.replaceAll(/\s/g, "");
  const isNumber = /^[0-9]{13}$/.test(digits) && checkDigit(digits.slice(0, 12)) === Number(digits[12]);
  const save = async () => {
    setTried(true);
    if (!name.trim() || !isNumber) return;
    const uri = partner?.uri ?? `https://id.gs1.org/417/${digits}`;
    await saving.save([], { sentence: "" }, () =>
      app.api.put("/api/v1/desk/partners", { uri, name: name.trim(), role, phone: phone.trim() || null }),
    );
    setKept(true);
  };
  return (
    <DeskPage
      app={app}
      room="partners"
      title={partner ? partner.name : c.t("desk.partner.new")}
      back="/desk/partners"
      narrow
      end={<SignButton app={app} busy={saving.busy} label={c.t("desk.keep")} onSign={() => void save()} />}
    >
      <Saved app={app} saving={saving} />
      {kept && !saving.unkept && !saving.trouble && (
        <Note tone="good" icon="check" title={c.t("desk.kept")} />
      )}
      <section class="card stack">
        <Text
          name="name"
          label={c.t("desk.partner.name")}
          value={name}
          wrong={tried && !name.trim() ? c.t("desk.needed") : null}
          onInput={setName}
        />
        <Text
          name="gln"
          mode="numeric"
          label={c.t("desk.partner.gln")}
          hint={c.t("desk.partner.gln_hint")}
          disabled={partner !== null}
          value={gln}
          wrong={tried && !isNumber ? c.t("desk.partner.gln_wrong") : null}
          onInput={setGln}
        />
        <Choice
          label={c.t("desk.partner.what")}
          name="role"
          options={ROLES.map((each) => [each, c.t(`desk.partner.role.${each}`)] as const)}
          value={role}
          onChoose={setRole}
        />
        <Text
          name="phone"
          type="tel"
          label={c.t("desk.partner.phone")}
          hint={c.t("desk.partner.phone_hint")}
          value={phone}
          onInput={setPhone}
        />
      </section>
    </DeskPage>
  );
}
