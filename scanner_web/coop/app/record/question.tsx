/** One question on a screen of its own. */

import { useState } from "preact/hooks";
import type { Catalogue } from "../../../page/i18n.ts";
import type { Amount, Answer, Question } from "../../lines/types.ts";
import type { Unit } from "../../lines/units.ts";
import { Empty } from "../parts.tsx";
import { Next, PickDay, PickLots, PickOne } from "./choices.tsx";
import { AskAmount, AskNumber, AskReadings } from "./figures.tsx";

/** What answers a question, by its kind. */
export function Asked(props: {
  readonly c: Catalogue;
  readonly question: Question;
  readonly now: Date;
  readonly units: readonly Unit[];
  readonly recent: readonly Amount[];
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, question, onAnswer } = props;
  const { ask } = question;
  const skip = ask.optional && (
    <button type="button" class="btn sec2 full skip-question" onClick={() => onAnswer(null)}>
      {c.t("coop.ask.skip")}
    </button>
  );
  switch (ask.kind) {
    case "place":
    case "lot":
    case "product":
    case "partner":
    case "choice":
      return (
        <>
          {question.options.length > 0 ? (
            <PickOne c={c} question={question} onAnswer={onAnswer} />
          ) : (
            <Empty picture="p-other" sentence={c.t(`coop.ask.none.${ask.kind}`)} />
          )}
          {skip}
        </>
      );
    case "lots":
      return (
        <>
          {question.options.length > 0 ? (
            <PickLots c={c} question={question} onAnswer={onAnswer} />
          ) : (
            <Empty picture="p-other" sentence={c.t("coop.ask.none.lot")} />
          )}
          {skip}
        </>
      );
    case "amount":
      return (
        <>
          <AskAmount
            c={c}
            ask={ask}
            likely={question.likely}
            units={props.units}
            recent={props.recent}
            onAnswer={onAnswer}
          />
          {skip}
        </>
      );
    case "number":
      return (
        <>
          <AskNumber c={c} ask={ask} likely={question.likely} onAnswer={onAnswer} />
          {skip}
        </>
      );
    case "readings":
      return (
        <>
          <AskReadings c={c} ask={ask} question={question} onAnswer={onAnswer} />
          {skip}
        </>
      );
    case "day":
      return (
        <>
          <PickDay
            c={c}
            value={typeof question.likely === "string" ? question.likely : null}
            latest={null}
            now={props.now}
            onAnswer={onAnswer}
          />
          {skip}
        </>
      );
    case "text":
      return (
        <>
          <AskText
            c={c}
            question={question}
            most={ask.most}
            often={ask.often.map((words) => words[c.lang])}
            onAnswer={onAnswer}
          />
          {skip}
        </>
      );
    case "photo":
      return <>{skip || <Next c={c} onNext={() => onAnswer(null)} />}</>;
  }
}

function AskText(props: {
  readonly c: Catalogue;
  readonly question: Question;
  readonly most: number;
  readonly often: readonly string[];
  readonly onAnswer: (answer: Answer) => void;
}) {
  const { c, question } = props;
  const [text, setText] = useState(typeof question.likely === "string" ? question.likely : "");
  const clean = text.normalize("NFC").trim();
  return (
    <>
      {props.often.length > 0 && (
        <ul class="stack">
          {props.often.map((words) => (
            <li key={words}>
              <button type="button" class="pick plain" onClick={() => props.onAnswer(words)}>
                <b>{words}</b>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div class="card">
        <label class="lbl2" for="answer-text">
          {question.ask.label[c.lang]}
        </label>
        <textarea
          id="answer-text"
          class="in"
          maxLength={props.most}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </div>
      <Next c={c} disabled={!clean} onNext={() => props.onAnswer(clean)} />
    </>
  );
}
