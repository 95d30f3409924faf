/** Members: inviting with a code on this screen, admitting keys, a lost phone in two taps. */

import { useEffect, useRef, useState } from "preact/hooks";
import { b64urlDecode } from "../../verify/encoding.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Call, Empty, Icon, Note, Pill } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Invited, Person } from "../core/api.ts";
import { signKeyStatement } from "../core/statement.ts";
import { DeskPage, type Loaded, SignButton, Text, Wait } from "./parts.tsx";

const ASK_AGAIN = 3_000; // milliseconds, while somebody scans the code

/** Sign the keys of members who have joined: the invitation was this officer's act. How many were admitted. */
export async function admitWaiting(app: App): Promise<number> {
  if (!app.key || app.practice) return 0;
  const seen = app.workbook?.seen ?? null;
  let admitted = 0;
  for (const { payload, possession } of await app.api.waitingKeys()) {
    const statement = await signKeyStatement(app.key, b64urlDecode(payload), possession, seen);
    await app.api.statements([statement], [possession]);
    admitted++;
  }
  return admitted;
}

/** Admit keys while a screen is open, again and again. */
export function useAdmitting(app: App, onAdmitted: () => void): Trouble | null {
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const told = useRef(onAdmitted);
  told.current = onAdmitted;
  useEffect(() => {
    let here = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const turn = async () => {
      if (!document.hidden) {
        try {
          if ((await admitWaiting(app)) > 0 && here) told.current();
          if (here) setTrouble(null);
        } catch (error) {
          if (here) setTrouble(troubleOf(error, app.c));
        }
      }
      if (here) timer = setTimeout(() => void turn(), ASK_AGAIN);
    };
    void turn();
    return () => {
      here = false;
      clearTimeout(timer);
    };
  }, [app]);
  return trouble;
}

function usePeople(app: App): [Loaded<readonly Person[]>, () => void] {
  const [loaded, setLoaded] = useState<Loaded<readonly Person[]>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  const { api } = app;
  useEffect(() => {
    let here = turn >= 0;
    api
      .people()
      .then((value) => here && setLoaded({ state: "ready", value }))
      .catch((error: unknown) => here && setLoaded({ state: "failed", error }));
    return () => {
      here = false;
    };
  }, [api, turn]);
  return [loaded, () => setTurn((now) => now + 1)];
}

/** `#/desk/members` */
export function MembersScreen({ app }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = usePeople(app);
  const trouble = useAdmitting(app, again);
  return (
    <DeskPage
      app={app}
      room="members"
      title={c.t("desk.room.members")}
      end={
        <a class="btn big" href="#/desk/members/new">
          <Icon name="plus" />
          {c.t("desk.member.invite")}
        </a>
      }
    >
      {trouble && (
        <Note tone="caution" icon="warn" title={c.t("desk.member.unsigned")}>
          <p>{trouble.sentence}</p>
        </Note>
      )}
      <Wait app={app} loaded={loaded} again={again}>
        {(people) =>
          people.length === 0 ? (
            <Empty picture="p-other" sentence={c.t("desk.member.none")} />
          ) : (
            <ul class="desklist">
              {people.map((person) => (
                <li key={person.id}>
                  <a
                    class="pick thin"
                    href={`#/desk/members/${person.id}`}
                    data-person={person.name ?? person.id}
                  >
                    <span class="tl__n">
                      <Icon name="user" />
                    </span>
                    <span>
                      <b>{person.name ?? c.t("desk.member.unnamed")}</b>
                      <small>{seenText(person, app)}</small>
                      <KeyPill app={app} person={person} />
                    </span>
                    <Icon name="chev" />
                  </a>
                </li>
              ))}
            </ul>
          )
        }
      </Wait>
    </DeskPage>
  );
}

function KeyPill({ app, person }: { readonly app: App; readonly person: Person }) {
  const { c } = app;
  const states = new Set(person.keys.map(({ state }) => state));
  if (person.state === "ended") return <Pill icon="x">{c.t("desk.member.ended")}</Pill>;
  if (states.has("admitted"))
    return (
      <Pill tone="good" icon="check">
        {c.t("desk.member.admitted")}
      </Pill>
    );
  if (states.has("hosted"))
    return (
      <Pill tone="good" icon="check">
        {c.t("desk.member.hosted")}
      </Pill>
    );
  if (states.has("waiting"))
    return (
      <Pill tone="wait" icon="clock">
        {c.t("desk.member.waiting")}
      </Pill>
    );
  return (
    <Pill tone="wait" icon="clock">
      {c.t("desk.member.invited")}
    </Pill>
  );
}

function seenText({ role, lastSeen }: Person, { c }: App): string {
  const seen = lastSeen ? c.t("desk.member.seen", { age: c.age(new Date(lastSeen), new Date()) }) : "";
  return [c.maybe(`desk.role.${role}`), seen].filter(Boolean).join(" · ");
}

