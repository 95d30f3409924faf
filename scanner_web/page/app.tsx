/** The page of a verification: everything on it comes from verified bytes, and it knows no server (DESIGN P8). */

import type { ComponentChildren } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { Verdict } from "../verify/verdict.ts";
import type { Verification } from "../verify/verification.ts";
import { actions, callOf, codeParts, isCompared, notes, REPORT, temNote } from "./actions.ts";
import { banner as bannerOf } from "./banner.ts";
import { Checklist, useTicks } from "./checks.tsx";
import type { Catalogue } from "./i18n.ts";
import { type Rest, useRest } from "./later.ts";
import type { Note, Support } from "./model.ts";
import type { ReportKind, Scans } from "./scans.ts";
import { openedNote } from "./scanwords.ts";
import { reasonLines, STEPS, steps as stepsOf } from "./steps.ts";
import { type ChainFacts, cardModel, Names, Product } from "./story/index.tsx";
import { Icon } from "./story/parts.tsx";
import { Alarm, Banner, Buttons, Compare, Limits, NoteBox, Press, Reasons } from "./verdict.tsx";

/** What surrounds a check: nothing of it says anything about goods. */
export interface Surroundings {
  /** What was scanned, as it came. */
  readonly code: string;
  /** The page's own address, to try again; empty where it has none (a file on a disk). */
  readonly again: string;
  readonly support: Support;
  /** Seconds within which a new entry is usually anchored. */
  readonly anchorEvery: number;
  readonly origin: string;
  readonly chain: ChainFacts;
  /** Where bytes with this SHA-256 (hex) are fetched; null where they are not kept. */
  documentUrl(digestHex: string): string | null;
  /** Brand and languages, above the verdict. */
  readonly top: ComponentChildren;
  /** Whether reports can be sent from here. */
  readonly reports: boolean;
}

/** What was found, and how. */
export interface Result {
  readonly found: Verification;
  readonly now: Date;
  /** How long the check took. */
  readonly seconds: number;
  /** The signed checkpoint that was checked, as text. */
  readonly checkpoint: string;
  /** Where the bundle that was checked can be had. */
  readonly proofUrl: string | null;
  /** Where the lot's dossier can be had, without its kind; null where it cannot. */
  readonly dossier: string | null;
  /** What the operator says of the tem's scans; null where nothing is known. */
  readonly scans: Scans | null;
  /** What the server said, where that is something else. */
  readonly differs: Verdict | null;
}

/**
 * The whole page of a check: the verdict at once, the story when its part is loaded.
 *
 * @param props.alarms - what must be said above it
 * @param props.onWhole - called when the story is there, or did not come
 */
