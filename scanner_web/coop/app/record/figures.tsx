/** Questions that a figure answers: an amount in people's own units, a number, readings. */

import { useState } from "preact/hooks";
import type { Catalogue } from "../../../page/i18n.ts";
import type {
  Amount,
  AmountAsk,
  Answer,
  NumberAsk,
  Question,
  Reading,
  ReadingsAsk,
} from "../../lines/types.ts";
import { amountIn, exact, figure, sayAmount, type Unit } from "../../lines/units.ts";
import { Next } from "./choices.tsx";
import { figureOf, figureText, Stepper } from "./stepper.tsx";

/** How far − and + go in a unit: as asked for, but a tenth of the unit at least. */
export function stepIn(unit: Unit, step: number): number {
  return exact(Math.max(step, unit.base / 10) / unit.base);
}

/** An amount: units to choose from, the figure, what it is in kilograms, the last ones. */
export function AskAmount(props: {
  readonly c: Catalogue;
  readonly ask: AmountAsk;
  readonly likely: Answer;
  readonly units: readonly Unit[];
  /** Amounts of the last times, newest first. */
  readonly recent: readonly Amount[];
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, ask, units, recent } = props;
  const first = amountIs(props.likely) ? props.likely : null;
  const [unit, setUnit] = useState<Unit | undefined>(
    () => units.find(({ code }) => code === first?.unit) ?? units[0],
  );
  const [value, setValue] = useState<number | null>(first?.value ?? null);
  const [touched, setTouched] = useState(false);
  if (!unit) return <p>{c.t("coop.ask.no_unit")}</p>;
  const amount = value === null ? null : amountIn(unit, value);
  const choose = (other: Unit) => {
    // a figure that was typed stays as it was said; one that was filled in stays the same amount
    if (!touched && value !== null) setValue(exact((value * unit.base) / other.base));
    setUnit(other);
  };
  const take = (last: Amount) => {
    const same = units.find(({ code }) => code === last.unit);
    if (same) setUnit(same);
    setValue(last.value);
    setTouched(true);
  };
  return (
    <>
      <div class="card">
        {units.length > 1 && (
          <div class="units" role="radiogroup" aria-label={c.t("coop.ask.unit")}>
            {units.map((each) => (
              // biome-ignore lint/a11y/useSemanticElements: one press, no list to open, and large enough to hit
              <button
                type="button"
                key={each.code}
                role="radio"
                aria-checked={each.code === unit.code}
                onClick={() => choose(each)}
              >
                {each.name[c.lang]}
              </button>
            ))}
          </div>
        )}
        <Stepper
          c={c}
          value={value}
          step={stepIn(unit, ask.step)}
          label={unit.name[c.lang]}
          onChange={(next) => {
            setValue(next);
            setTouched(true);
          }}
        />
        <p class="equals" aria-live="polite">
          {amount && amount.base !== amount.value ? sayAmount(amount, c.lang) : unit.name[c.lang]}
        </p>
        {recent.length > 0 && (
          <>
            <p class="lbl2">{c.t("coop.ask.recent")}</p>
            <div class="chips">
              {recent.map((last) => (
                <button
                  type="button"
                  class="btn soft"
                  key={`${last.value} ${last.unit}`}
                  aria-pressed={last.value === value && last.unit === unit.code}
                  onClick={() => take(last)}
                >
                  {last.unit === unit.code ? figure(last.value, c.lang) : sayAmount(last, c.lang)}
                </button>
              ))}
            </div>
          </>
        )}
      </div>
      <Next c={c} disabled={!amount || amount.base <= 0} onNext={() => props.onAnswer(amount)} />
    </>
  );
}

/** Whether an answer is an amount. */
export function amountIs(answer: Answer | undefined): answer is Amount {
  return typeof answer === "object" && answer !== null && "base" in answer;
}

/** A number with its bounds. */
export function AskNumber(props: {
  readonly c: Catalogue;
  readonly ask: NumberAsk;
  readonly likely: Answer;
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, ask } = props;
  const [value, setValue] = useState<number | null>(typeof props.likely === "number" ? props.likely : null);
  const unit = ask.unit?.[c.lang] ?? "";
  const right = value !== null && value >= ask.least && value <= ask.most;
  return (
    <>
      <div class="card">
        <Stepper
          c={c}
          value={value}
          step={ask.step}
          least={ask.least}
          most={ask.most}
          label={unit || ask.label[c.lang]}
          onChange={setValue}
        />
        <p class="equals">{unit}</p>
        {value !== null && !right && (
          <p role="alert">
            {c.t("coop.ask.bounds", { lo: figure(ask.least, c.lang), hi: figure(ask.most, c.lang) })}
          </p>
        )}
      </div>
      <Next c={c} disabled={!right} onNext={() => props.onAnswer(value)} />
    </>
  );
}

/** What was measured, one line each; what was not measured stays empty. */
export function AskReadings(props: {
  readonly c: Catalogue;
  readonly ask: ReadingsAsk;
  readonly question: Question;
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, ask } = props;
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>(() => {
    const likely = Array.isArray(props.question.likely) ? props.question.likely : [];
    return Object.fromEntries(
      likely
        .filter((item): item is Reading => "parameter" in item)
        .map((r) => [r.parameter, figureText(r.value, c)]),
    );
  });
  const readings = ask.parameters.flatMap(({ code, least, most }) => {
    const text = typed[code]?.trim() ?? "";
    if (!text) return [];
    const value = figureOf(text);
    return [{ parameter: code, value, right: value !== null && value >= least && value <= most }];
  });
  const found = readings.flatMap(({ parameter, value, right }) =>
    right && value !== null ? [{ parameter, value }] : [],
  );
  const wrong = new Set(readings.filter(({ right }) => !right).map(({ parameter }) => parameter));
  return (
    <>
      <div class="card">
        {ask.parameters.map((each) => (
          <div class="reading" key={each.code}>
            <label for={`reading-${each.code}`}>
              {each.name[c.lang]} <span class="m2">({each.unit})</span>
            </label>
            <input
              id={`reading-${each.code}`}
              class="in"
              inputMode="decimal"
              autocomplete="off"
              value={typed[each.code] ?? ""}
              aria-invalid={wrong.has(each.code)}
              onInput={(event) => setTyped({ ...typed, [each.code]: event.currentTarget.value })}
            />
          </div>
        ))}
        {wrong.size > 0 && <p role="alert">{c.t("coop.ask.wrong_figure")}</p>}
      </div>
      <Next c={c} disabled={found.length === 0 || wrong.size > 0} onNext={() => props.onAnswer(found)} />
    </>
  );
}
