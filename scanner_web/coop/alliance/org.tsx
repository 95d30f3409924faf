/** One organisation: why to call, its people and their phones, its keys. A lost phone is replaced by one tap here. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Call, Icon, Note, Pill } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Invited } from "../core/api.ts";
import { useLoad, Wait } from "../desk/parts.tsx";
import { type Org, readOverview, type Somebody } from "./data.ts";
import { Code } from "./invite.tsx";
import { AlliancePage, Sign, saidOf, whyText } from "./parts.tsx";

/** `#/alliance/org/:uri` */
export function OrgScreen({ app, params }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = useLoad(app, "/api/v1/alliance", readOverview);
  const org = loaded.state === "ready" ? loaded.value.orgs.find(({ uri }) => uri === params.uri) : undefined;
  return (
    <AlliancePage app={app} room="all" title={org?.name ?? c.t("alliance.room.all")} back="/alliance" narrow>
      <Wait app={app} loaded={loaded} again={again}>
        {() => (org ? <One app={app} org={org} again={again} /> : <p class="m2">{c.t("alliance.nobody")}</p>)}
      </Wait>
    </AlliancePage>
  );
}

function One({ app, org, again }: { readonly app: App; readonly org: Org; again(): void }) {
  const { c } = app;
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [invited, setInvited] = useState<{ readonly link: Invited; readonly name: string } | null>(null);
  const [ending, setEnding] = useState<string | null>(null);
  const act = async (deed: () => Promise<void>) => {
    setBusy(true);
    setTrouble(null);
    try {
      await deed();
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
    setBusy(false);
  };
  const lost = (person: Somebody) =>
    act(async () => {
      const { invitation } = await app.api.lost(person.id);
      setInvited({ link: invitation, name: person.name ?? org.name });
    });
  const end = (person: Somebody) =>
    act(async () => {
      await app.api.end(person.id);
      setEnding(null);
      again();
    });
  if (invited) return <Code app={app} invited={invited.link} name={invited.name} />;
  return (
    <div class="alliance">
      <section class="card stack">
        <p class="row">
          <Sign state={org.state} />
          <b class="grow">{c.t(`alliance.state.${org.state}`)}</b>
          <Pill icon={org.kind === "laboratory" ? "flask" : org.kind === "retailer" ? "box" : "leaf"}>
            {c.t(`alliance.kind.${org.kind}`)}
          </Pill>
        </p>
        {org.why.map((why) => (
          <Note key={why.code} tone="caution" icon="warn" title={whyText(c, why)} />
        ))}
        <p class="m2">
          {org.why.length > 0 && org.last
            ? c.t("alliance.last", { age: c.age(new Date(org.last), new Date()) })
            : saidOf(c, org)}
          {org.events > 0 ? ` · ${c.t("alliance.entries", { n: org.events, k: org.recent })}` : ""}
        </p>
        <Call
          c={c}
          phone={org.phone}
          kind="big"
          label={
            org.contact
              ? c.t("alliance.call_name", { name: org.contact, phone: org.phone })
              : c.t("coop.call", { phone: org.phone })
          }
        />
      </section>
      {trouble && (
        <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
          <p>{trouble.sentence}</p>
        </Note>
      )}
      <section class="card">
        <h2>{c.t("alliance.people")}</h2>
        {org.people.length === 0 && <p class="m2">{c.t("alliance.no_people")}</p>}
        <ul class="calls">
          {org.people.map((person) => (
            <li key={person.id} data-person={person.name ?? person.id}>
              <div>
                <b>{person.name ?? c.t("alliance.unnamed")}</b>
                <small>
                  {c.maybe(`alliance.role.${person.role}`) || person.role}
                  {person.state === "lost" ? ` · ${c.t("alliance.is_lost")}` : ""}
                </small>
              </div>
              {ending === person.id ? (
                <>
                  <button type="button" class="btn stop" disabled={busy} onClick={() => void end(person)}>
                    {c.t("alliance.end_sure")}
                  </button>
                  <button type="button" class="btn sec2" onClick={() => setEnding(null)}>
                    {c.t("alliance.keep")}
                  </button>
                </>
              ) : (
                <>
                  <button type="button" class="btn sec2" disabled={busy} onClick={() => void lost(person)}>
                    <Icon name="repeat" />
                    {c.t("alliance.lost")}
                  </button>
                  <button type="button" class="linkish" onClick={() => setEnding(person.id)}>
                    {c.t("alliance.end")}
                  </button>
                </>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section class="card">
        <h2>{c.t("alliance.keys")}</h2>
        <ul class="calls">
          {org.keys.map((key) => (
            <li key={key.kid}>
              <div>
                <b>{c.maybe(`alliance.role.${key.role}`) || key.role}</b>
                <small>{key.kid.slice(0, 12)}…</small>
              </div>
              <Pill tone={key.revoked ? "stop" : "good"} icon={key.revoked ? "x" : "check"}>
                {c.t(key.revoked ? "alliance.key.revoked" : `alliance.key.${key.custody}`)}
              </Pill>
            </li>
          ))}
        </ul>
      </section>
      <a class="btn sec2 full" href={`#/alliance/audit?org=${encodeURIComponent(org.uri)}`}>
        <Icon name="list" />
        {c.t("alliance.room.audit")}
      </a>
    </div>
  );
}
