/** The banner, and the small cards beside the story, with the classes of the page that the server prints. */

import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { REPORT } from "./actions.ts";
import type { Catalogue } from "./i18n.ts";
import type { Action, Banner as BannerModel, Note as NoteModel, ReasonLine } from "./model.ts";
import type { ReportKind } from "./scans.ts";
import { Icon, sprites } from "./story/parts.tsx";

const RIPPLE = [
  [54, 0.36],
  [76, 0.26],
  [106, 0.18],
  [146, 0.125],
  [198, 0.085],
  [264, 0.06],
  [346, 0.045],
] as const;

/** One answer first: icon, title, one sentence, the age of what it rests on, what to do. */
export function Banner(props: {
  banner: BannerModel;
  age: string;
  mark: string;
  children: ComponentChildren;
}) {
  const { banner, age, mark } = props;
  return (
    <section class="verdict" data-tone={banner.tone}>
      {banner.tone === "good" ? (
        <svg
          class="ripple"
          viewBox="-450 -450 900 900"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          aria-hidden="true"
        >
          {RIPPLE.map(([radius, opacity]) => (
            <circle key={radius} r={radius} opacity={opacity} />
          ))}
        </svg>
      ) : null}
      <div class="wide">{props.children}</div>
      <div class="verdict__in wide">
        <svg class="vi" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true">
          <use href={`${sprites.icons}#v-${banner.verdict}`} />
        </svg>
        <h1>{banner.title}</h1>
        <p class="verdict__say">{banner.sentence}</p>
        <p class="verdict__age" data-checked>
          <Icon name="check" />
          <span>{mark}</span>
        </p>
        {age ? (
          <p class="verdict__age">
            <Icon name="clock" />
            <span>{age}</span>
          </p>
        ) : null}
        {banner.verdict === "verified" ? null : <p class="verdict__do">{banner.next}</p>}
      </div>
    </section>
  );
}

/** Something that must not be overlooked, above the verdict. */
export function Alarm(props: { title: string; body: string; children?: ComponentChildren }) {
  return (
    <div class="ribbon alarm" role="alert">
      <Icon name="warn" />
      <p>
        <b>{props.title}.</b> {props.body}
        {props.children}
      </p>
    </div>
  );
}

/** A few words in a box. */
export function NoteBox({ note }: { note: NoteModel }) {
  return (
    <div class="note" {...(note.tone ? { "data-tone": note.tone } : {})}>
      <Icon name={note.icon} />
      <div>
        <h3 class="as3">{note.title}</h3>
        <p>{note.body}</p>
      </div>
    </div>
  );
}

/** The buttons of a verdict; one that reports opens the form here. */
export function Buttons(props: {
  actions: readonly Action[];
  second: string;
  class: string;
  code: string;
  onReport: (kind: ReportKind) => void;
}) {
  if (props.actions.length === 0) return null;
  return (
    <div class={`btns ${props.class}`}>
      {props.actions.map((action, place) => (
        <Press
          key={action.href}
          action={action}
          class={place === 0 ? "big" : props.second}
          code={props.code}
          onReport={props.onReport}
        />
      ))}
    </div>
  );
}

/** One button, a link that works without a script too. */
export function Press(props: {
  action: Action;
  class: string;
  code: string;
  onReport: (kind: ReportKind) => void;
}) {
  const { action } = props;
  const isReport = action.href === REPORT;
  const href = isReport ? `${REPORT}?${new URLSearchParams({ code: props.code })}` : action.href;
  const open = (event: MouseEvent) => {
    if (!isReport) return;
    event.preventDefault();
    props.onReport("suspect");
  };
  return (
    <a class={`btn ${props.class}`} href={href} onClick={open}>
      <Icon name={action.icon} />
      {action.label}
    </a>
  );
}

/** The one thing that only the buyer can check. */
export function Compare({ c, onReport }: { c: Catalogue; onReport: (kind: ReportKind) => void }) {
  const [said, say] = useState<"" | "same" | "different">("");
  const differ = () => {
    say("different");
    onReport("different");
  };
  return (
    <section class="card" id="compare" aria-labelledby="compare-title">
      <h2 class="as3" id="compare-title">
        {c.t("compare.title")}
      </h2>
      <p class="s m2 tight">{c.t("compare.body")}</p>
      <div class="btns two">
        <button type="button" class="btn soft" aria-pressed={said === "same"} onClick={() => say("same")}>
          <Icon name="check" />
          {c.t("compare.same_button")}
        </button>
        <button type="button" class="btn sec2" aria-pressed={said === "different"} onClick={differ}>
          <Icon name="x" />
          {c.t("compare.different_button")}
        </button>
      </div>
      <div role="status">
        {said === "same" ? <p class="answer on">{c.t("compare.same")}</p> : null}
        {said === "different" ? <p class="answer on caution">{c.t("compare.different_help")}</p> : null}
      </div>
    </section>
  );
}

/** All that was found, in words, with the codes for who wants to look them up. */
export function Reasons({ lines, c }: { lines: readonly ReasonLine[]; c: Catalogue }) {
  if (lines.length === 0) return null;
  return (
    <section class="card" id="reasons" aria-labelledby="reasons-title">
      <h2 class="h-card" id="reasons-title">
        {c.t("page.reasons")}
      </h2>
      <ul class="reasons">
        {lines.map((line) => (
          <li key={`${line.code} ${line.text}`} data-tone={line.tone}>
            <p>{line.text}</p>
            <code class="h">{line.code}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}

/** What a computer can know and what it cannot: three things, kept apart. */
export function Limits(props: { record: string; who: string; c: Catalogue; class: string }) {
  const { c } = props;
  return (
    <div class={`note limits ${props.class}`}>
      <Icon name="eye" />
      <div>
        <h3>{c.t("limits.title")}</h3>
        <ul class="three">
          <li>{props.record}</li>
          <li>{props.who}</li>
          <li>{c.t("limits.three.truth")}</li>
        </ul>
        <p>{c.t("limits.body")}</p>
      </div>
    </div>
  );
}
