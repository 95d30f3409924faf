/** What the last label said, and what must come against what came. */

import { useState } from "preact/hooks";
import type { App } from "../app/app.ts";
import { Icon } from "../app/parts.tsx";
import { figureOf, figureText } from "../app/record/stepper.tsx";
import { amountOf } from "./table.tsx";
import type { Line, Tone } from "./tally.ts";

/** A code, as far as it tells by itself. */
export interface What {
  readonly path: string;
  readonly lot: string;
  readonly gtin: string;
  readonly number: string;
  readonly product: string | null;
}

/** What the last scan came to: a verdict, or `twice`, `unit`, `no_unit`, `article`, `foreign`. */
export interface Told {
  readonly tone: Tone;
  readonly word: string;
  readonly what: What;
}

const BANNERS: Readonly<Record<Tone, string>> = {
  good: "good",
  wait: "wait",
  aside: "caution",
  stop: "stop",
};
const SIGNS: Readonly<Record<Tone, string>> = { good: "check", wait: "clock", aside: "warn", stop: "x" };
const STATES: Readonly<Record<string, readonly [string, string]>> = {
  todo: ["todo", ""],
  enough: ["good", "check"],
  short: ["caution", "warn"],
  over: ["caution", "warn"],
  aside: ["stop", "warn"],
};

/** The last result; it stays until the next scan. */
export function Banner({ app, told }: { readonly app: App; readonly told: Told | null }) {
  const { c } = app;
  return (
    <div class="lastscan" role="status" aria-live="assertive" data-tone={told ? BANNERS[told.tone] : "none"}>
      <span class="lastscan__sign" aria-hidden="true">
        <Icon name={told ? SIGNS[told.tone] : "camera"} />
      </span>
      <div>
        <b>{told ? c.t(`partner.scan.${told.word}`) : c.t("partner.look.aim")}</b>
        {told?.what.number && <p>{told.what.number}</p>}
      </div>
    </div>
  );
}

/** The checklist. `onCount`: a line can be counted by hand; null: it is only shown. */
export function Checklist(props: {
  readonly app: App;
  readonly lines: readonly Line[];
  readonly onCount: ((uri: string, amount: number) => void) | null;
}) {
  const { app, lines, onCount } = props;
  const { c } = app;
  if (lines.length === 0) return <p class="m2">{c.t("partner.sealed")}</p>;
  return (
    <ul class="checklist">
      {lines.map((line) => {
        const [tone, icon] = STATES[line.state] ?? ["todo", ""];
        return (
          <li key={line.uri} data-tone={tone} data-lot={line.lot} data-state={line.state}>
            <span class="checklist__sign" aria-hidden="true">
              {icon && <Icon name={icon} />}
            </span>
            <div>
              <b>{line.product}</b>
              <small>{[line.lot, said(app, line)].filter(Boolean).join(" · ")}</small>
            </div>
            <p class="nb checklist__n">
              <b>{c.number(line.received)}</b>
              {line.expected !== null &&
                line.expected !== 0 &&
                ` / ${amountOf(app, line.expected, line.uom)}`}
            </p>
            {onCount && line.expected !== 0 && <ByHand app={app} line={line} onCount={onCount} />}
          </li>
        );
      })}
    </ul>
  );
}

function said(app: App, line: Line): string {
  const { c } = app;
  const { expected, received, aside, state, why } = line;
  const left = expected === null ? 0 : Math.round(Math.abs(expected - received - aside) * 1e6) / 1e6;
  if (state === "todo") return c.t("retail.todo");
  if (state === "enough") return c.t("partner.state.enough");
  if (state === "short") return c.t("partner.state.short", { what: amountOf(app, left, line.uom) });
  if (state === "over") return c.t("partner.state.over", { what: amountOf(app, left, line.uom) });
  return c.t("partner.state.aside", { k: aside, why: c.t(`partner.verdict.${why}`) });
}

/** All of it is there, or so much: for sacks, and for what is weighed. */
function ByHand(props: {
  readonly app: App;
  readonly line: Line;
  readonly onCount: (uri: string, amount: number) => void;
}) {
  const { app, line, onCount } = props;
  const { c } = app;
  const [open, setOpen] = useState(false);
  const [text, setText] = useState("");
  const figure = figureOf(text);
  if (!open)
    return (
      <div class="checklist__do">
        {line.expected !== null && line.state !== "enough" && (
          <button
            type="button"
            class="btn sec2"
            onClick={() => onCount(line.uri, Math.max(0, (line.expected ?? 0) - line.aside))}
          >
            <Icon name="check" />
            {c.t("partner.count.all")}
          </button>
        )}
        <button
          type="button"
          class="btn sec2"
          onClick={() => {
            setText(figureText(line.received || (line.expected ?? 0), c));
            setOpen(true);
          }}
        >
          <Icon name="edit" />
          {c.t("partner.count.hand")}
        </button>
      </div>
    );
  const id = `count-${line.lot}`;
  return (
    <form
      class="checklist__do"
      onSubmit={(event) => {
        event.preventDefault();
        if (figure === null) return;
        onCount(line.uri, figure);
        setOpen(false);
      }}
    >
      <label class="vh" for={id}>
        {c.t("partner.count.label", { what: `${line.product} ${line.lot}` })}
      </label>
      <input
        id={id}
        class="in"
        inputMode="decimal"
        autocomplete="off"
        value={text}
        aria-invalid={figure === null}
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <button type="submit" class="btn" disabled={figure === null}>
        {c.t("partner.count.take")}
      </button>
    </form>
  );
}
