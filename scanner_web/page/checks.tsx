/** The steps of the check: each a plain sentence, ticking off one by one, with what stands behind it underneath. */

import { useEffect, useState } from "preact/hooks";
import type { Catalogue } from "./i18n.ts";
import type { Step, StepState } from "./model.ts";
import { Hash, Icon } from "./story/parts.tsx";

const TICK = 130; // milliseconds: ticks nearer to each other are not seen as several

const ICONS: Readonly<Record<StepState, string>> = {
  ok: "check",
  fail: "x",
  skip: "minus",
  todo: "minus",
  run: "",
};

/** Steps as a list. `shown`: how many have landed; those after it are still on their way. */
export function Checklist(props: { steps: readonly Step[]; class?: string; shown?: number; c: Catalogue }) {
  const { steps, shown = steps.length, c } = props;
  return (
    <ol class={`checks ${props.class ?? ""}`}>
      {steps.map((step, place) => (
        <Line key={step.name} step={place < shown ? step : waiting(step, place === shown, c)} c={c} />
      ))}
    </ol>
  );
}

function Line({ step, c }: { step: Step; c: Catalogue }) {
  return (
    <li data-state={step.state} data-step={step.name}>
      <span class="dot" aria-hidden="true">
        {ICONS[step.state] ? <Icon name={ICONS[step.state]} /> : null}
      </span>
      <div>
        <h3>{step.title}</h3>
        {step.text ? <p>{step.text}</p> : null}
        {step.proof.length > 0 ? (
          <details class="behind">
            <summary>
              {c.t("check.proof")}
              <span class="vh">: {step.title}</span>
            </summary>
            {step.proof.map((fact) => (
              <Hash key={`${fact.label} ${fact.value}`} fact={fact} />
            ))}
          </details>
        ) : null}
      </div>
    </li>
  );
}

function waiting(step: Step, next: boolean, c: Catalogue): Step {
  const text = next ? c.t(`check.${step.name}.run`) : "";
  return {
    name: step.name,
    state: next ? "run" : "todo",
    title: c.t(`check.${step.name}.plain`),
    text,
    proof: [],
  };
}

/** How many of `count` steps have landed: one more every tick, all at once where motion is not wanted. */
export function useTicks(count: number): number {
  const still = globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? true;
  const [shown, setShown] = useState(still ? count : 0);
  useEffect(() => {
    if (shown >= count) return;
    const timer = setTimeout(() => setShown(shown + 1), TICK);
    return () => clearTimeout(timer);
  }, [shown, count]);
  return shown;
}
