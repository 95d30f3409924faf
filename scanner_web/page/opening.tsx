/**
 * The second layer of a tem: the code under it is sent, and what the service shows for it is checked here, against the
 * root that was logged before printing. When it was opened first is the operator's word.
 */

import { useEffect, useRef, useState } from "preact/hooks";
import { checkOpening, type Opening, SALT_SIZE } from "../verify/hidden.ts";
import { hexDecode, hexEncode, type TemFact } from "../verify/index.ts";
import { inVietnam, isoMoment } from "./format.ts";
import type { Catalogue } from "./i18n.ts";
import type { Note, Tone } from "./model.ts";
import type { Fact } from "./story/model.ts";
import { Disclosure, Hash, Icon } from "./story/parts.tsx";

/** What came of a code. `disproved`: the service took it, and could not show that it is the one that was printed. */
type Outcome = "first" | "again" | "wrong" | "wait" | "busy" | "unsent" | "disproved";

interface Told {
  readonly outcome: Outcome;
  /** When it was opened first. */
  readonly at: Date | null;
  /** Seconds to wait. */
  readonly wait: number;
  readonly proof: { readonly opening: Opening; readonly root: Uint8Array } | null;
}

const MINUTE = 60;
const TONES: Readonly<Record<Outcome, readonly [tone: Tone, icon: string]>> = {
  first: ["good", "check"],
  again: ["caution", "warn"],
  wrong: ["caution", "warn"],
  wait: ["caution", "warn"],
  busy: ["wait", "clock"],
  unsent: ["wait", "cloud"],
  disproved: ["stop", "warn"],
};

/** The form, and before it what is known of an earlier opening; after it what came of the code. */
export function OpeningForm(props: { code: string; tem: TemFact; note: Note | null; c: Catalogue }) {
  const { code, tem, c } = props;
  const [told, setTold] = useState<Told | "sending" | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const answer = told === "sending" ? null : told;
  const note = answer ? noteOf(answer, c) : props.note;
  const shut = answer?.outcome === "first" || answer?.outcome === "again";
  useEffect(() => {
    if (answer) box.current?.scrollIntoView({ block: "nearest" });
  }, [answer]);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget;
    if (!(form instanceof HTMLFormElement) || told === "sending") return;
    const pin = String(new FormData(form).get("pin") ?? "");
    setTold("sending");
    setTold(await open(code, tem, pin));
  };
  return (
    <section class="card" id="opening" aria-labelledby="opening-title">
      <h2 class="as3" id="opening-title">
        {c.t("opening.title")}
      </h2>
      <div role="status" ref={box}>
        {note ? (
          <div class="note opened" data-tone={note.tone}>
            <Icon name={note.icon} />
            <div>
              <h3>{note.title}</h3>
              <p>{note.body}</p>
            </div>
          </div>
        ) : null}
      </div>
      {answer?.proof ? (
        <Disclosure title={c.t("opening.proof")}>
          <p class="s m2">{c.t("opening.checked_body")}</p>
          {facts(answer.proof, c).map((fact) => (
            <Hash key={fact.label} fact={fact} />
          ))}
        </Disclosure>
      ) : null}
      {shut ? null : (
        <>
          {note ? null : <p class="s m2 tight">{c.t("opening.body")}</p>}
          <form class="code-form" onSubmit={send}>
            <label for="pin">{c.t("opening.label")}</label>
            <input
              class="in"
              id="pin"
              name="pin"
              type="text"
              required
              maxLength={40}
              autocomplete="off"
              autocapitalize="characters"
              spellcheck={false}
              aria-describedby="pin-hint"
            />
            <p class="xs m3" id="pin-hint">
              {c.t("opening.hint")}
            </p>
            <button class="btn sec2" type="submit" disabled={told === "sending"}>
              <Icon name="check" />
              {c.t("opening.send")}
            </button>
          </form>
        </>
      )}
    </section>
  );
}

function noteOf({ outcome, at, wait }: Told, c: Catalogue): Note {
  const [tone, icon] = TONES[outcome];
  const there = at === null ? null : inVietnam(at);
  const when = there === null ? {} : { time: c.clock(there), date: c.date(there) };
  const values = outcome === "wait" ? { time: c.duration(wait) } : when;
  return { title: c.t(`opening.${outcome}.title`), body: c.t(`opening.${outcome}.body`, values), tone, icon };
}

function facts({ opening, root }: NonNullable<Told["proof"]>, c: Catalogue): Fact[] {
  const fact = (key: string, bytes: Uint8Array): Fact => ({
    label: c.t(`opening.${key}`),
    value: hexEncode(bytes),
    mono: true,
  });
  return [fact("salt", opening.salt), fact("leaf", opening.leaf), fact("root", root)];
}

/** Send a code, and check what comes back under the root that the roll's verified event carries. */
async function open(code: string, tem: TemFact, pin: string): Promise<Told> {
  const plain = (outcome: Outcome, wait = 0): Told => ({ outcome, at: null, wait, proof: null });
  let response: Response;
  let said: unknown;
  try {
    response = await fetch("/opening", {
      method: "POST",
      headers: { accept: "application/json" },
      body: new URLSearchParams({ code, pin }),
      cache: "no-store",
    });
    said = await response.json();
  } catch {
    return plain("unsent");
  }
  if (response.status === 422) return plain("wrong");
  if (response.status === 429) return plain("wait", Number(response.headers.get("retry-after")) || MINUTE);
  if (response.status === 503) return plain("busy");
  if (!response.ok) return plain("unsent");
  const { first, at, opening } = read(said);
  const root = tem.roll?.hidden ?? null;
  if (opening === null || tem.roll === null || root === null) return plain("disproved");
  try {
    checkOpening(opening, tem.serial, pin, tem.roll.count, root);
  } catch {
    return plain("disproved");
  }
  return { outcome: first ? "first" : "again", at, wait: 0, proof: { opening, root } };
}

function read(said: unknown): { first: boolean; at: Date | null; opening: Opening | null } {
  const member = (value: unknown, name: string): unknown =>
    typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
  const moment = isoMoment(String(member(said, "openedAt")));
  const at = moment === null ? null : new Date(moment.ms);
  const shown = member(said, "opening");
  const inclusion = member(shown, "inclusion");
  try {
    const opening = {
      salt: hexDecode(String(member(shown, "salt")), SALT_SIZE),
      leaf: hexDecode(String(member(shown, "leaf"))),
      inclusion: Array.isArray(inclusion) ? inclusion.map((item) => hexDecode(String(item))) : [],
    };
    return { first: member(said, "first") === true, at, opening };
  } catch {
    return { first: false, at, opening: null };
  }
}
