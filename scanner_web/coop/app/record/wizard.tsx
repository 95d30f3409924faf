/** One question a screen, the answer in reach of the thumb; the way back always works, the phone's own too. */

import { useMemo, useRef, useState } from "preact/hooks";
import type { Slip } from "../../core/slips.ts";
import { unitsOfAsk } from "../../lines/asking.ts";
import type { Amount, Answer, Draft, Question, Step } from "../../lines/types.ts";
import type { Workbook } from "../../workbook.ts";
import type { App } from "../app.ts";
import { Page, useSlips } from "../frame.tsx";
import { Failure } from "../parts.tsx";
import { type Trouble, troubleOf } from "../trouble.ts";
import { placeName } from "./answers.ts";
import { PickDay } from "./choices.tsx";
import { record } from "./commit.ts";
import { Confirm } from "./confirm.tsx";
import { dayOf, onDay } from "./days.ts";
import { amountIs } from "./figures.tsx";
import { answered, type Flow, onward, progress, questionOf } from "./flow.ts";
import { Asked } from "./question.tsx";
import { useSteps } from "./steps.ts";

const RECENT = 3;

/** What is changed out of its turn: an answer, or the day. */
type Changing = string | "when" | null;

/** Records one step. `first`: the answers to begin with; `fixes`: the slip that this puts right; `askDay`: the day is open. */
export function Wizard(props: {
  readonly app: App;
  readonly step: Step;
  readonly workbook: Workbook;
  readonly first: Draft;
  readonly fixes: Slip | null;
  readonly askDay?: boolean;
}) {
  const { app, step, workbook, fixes } = props;
  const { c } = app;
  const [flow, setFlow] = useState<Flow>({ draft: props.first, trail: [] });
  const [changing, setChanging] = useState<Changing>(props.askDay ? "when" : null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [busy, setBusy] = useState(false);
  const signing = useRef(false);
  const now = useMemo(() => new Date(), []);
  const { question } = onward(step, flow.draft, workbook);
  const depth = flow.trail.length + (changing === null ? 0 : 1);

  const steps = useSteps(depth, () => {
    if (changing !== null) return setChanging(null);
    const before = flow.trail.at(-1);
    if (before) setFlow({ draft: before, trail: flow.trail.slice(0, -1) });
  });

  const answer = (id: string, value: Answer) => {
    scrollTo(0, 0);
    if (changing !== null) {
      const { draft } = onward(step, answered(flow.draft, id, value), workbook);
      setFlow({ ...flow, draft });
      setChanging(null);
      return;
    }
    const { draft } = onward(step, answered(flow.draft, id, value), workbook);
    setFlow({ draft, trail: [...flow.trail, flow.draft] });
  };
  const sign = async () => {
    if (signing.current) return; // a finger that taps twice records once
    signing.current = true;
    setBusy(true);
    setTrouble(null);
    try {
      const id = await record(app, workbook, flow.draft, fixes);
      steps.leave(`/done/${encodeURIComponent(id)}`);
    } catch (error) {
      setTrouble(troubleOf(error, c));
      setBusy(false);
      signing.current = false;
    }
  };

  const arrow = depth > 0 ? steps.back : fixes ? "/book" : "/";
  const name = step.name[c.lang];
  if (changing === "when") {
    const day = dayOf(new Date(flow.draft.when));
    return (
      <Page app={app} title={c.t("coop.ask.when")} above={name} back={arrow} nav="none">
        <PickDay
          c={c}
          value={day}
          latest={dayOf(now)}
          now={now}
          onAnswer={(other) => {
            setFlow({ ...flow, draft: { ...flow.draft, when: onDay(other, flow.draft.when, now) } });
            setChanging(null);
          }}
        />
      </Page>
    );
  }
  const shown = changing === null ? question : questionOf(step, flow.draft, changing, workbook);
  if (shown) {
    const likely = changing === null ? shown.likely : (flow.draft.answers[changing] ?? shown.likely);
    return (
      <AskScreen
        key={shown.ask.id}
        app={app}
        step={step}
        workbook={workbook}
        draft={flow.draft}
        question={{ ...shown, likely }}
        above={placeName(step, flow.draft, workbook) ?? name}
        back={arrow}
        dots={progress(step, flow, workbook)}
        now={now}
        onAnswer={(value) => answer(shown.ask.id, value)}
      />
    );
  }
  return (
    <Confirm
      app={app}
      step={step}
      workbook={workbook}
      draft={flow.draft}
      fixes={fixes}
      back={arrow}
      dots={progress(step, flow, workbook)}
      now={now}
      busy={busy}
      onChange={setChanging}
      onAnswer={(id, value) => setFlow({ ...flow, draft: answered(flow.draft, id, value) })}
      onSign={() => void sign()}
    >
      {trouble && (
        <Failure
          c={c}
          sentence={trouble.sentence}
          code={trouble.code}
          phone={workbook.org.phone ?? workbook.supportPhone}
        />
      )}
    </Confirm>
  );
}

function AskScreen(props: {
  readonly app: App;
  readonly step: Step;
  readonly workbook: Workbook;
  readonly draft: Draft;
  readonly question: Question;
  readonly above: string;
  readonly back: string | (() => void);
  readonly dots: { readonly at: number; readonly of: number };
  readonly now: Date;
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { app, step, draft, question, workbook } = props;
  const { ask } = question;
  const slips = useSlips(app);
  const units = ask.kind === "amount" ? unitsOfAsk(ask, draft, workbook) : [];
  const recent = ask.kind === "amount" ? recentAmounts(slips, step, ask.id) : [];
  return (
    <Page
      app={app}
      title={ask.title[app.lang]}
      above={props.above}
      back={props.back}
      dots={props.dots}
      nav="none"
    >
      <Asked
        c={app.c}
        question={question}
        now={props.now}
        units={units}
        recent={recent.filter(({ unit }) => units.some(({ code }) => code === unit))}
        onAnswer={props.onAnswer}
      />
    </Page>
  );
}

/** The last different amounts that were answered to the same question. */
function recentAmounts(slips: readonly Slip[], step: Step, id: string): readonly Amount[] {
  const found = new Map<string, Amount>();
  for (const { draft } of slips) {
    const answer = draft?.step === step.code && draft.line === step.line ? draft.answers[id] : undefined;
    if (amountIs(answer)) found.set(`${answer.value} ${answer.unit}`, answer);
    if (found.size === RECENT) break;
  }
  return found.size > 1 ? [...found.values()].sort((one, other) => one.base - other.base) : [];
}
