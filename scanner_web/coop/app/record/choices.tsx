/** Questions that one tap answers: a place, a lot, a product, a partner, a word, a day. */

import { useState } from "preact/hooks";
import type { Catalogue } from "../../../page/i18n.ts";
import type { Answer, Ask, Option, Question, Share } from "../../lines/types.ts";
import { Icon, Picture } from "../parts.tsx";
import { dayOf, daysAgo, dayText } from "./days.ts";

const PICTURES: Readonly<Partial<Record<Ask["kind"], string>>> = {
  place: "p-plot",
  lot: "p-harvest",
  lots: "p-harvest",
  product: "p-pack",
  partner: "p-ship",
};

/** Where a picture of the workbook is served: `ni:///sha-256;…` is the name of a blob. */
export function pictureUrl(image: string): string | null {
  const digest = /^ni:\/\/\/sha-256;([A-Za-z0-9_-]{43})$/.exec(image)?.[1];
  return digest ? `/api/v1/blobs/${digest}` : null;
}

/** Rows of which one is taken; the last one taken comes first, and framed. */
export function PickOne(props: {
  readonly c: Catalogue;
  readonly question: Question;
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, question } = props;
  const { kind } = question.ask;
  return (
    <ul class="stack">
      {question.options.map((option) => (
        <li key={JSON.stringify(option.answer)}>
          <button
            type="button"
            class={`pick${option.last ? " on" : ""}${PICTURES[kind] ? "" : " plain"}`}
            onClick={() => props.onAnswer(option.answer)}
          >
            <OptionPicture kind={kind} option={option} />
            <OptionText c={c} option={option} />
            <Icon name="chev" />
          </button>
        </li>
      ))}
    </ul>
  );
}

function OptionPicture({ kind, option }: { readonly kind: Ask["kind"]; readonly option: Option }) {
  const url = option.image ? pictureUrl(option.image) : null;
  if (url) return <img class="pick__img" src={url} alt="" width="88" height="76" loading="lazy" />;
  const name = PICTURES[kind];
  return name ? <Picture name={name} /> : null;
}

function OptionText({ c, option }: { readonly c: Catalogue; readonly option: Option }) {
  const hint = option.hint?.[c.lang] ?? (option.last ? c.t("coop.ask.last") : null);
  return (
    <span>
      <b>{option.name}</b>
      {hint && <small>{hint}</small>}
    </span>
  );
}

/** Lots of which several may be taken, each whole. */
export function PickLots(props: {
  readonly c: Catalogue;
  readonly question: Question;
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, question } = props;
  const [taken, setTaken] = useState<readonly string[]>(() =>
    sharesOf(question.likely).map(({ lot }) => lot),
  );
  const toggle = (lot: string) =>
    setTaken(taken.includes(lot) ? taken.filter((other) => other !== lot) : [...taken, lot]);
  const lots = question.options.flatMap((option) =>
    sharesOf(option.answer).map(({ lot }) => ({ option, lot })),
  );
  return (
    <>
      <ul class="stack">
        {lots.map(({ option, lot }) => (
          <li key={lot}>
            <button
              type="button"
              class={`pick${taken.includes(lot) ? " on" : ""}`}
              aria-pressed={taken.includes(lot)}
              onClick={() => toggle(lot)}
            >
              <OptionPicture kind="lot" option={option} />
              <OptionText c={c} option={option} />
              <Icon name={taken.includes(lot) ? "check" : "plus"} />
            </button>
          </li>
        ))}
      </ul>
      <Next
        c={c}
        disabled={taken.length === 0}
        onNext={() => props.onAnswer(taken.map((lot) => ({ lot, amount: null })))}
      />
    </>
  );
}

function sharesOf(answer: Answer): readonly Share[] {
  if (typeof answer === "string") return [{ lot: answer, amount: null }];
  return Array.isArray(answer) ? answer.filter((item): item is Share => "lot" in item) : [];
}

/** Today, yesterday, the day before, or another day. */
export function PickDay(props: {
  readonly c: Catalogue;
  readonly value: string | null;
  /** ISO day; later ones are not offered. */
  readonly latest: string | null;
  readonly now: Date;
  readonly onAnswer: (day: string) => void;
}) {
  const { c, now } = props;
  const [other, setOther] = useState(props.value ?? dayOf(now));
  return (
    <>
      <ul class="stack">
        {[0, 1, 2].map((back) => {
          const day = daysAgo(now, back);
          return (
            <li key={day}>
              <button
                type="button"
                class={`pick plain${day === props.value ? " on" : ""}`}
                onClick={() => props.onAnswer(day)}
              >
                <b>{dayText(day, now, c)}</b>
                <Icon name="chev" />
              </button>
            </li>
          );
        })}
      </ul>
      <div class="card">
        <label class="lbl2" for="other-day">
          {c.t("coop.ask.other_day")}
        </label>
        <input
          id="other-day"
          class="in"
          type="date"
          value={other}
          max={props.latest ?? undefined}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
      </div>
      <Next c={c} disabled={!other} onNext={() => props.onAnswer(other)} />
    </>
  );
}

/** What leads on to the next question. */
export function Next(props: {
  readonly c: Catalogue;
  readonly disabled?: boolean;
  readonly onNext: () => void;
  readonly label?: string;
}) {
  return (
    <div class="end">
      <button type="button" class="btn big next" disabled={props.disabled ?? false} onClick={props.onNext}>
        {props.label ?? props.c.t("coop.ask.next")}
      </button>
    </div>
  );
}
