/** Inviting an organisation's first person: an officer, a laboratory, a shop. The code on this screen is the way in. */

import { useState } from "preact/hooks";
import { hasCheckDigit } from "../../scan/typing.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Icon, Note } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Invited } from "../core/api.ts";
import { Choice, Text } from "../desk/parts.tsx";
import { AlliancePage } from "./parts.tsx";

const ROLES = ["officer", "laboratory", "retailer", "auditor"] as const;
type Invitee = (typeof ROLES)[number];

/** `#/alliance/invite` */
export function InviteScreen({ app }: ScreenProps) {
  const { c } = app;
  const [role, setRole] = useState<Invitee>("officer");
  const [orgName, setOrgName] = useState("");
  const [gln, setGln] = useState("");
  const [prefix, setPrefix] = useState("");
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const ofOrg = role !== "auditor";
  const wrong = {
    name: name.trim() ? null : c.t("alliance.invite.needed"),
    orgName: orgName.trim() ? null : c.t("alliance.invite.needed"),
    gln: /^\d{13}$/.test(gln.trim()) && hasCheckDigit(gln.trim()) ? null : c.t("alliance.invite.gln_wrong"),
    prefix: /^\d{7,11}$/.test(prefix.trim()) ? null : c.t("alliance.invite.prefix_wrong"),
  };
  const right = !wrong.name && (!ofOrg || (!wrong.orgName && !wrong.gln && !wrong.prefix));
  const invite = async () => {
    setTried(true);
    if (!right) return;
    setBusy(true);
    setTrouble(null);
    try {
      const asked = {
        role,
        name: name.trim(),
        ...(phone.trim() && { phone: phone.trim() }),
        ...(ofOrg && {
          org: `https://id.gs1.org/417/${gln.trim()}`,
          orgName: orgName.trim(),
          prefix: prefix.trim(),
        }),
      };
      setInvited(await app.api.invite(asked));
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
    setBusy(false);
  };
  const title = invited ? c.t("alliance.invite.scan", { name: name.trim() }) : c.t("alliance.invite.title");
  return (
    <AlliancePage
      app={app}
      room="invite"
      title={title}
      back="/alliance"
      narrow
      end={
        !invited && (
          <button type="button" class="btn big" disabled={busy} onClick={() => void invite()}>
            <Icon name="plus" />
            {c.t("alliance.invite.make")}
          </button>
        )
      }
    >
      {invited ? (
        <Code app={app} invited={invited} name={name.trim()} />
      ) : (
        <>
          {trouble && (
            <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
              <p>{trouble.sentence}</p>
            </Note>
          )}
          <section class="card stack">
            <Choice
              label={c.t("alliance.invite.who")}
              name="role"
              options={ROLES.map((each) => [each, c.t(`alliance.invite.role.${each}`)] as const)}
              value={role}
              onChoose={setRole}
            />
            <Text
              name="name"
              label={c.t("alliance.invite.name")}
              value={name}
              wrong={tried ? wrong.name : null}
              onInput={setName}
            />
            <Text
              name="phone"
              type="tel"
              label={c.t("alliance.invite.phone")}
              value={phone}
              onInput={setPhone}
            />
          </section>
          {ofOrg && (
            <section class="card stack">
              <Text
                name="orgName"
                label={c.t("alliance.invite.org")}
                value={orgName}
                wrong={tried ? wrong.orgName : null}
                onInput={setOrgName}
              />
              <Text
                name="gln"
                mode="numeric"
                label={c.t("alliance.invite.gln")}
                hint={c.t("alliance.invite.gln_hint")}
                value={gln}
                wrong={tried ? wrong.gln : null}
                onInput={setGln}
              />
              <Text
                name="prefix"
                mode="numeric"
                label={c.t("alliance.invite.prefix")}
                hint={c.t("alliance.invite.prefix_hint")}
                value={prefix}
                wrong={tried ? wrong.prefix : null}
                onInput={setPrefix}
              />
            </section>
          )}
        </>
      )}
    </AlliancePage>
  );
}

/** The code to scan, and the link to send. Whoever uses it first is in; it opens once. */
export function Code(props: { readonly app: App; readonly invited: Invited; readonly name: string }) {
  const { app, invited, name } = props;
  const { c } = app;
  const [copied, setCopied] = useState(false);
  const share = async () => {
    if (navigator.share) await navigator.share({ url: invited.url }).catch(() => undefined);
    else {
      await navigator.clipboard.writeText(invited.url).catch(() => undefined);
      setCopied(true);
    }
  };
  return (
    <section class="card stack qrcard" data-invitation={invited.url}>
      <img
        class="qr"
        src={`/api/v1/invitations/${encodeURIComponent(invited.id)}/qr.svg`}
        alt={c.t("alliance.invite.qr", { name })}
      />
      <p>{c.t("alliance.invite.how", { name, until: c.moment(new Date(invited.expires)) })}</p>
      <button type="button" class="btn sec2 full" onClick={() => void share()}>
        <Icon name="share" />
        {c.t(copied ? "alliance.invite.copied" : "alliance.invite.share")}
      </button>
    </section>
  );
}
