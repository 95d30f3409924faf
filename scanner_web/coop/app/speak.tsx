/** "Nói để ghi": one sentence, spoken or typed; it is read back, and what is unsure is asked. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { LINES } from "../lines/table.ts";
import { tell } from "../lines/telling.ts";
import { type Choice, parseSentence } from "../sentence/index.ts";
import type { ScreenProps, Screens } from "./app.ts";
import { Page, useSlips } from "./frame.tsx";
import { knownStep } from "./home.tsx";
import { Empty, Icon, Note } from "./parts.tsx";
import { inHand } from "./pending.ts";
import { onward } from "./record/flow.ts";
import { Wizard } from "./record/wizard.tsx";
import { canListen, listen } from "./speech.ts";

/** `#/speak` */
function SpeakScreen({ app }: ScreenProps) {
  const { c, lang } = app;
  const slips = useSlips(app);
  const workbook = useMemo(() => app.workbook && inHand(app.workbook, slips), [app.workbook, slips]);
  const [text, setText] = useState("");
  const [ear, setEar] = useState<"off" | "on" | "deaf">("off");
  const [done, setDone] = useState(false);
  const [only, setOnly] = useState<Choice | undefined>(undefined);
  const stop = useRef<(() => void) | undefined>(undefined);
  useEffect(() => () => stop.current?.(), []);
  const understood = useMemo(
    () => (workbook && text.trim() ? parseSentence(text, workbook, new Date(), only) : null),
    [text, workbook, only],
  );
  const say = (words: string) => {
    setText(words);
    setOnly(undefined);
  };
  if (!workbook)
    return (
      <Page app={app} title={c.t("coop.speak")} back="/" nav="today">
        <Empty picture="p-book" sentence={c.t("coop.workbook_offline")} />
      </Page>
    );
  const open = understood?.choices ?? [];
  const draft = understood?.draft ?? null;
  const step = draft ? knownStep(draft.line, draft.step) : null;
  if (done && draft && step && understood) {
    const answers = Object.fromEntries(
      Object.entries(draft.answers).filter(([id]) => !understood.unsure.includes(id)),
    );
    const first = onward(step, { ...draft, answers }, workbook).draft;
    const askDay = understood.unsure.includes("when");
    return <Wizard app={app} step={step} workbook={workbook} first={first} fixes={null} askDay={askDay} />;
  }
  const hear = () => {
    if (ear === "on") return stop.current?.();
    setEar("on");
    stop.current = listen("vi", say, (why) => setEar(why && why !== "no-speech" ? "deaf" : "off"));
  };
  return (
    <Page
      app={app}
      title={c.t("coop.speak")}
      back="/"
      nav="none"
      end={
        <button
          type="button"
          class="btn big next"
          disabled={!step || open.length > 0}
          onClick={() => setDone(true)}
        >
          {c.t("coop.ask.next")}
        </button>
      }
    >
      {canListen() && (
        <button
          type="button"
          class="mic"
          aria-pressed={ear === "on"}
          aria-label={c.t("coop.speaking.mic")}
          onClick={hear}
        >
          <Icon name="mic" />
        </button>
      )}
      <div class="card">
        <label class="lbl2" for="sentence">
          {c.t(canListen() ? "coop.speaking.or_type" : "coop.speaking.type")}
        </label>
        <textarea
          id="sentence"
          class="in"
          lang="vi"
          value={text}
          maxLength={400}
          placeholder={c.t("coop.speaking.example")}
          onInput={(event) => say(event.currentTarget.value)}
        />
        <p class="m2 small">{c.t("coop.speaking.dictate")}</p>
      </div>
      {ear === "deaf" && <Note icon="mic" tone="caution" title={c.t("coop.speaking.deaf")} />}
      <div role="status">
        {text.trim() &&
          (open.length > 0 ? (
            <Note icon="leaf" title={c.t("coop.which")}>
              {open.map((one) => (
                <button
                  key={one.line + one.step}
                  type="button"
                  class="btn full sec2"
                  onClick={() => setOnly(one)}
                >
                  {`${knownStep(one.line, one.step)?.name[lang] ?? one.step}: ${lineName(one.line, lang)}`}
                </button>
              ))}
            </Note>
          ) : draft && step && understood ? (
            <Note icon="check" title={step.name[lang]}>
              <p class="heard">{tell(draft, workbook, lang, new Date())}</p>
              {understood.unsure.length > 0 && (
                <p>{c.t("coop.speaking.unsure", { n: understood.unsure.length })}</p>
              )}
              {understood.rest && <p>{c.t("coop.speaking.rest", { rest: understood.rest })}</p>}
            </Note>
          ) : (
            <Note icon="warn" tone="caution" title={c.t("coop.speaking.lost")}>
              <p>{c.t("coop.speaking.lost_body")}</p>
            </Note>
          ))}
      </div>
    </Page>
  );
}

function lineName(code: string, lang: "vi" | "en"): string {
  return LINES.find((line) => line.code === code)?.name[lang] ?? code;
}

export const screens: Screens = { "/speak": SpeakScreen };
