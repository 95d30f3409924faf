/** "Đúng chưa?": everything read once more, each with a way to change it, and one button that signs. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Slip } from "../../core/slips.ts";
import { asksOf } from "../../lines/asking.ts";
import { foresee } from "../../lines/foresee.ts";
import { tell } from "../../lines/telling.ts";
import type { Answer, Ask, Draft, Photo, Step } from "../../lines/types.ts";
import type { Workbook } from "../../workbook.ts";
import type { App } from "../app.ts";
import { Page } from "../frame.tsx";
import { Call, Icon, Note } from "../parts.tsx";
import { useVoice } from "../speech.ts";
import { troubleOf } from "../trouble.ts";
import { answerText, ICONS } from "./answers.ts";
import { takePhoto } from "./camera.ts";
import { dayOf, dayText } from "./days.ts";

/** The last screen before signing. */
export function Confirm(props: {
  readonly app: App;
  readonly step: Step;
  readonly workbook: Workbook;
  readonly draft: Draft;
  readonly fixes: Slip | null;
  readonly back: string | (() => void);
  readonly dots: { readonly at: number; readonly of: number };
  readonly now: Date;
  readonly busy: boolean;
  readonly children?: ComponentChildren;
  readonly onChange: (id: string) => void;
  readonly onAnswer: (id: string, answer: Answer) => void;
  readonly onSign: () => void;
}) {
  const { app, step, workbook, draft } = props;
  const { c } = app;
  const read = useVoice(app.lang);
  const told = foresee(draft, workbook, props.now);
  const refused = told.some(({ level }) => level === "refuse");
  const doubted = told.some(({ level }) => level === "ask");
  const label =
    refused || doubted ? "coop.confirm.anyway" : props.fixes ? "coop.confirm.sign_fix" : "coop.sign";
  return (
    <Page
      app={app}
      title={c.t("coop.right")}
      above={step.name[c.lang]}
      back={props.back}
      dots={props.dots}
      nav="none"
      end={
        <button
          type="button"
          class={`btn big sign${refused ? " sec2" : ""}`}
          disabled={props.busy}
          onClick={props.onSign}
          data-sign
        >
          <Icon name="pen" />
          {c.t(label)}
        </button>
      }
    >
      {told.map(({ level, code, sentence }) => (
        <Note
          key={code + sentence.vi}
          icon="warn"
          tone={level === "refuse" ? "stop" : "caution"}
          title={c.t(level === "refuse" ? "coop.confirm.refused" : "coop.confirm.doubt")}
        >
          <p>{sentence[c.lang]}</p>
        </Note>
      ))}
      {refused && <Call c={c} phone={workbook.org.phone ?? workbook.supportPhone} />}
      {props.children}
      <section class="card">
        <ul class="said">
          {asksOf(step, draft, workbook).map((ask) => (
            <Said key={ask.id} ask={ask} {...props} />
          ))}
          <li>
            <span class="tl__n">
              <Icon name="clock" />
            </span>
            <span>
              <small>{c.t("coop.confirm.when")}</small>
              <b>{dayText(dayOf(new Date(draft.when)), props.now, c)}</b>
            </span>
            <button
              type="button"
              onClick={() => props.onChange("when")}
              aria-label={fixLabel(app, c.t("coop.confirm.when"))}
            >
              {c.t("coop.fix")}
            </button>
          </li>
        </ul>
      </section>
      <Asides {...props} />
      {read && (
        <button
          type="button"
          class="btn soft full read-aloud"
          onClick={() => read(tell(draft, workbook, app.lang, props.now))}
        >
          <Icon name="sound" />
          {c.t("coop.read")}
        </button>
      )}
      <p class="m2 small hint">{c.t(props.fixes ? "coop.confirm.fixhint" : "coop.fixhint")}</p>
    </Page>
  );
}

function fixLabel(app: App, what: string): string {
  return app.c.t("coop.confirm.fix_what", { what });
}