export function CheckedPage(props: {
  result: Result;
  around: Surroundings;
  alarms: ComponentChildren;
  onWhole: () => void;
  c: Catalogue;
}) {
  const { result, around, c } = props;
  const { found, now } = result;
  const [report, setReport] = useState<ReportKind | null>(null);
  const names = useMemo(() => new Names(found.descriptions, c), [found, c]);
  const model = useMemo(() => cardModel(found, { ...around, now }, c), [found, c]);
  const rest = useRest(c, props.onWhole);
  const said = bannerOf(found, names, c, around);
  const { full, product } = model;
  const chosen = actions(found.verdict, found.entries.length > 0, around.support, around.again, c).filter(
    (action) => around.reports || action.href !== REPORT,
  );
  const open = (kind: ReportKind) => setReport(around.reports ? kind : null);
  const tem = product ? temNote(found, result.scans, c) : null;
  const counted = found.tem !== null && result.scans !== null;
  const card = product ? <Product product={product} c={c} /> : null;
  const press = { code: around.code, onReport: open };
  const limits = { record: recordLine(found, c), who: whoLine(found, c), c };
  return (
    <>
      {result.differs === null ? null : (
        <Alarm title={c.t("notice.differs.title")} body={c.t("notice.differs.body")}>
          <br />
          {c.t("notice.differs.both", {
            own: c.t(`verdict.${found.verdict}.short`),
            server: c.t(`verdict.${result.differs}.short`),
          })}
        </Alarm>
      )}
      {props.alarms}
      <Banner banner={said} age={age(result, c)} mark={c.t("check.mark.done")}>
        {around.top}
      </Banner>
      <div class="wrap two-col">
        <div class="pull stack side-col">
          {full ? card : null}
          {full ? (
            <Buttons actions={chosen} second="sec2 full" class="" {...press} />
          ) : (
            <div class="card">
              {said.recallReason ? (
                <>
                  <h2 class="as3">{c.t("page.recall_reason")}</h2>
                  <p class="reason">{said.recallReason}</p>
                </>
              ) : product ? null : (
                <Code found={found} code={around.code} c={c} />
              )}
              <Buttons actions={chosen} second="sec2" class="lead" {...press} />
            </div>
          )}
          {report === null ? null : (
            <Asked key={report} rest={rest} code={around.code} kind={report} support={around.support} c={c} />
          )}
          {full ? null : card}
          {isCompared(found) ? <Compare c={c} onReport={open} /> : null}
          {tem ? (
            <div class="card row top-row">
              <span class="tl__n tem" data-tone={tem.tone}>
                <Icon name={tem.icon} />
              </span>
              <div>
                <h2 class="as3">{tem.title}</h2>
                <p class="s m2">{tem.body}</p>
                {counted ? <p class="xs m3 tight0">{c.t("scan.privacy")}</p> : null}
              </div>
            </div>
          ) : null}
          {product && around.reports && found.tem?.roll?.hidden && isHere(rest) ? (
            <rest.OpeningForm code={around.code} tem={found.tem} note={openedNote(result.scans, c)} c={c} />
          ) : null}
          {notes(found, names, c).map((note) => (
            <NoteBox key={note.title} note={note} />
          ))}
          {full ? <Limits {...limits} class="only-wide" /> : null}
        </div>
        <div class="main-col">
          {full && isHere(rest) ? (
            <nav class="tabs" aria-label={c.t("nav.sections")}>
              <a href="#check">{c.t("page.verify")}</a>
              <a href="#story">{c.t("page.story")}</a>
              <a href="#lab">{c.t("page.lab")}</a>
              <a href="#file">{c.t("page.file")}</a>
            </nav>
          ) : null}
          {said.because.length > 0 ? (
            <section class="card">
              <h2 class="h-card">{c.t(`because.${found.verdict}`)}</h2>
              <Checklist steps={said.because} c={c} />
            </section>
          ) : null}
          <Check result={result} names={names} rest={rest} c={c} />
          <Reasons lines={reasonLines(found, names, c)} c={c} />
          {found.verdict === "unknown" ? (
            <NoteBox
              note={{
                title: c.t("hint.retype_title"),
                body: c.t("hint.retype_body"),
                tone: "",
                icon: "keys",
              }}
            />
          ) : null}
          {product || found.verdict === "recalled" ? (
            <Limits {...limits} class={full ? "only-narrow" : ""} />
          ) : null}
          {isHere(rest) ? <Whole rest={rest} result={result} around={around} c={c} /> : null}
          {rest === "failed" ? <NoteBox note={unfetched(c)} /> : null}
          {model.sample ? <p class="xs m3 foot-note">{c.t("notice.sample")}</p> : null}
        </div>
      </div>
      {full && (around.reports || around.support.phone) ? <Bar around={around} press={press} c={c} /> : null}
    </>
  );
}

function isHere(rest: Rest | "failed" | null): rest is Rest {
  return rest !== null && rest !== "failed";
}

/** The story and the proofs. */
function Whole(props: { rest: Rest; result: Result; around: Surroundings; c: Catalogue }) {
  const { rest, result, around, c } = props;
  const { found, now } = result;
  const model = useMemo(() => rest.storyModel(found, { ...around, now }, c), [rest, found, c]);
  return (
    <>
      {model.full ? (
        <>
          <rest.Story model={model} c={c} />
          <rest.Upstream upstream={model.upstream} c={c} />
          <rest.Labs labs={model.labs} c={c} />
          <rest.Certificates certificates={model.certificates} c={c} />
          <rest.Legal legal={model.legal} passport={model.passport} c={c} />
        </>
      ) : null}
      <rest.Evidence
        evidence={model.evidence}
        checkpoint={result.checkpoint}
        proofUrl={result.proofUrl}
        dossier={result.dossier}
        c={c}
      />
    </>
  );
}