/** `#/desk/members/new`: a name, then the code that the member's phone scans. */
export function InviteScreen({ app }: ScreenProps) {
  const { c } = app;
  const [name, setName] = useState("");
  const [phone, setPhone] = useState("");
  const [tried, setTried] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const invite = async () => {
    setTried(true);
    if (!name.trim()) return;
    setBusy(true);
    setTrouble(null);
    try {
      const asked = {
        role: "member" as const,
        name: name.trim(),
        ...(phone.trim() && { phone: phone.trim() }),
      };
      setInvited(await app.api.invite(asked));
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
    setBusy(false);
  };
  if (invited) return <Code app={app} invited={invited} name={name.trim()} />;
  return (
    <DeskPage
      app={app}
      room="members"
      title={c.t("desk.member.who")}
      back="/desk/members"
      narrow
      end={
        <SignButton app={app} busy={busy} label={c.t("desk.member.makecode")} onSign={() => void invite()} />
      }
    >
      {trouble && (
        <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
          <p>{trouble.sentence}</p>
        </Note>
      )}
      <section class="card stack">
        <Text
          name="name"
          label={c.t("desk.member.name")}
          value={name}
          wrong={tried && !name.trim() ? c.t("desk.needed") : null}
          onInput={setName}
        />
        <Text
          name="phone"
          type="tel"
          label={c.t("desk.member.phone")}
          hint={c.t("desk.member.phone_hint")}
          value={phone}
          onInput={setPhone}
        />
      </section>
    </DeskPage>
  );
}

/** The code to scan; the key of who has joined with it is admitted by itself while it is shown. */
function Code({
  app,
  invited,
  name,
}: {
  readonly app: App;
  readonly invited: Invited;
  readonly name: string;
}) {
  const { c } = app;
  const [admitted, setAdmitted] = useState(false);
  const [copied, setCopied] = useState(false);
  const trouble = useAdmitting(app, () => setAdmitted(true));
  const share = async () => {
    if (navigator.share) await navigator.share({ url: invited.url }).catch(() => undefined);
    else {
      await navigator.clipboard.writeText(invited.url).catch(() => undefined);
      setCopied(true);
    }
  };
  return (
    <DeskPage app={app} room="members" title={c.t("desk.member.scan", { name })} back="/desk/members" narrow>
      <section class="card stack qrcard" data-invitation={invited.url}>
        <img
          class="qr"
          src={`/api/v1/invitations/${encodeURIComponent(invited.id)}/qr.svg`}
          alt={c.t("desk.member.qr")}
        />
        <ol class="steps">
          {(["camera", "finger", "wait"] as const).map((step) => (
            <li key={step}>
              <span>{c.t(`desk.member.step.${step}`)}</span>
            </li>
          ))}
        </ol>
      </section>
      <div role="status" class="stack" data-admitted={admitted}>
        {admitted ? (
          <Note tone="good" icon="check" title={c.t("desk.member.in", { name })} />
        ) : (
          <Note tone="wait" icon="clock" title={c.t("desk.member.still")} />
        )}
        {trouble && <p class="wrong">{trouble.sentence}</p>}
      </div>
      <button type="button" class="btn sec2 full" onClick={() => void share()}>
        <Icon name="share" />
        {c.t(copied ? "desk.member.copied" : "desk.member.share")}
      </button>
    </DeskPage>
  );
}

/** `#/desk/members/:person`: one tap from the list; the second replaces a lost phone. */
export function MemberScreen({ app, params }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = usePeople(app);
  const [busy, setBusy] = useState(false);
  const [ending, setEnding] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [invited, setInvited] = useState<Invited | null>(null);
  const person = loaded.state === "ready" ? loaded.value.find(({ id }) => id === params.person) : undefined;
  const name = person?.name ?? c.t("desk.member.unnamed");
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
  const revoke = async (keys: readonly { readonly payload: string }[]) => {
    if (!app.key) return;
    for (const { payload } of keys) {
      const statement = await signKeyStatement(
        app.key,
        b64urlDecode(payload),
        null,
        app.workbook?.seen ?? null,
      );
      await app.api.statements([statement]);
    }
  };
  const lost = () =>
    act(async () => {
      const found = await app.api.lost(params.person ?? "");
      await revoke(found.revoke);
      setInvited(found.invitation);
    });
  const end = () =>
    act(async () => {
      await revoke(await app.api.end(params.person ?? ""));
      setEnding(false);
      again();
    });
  if (invited) return <Code app={app} invited={invited} name={name} />;
  return (
    <DeskPage
      app={app}
      room="members"
      title={person ? name : c.t("desk.room.members")}
      back="/desk/members"
      narrow
    >
      <Wait app={app} loaded={loaded} again={again}>
        {() =>
          person ? (
            <div class="stack">
              <section class="card stack">
                <p>{seenText(person, app)}</p>
                <KeyPill app={app} person={person} />
                <Call c={c} phone={person.phone} />
              </section>
              {trouble && (
                <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
                  <p>{trouble.sentence}</p>
                </Note>
              )}
              {person.state !== "ended" && (
                <>
                  <button type="button" class="btn big" disabled={busy} onClick={() => void lost()} data-lost>
                    <Icon name="repeat" />
                    {c.t("desk.member.lost")}
                  </button>
                  <p class="m2">{c.t("desk.member.lost_body")}</p>
                  {ending ? (
                    <Note tone="caution" icon="warn" title={c.t("desk.member.end_sure", { name })}>
                      <button type="button" class="btn stop full" disabled={busy} onClick={() => void end()}>
                        {c.t("desk.member.end_yes")}
                      </button>
                    </Note>
                  ) : (
                    <button type="button" class="btn line full" onClick={() => setEnding(true)}>
                      {c.t("desk.member.end")}
                    </button>
                  )}
                </>
              )}
            </div>
          ) : (
            <p>{c.t("desk.member.gone")}</p>
          )
        }
      </Wait>
    </DeskPage>
  );
}