function Said(props: {
  readonly app: App;
  readonly ask: Ask;
  readonly draft: Draft;
  readonly workbook: Workbook;
  readonly onChange: (id: string) => void;
}) {
  const { app, ask, draft } = props;
  const answer = draft.answers[ask.id];
  if (answer === undefined || ask.kind === "photo") return null;
  const text = answerText(ask, answer, props.workbook, app.c);
  if (text === null && ask.aside) return null;
  const label = ask.label[app.lang];
  return (
    <li data-ask={ask.id}>
      <span class="tl__n">
        <Icon name={ICONS[ask.kind]} />
      </span>
      <span>
        <small>{label}</small>
        <b>{text ?? app.c.t("coop.confirm.open")}</b>
      </span>
      <button type="button" onClick={() => props.onChange(ask.id)} aria-label={fixLabel(app, label)}>
        {app.c.t("coop.fix")}
      </button>
    </li>
  );
}

/** What may be added, and need not be: a photo, a note, another figure. */
function Asides(props: {
  readonly app: App;
  readonly step: Step;
  readonly draft: Draft;
  readonly onChange: (id: string) => void;
  readonly onAnswer: (id: string, answer: Answer) => void;
}) {
  const { app, draft } = props;
  const asides = props.step.asks.filter((ask) => ask.aside);
  if (asides.length === 0) return null;
  return (
    <div class="asides">
      {asides.map((ask) => {
        if (ask.kind === "photo")
          return (
            <PhotoAside
              key={ask.id}
              app={app}
              ask={ask}
              photos={photosIn(draft.answers[ask.id])}
              onAnswer={(photos) => props.onAnswer(ask.id, photos)}
            />
          );
        if (draft.answers[ask.id] !== undefined && draft.answers[ask.id] !== null) return null;
        return (
          <button type="button" class="btn sec2" key={ask.id} onClick={() => props.onChange(ask.id)}>
            <Icon name="plus" />
            {ask.label[app.lang]}
          </button>
        );
      })}
    </div>
  );
}

function photosIn(answer: Answer | undefined): readonly Photo[] {
  return Array.isArray(answer) ? answer.filter((item): item is Photo => "href" in item) : [];
}

/** One tap opens the camera; the picture is made small, and keeps nothing of where it was taken. */
function PhotoAside(props: {
  readonly app: App;
  readonly ask: Ask;
  readonly photos: readonly Photo[];
  readonly onAnswer: (photos: readonly Photo[]) => void;
}) {
  const { app, ask, photos } = props;
  const [urls, setUrls] = useState<Readonly<Record<string, string>>>({});
  const [failed, setFailed] = useState<string | null>(null);
  useEffect(() => {
    const made: string[] = [];
    void Promise.all(
      photos.map(async ({ href }) => {
        const photo = await app.outbox.photo(href);
        const url = photo ? URL.createObjectURL(new Blob([photo.bytes], { type: photo.mediaType })) : "";
        made.push(url);
        return [href, url] as const;
      }),
    ).then((pairs) => setUrls(Object.fromEntries(pairs)));
    return () => {
      for (const url of made) if (url) URL.revokeObjectURL(url);
    };
  }, [photos, app.outbox]);
  const take = async (file: File | undefined) => {
    if (!file) return;
    setFailed(null);
    try {
      const { bytes, mediaType } = await takePhoto(file);
      const href = await app.outbox.addPhoto(bytes, mediaType);
      props.onAnswer([...photos.filter((photo) => photo.href !== href), { href, mediaType }]);
    } catch (error) {
      setFailed(troubleOf(error, app.c).sentence);
    }
  };
  return (
    <>
      <label class="btn sec2 photo">
        <Icon name="camera" />
        {ask.label[app.lang]}
        <input
          class="vh"
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => {
            void take(event.currentTarget.files?.[0]);
            event.currentTarget.value = "";
          }}
        />
      </label>
      {photos.length > 0 && (
        <div class="photos">
          {photos.map(({ href }, i) =>
            urls[href] ? (
              <img key={href} src={urls[href]} alt={app.c.t("coop.confirm.photo", { n: i + 1 })} />
            ) : null,
          )}
          <button type="button" class="linkish" onClick={() => props.onAnswer([])}>
            {app.c.t("coop.confirm.no_photo")}
          </button>
        </div>
      )}
      {failed && <p role="alert">{failed}</p>}
    </>
  );
}