/** The form of a report; where it did not come, the service's own page of it. */
export function Asked(props: {
  rest: Rest | "failed" | null;
  code: string;
  kind: ReportKind;
  support: Support;
  c: Catalogue;
}) {
  const { rest, code, kind, support, c } = props;
  if (isHere(rest)) return <rest.ReportForm code={code} kind={kind} support={support} c={c} />;
  return rest === "failed" ? <NoteBox note={unfetched(c)} /> : null;
}

function unfetched(c: Catalogue): Note {
  return { title: c.t("rest.failed.title"), body: c.t("rest.failed.body"), tone: "wait", icon: "cloud" };
}

/** The steps, ticking off; the verdict above does not wait for them. */
function Check(props: { result: Result; names: Names; rest: Rest | "failed" | null; c: Catalogue }) {
  const { result, names, rest, c } = props;
  const { found, seconds } = result;
  const shown = useTicks(STEPS.length);
  const broken = found.verdict === "tampered";
  const steps = useMemo(() => {
    const proofs = isHere(rest) && !broken ? rest.proofs(found, names, c) : null;
    return stepsOf(found, names, c).map((step) => ({ ...step, proof: proofs?.get(step.name) ?? [] }));
  }, [found, names, rest, c]);
  const time = c.number(Math.max(0.1, Math.round(seconds * 10) / 10));
  return (
    <section class="card" id="check" aria-labelledby="check-title">
      <h2 class="h-card" id="check-title">
        {broken ? c.t("check.heading.fail") : c.t("check.heading.ok")}
      </h2>
      <p class="s m2 tight">{c.t("check.heading.sub", { steps: STEPS.length, seconds: time })}</p>
      <Checklist steps={steps} class="cols" shown={shown} c={c} />
    </section>
  );
}

function Code({ found, code, c }: { found: Verification; code: string; c: Catalogue }) {
  return (
    <>
      <p class="xs m3">{c.t("page.code")}</p>
      <p class="hash">
        <code>
          {codeParts(found.target, code).map(([identifier, value], place) => (
            <span key={identifier}>
              {place > 0 ? <br /> : null}
              {identifier ? `(${identifier}) ` : ""}
              <b>{value}</b>
            </span>
          ))}
        </code>
      </p>
    </>
  );
}

function Bar(props: {
  around: Surroundings;
  press: { code: string; onReport: (kind: ReportKind) => void };
  c: Catalogue;
}) {
  const { around, press, c } = props;
  const call = callOf(around.support, c);
  return (
    <nav class="bar" aria-label={c.t("nav.actions")}>
      {call ? <Press action={call} class="sec2" {...press} /> : null}
      {around.reports ? (
        <Press action={{ label: c.t("report.title"), href: REPORT, icon: "flag" }} class="sec2" {...press} />
      ) : null}
    </nav>
  );
}

function age({ found, now }: Result, c: Catalogue): string {
  const { latest, state } = found.chain;
  if (latest === null) return state === "ok" ? c.t("age.label", { age: c.t("age.never") }) : "";
  return c.t("age.label", { age: c.age(new Date(latest.time * 1000), now) });
}

/** Whether the record is the one that the chain knows: said only where that was computed to the end. */
function recordLine(found: Verification, c: Catalogue): string {
  const { chain, verdict } = found;
  if (chain.state !== "ok" || verdict === "recorded" || verdict === "stale" || verdict === "tampered")
    return c.t("limits.three.record_open");
  return c.t("limits.three.record");
}

/** Who signed: how many entries with a key of their own, how many with one kept here. */
function whoLine(found: Verification, c: Catalogue): string {
  const count = (custody: string) =>
    found.entries.filter(
      ({ signer }) => signer !== null && (signer.custody === "own") === (custody === "own"),
    ).length;
  return c.t("limits.three.who_counted", { own: count("own"), hosted: count("hosted") });
}
