/** How one likes to read, what this phone keeps, and the way out. */

import { useRef, useState } from "preact/hooks";
import type { Lang } from "../../page/i18n.ts";
import { forget } from "../core/session.ts";
import type { ScreenProps } from "./app.ts";
import { Page } from "./frame.tsx";
import { ExportButton } from "./outbox.tsx";
import { Failure, Icon, Note } from "./parts.tsx";
import { setPractice } from "./practice.ts";
import { remember, remembered, showTextSize, TEXT_SIZES } from "./prefs.ts";
import { signIn } from "./signin.tsx";
import { type Trouble, troubleOf } from "./trouble.ts";

/** `#/settings` */
export function SettingsScreen({ app }: ScreenProps) {
  const { c, session, workbook } = app;
  const [size, setSize] = useState(remembered("text") ?? "1");
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [leaving, setLeaving] = useState(false);
  const [told, setTold] = useState<string | null>(null);
  const file = useRef<HTMLInputElement>(null);
  const speak = (lang: Lang) => {
    remember("lang", lang);
    location.href = `/app?lang=${lang}#/settings`;
    if (new URLSearchParams(location.search).get("lang") === lang) location.reload();
  };
  const enter = async () => {
    setTrouble(null);
    try {
      await signIn(app);
      await app.refresh();
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
  };
  const leave = async () => {
    await app.api.signOut().catch(() => undefined); // without a network the server's session ends by itself
    await forget(app.store);
    location.href = `/app?lang=${c.lang}#/`;
    location.reload();
  };
  const take = async (given: File | undefined) => {
    if (!given) return;
    try {
      const { added, known } = await app.outbox.importAll(given);
      setTold(c.t("coop.settings.imported", { added, known }));
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
  };
  return (
    <Page app={app} title={c.t("coop.settings.title")} back="/help" nav="help">
      {trouble && (
        <Failure c={c} sentence={trouble.sentence} code={trouble.code} phone={workbook?.supportPhone} />
      )}
      {app.lost && (
        <section class="card stack">
          <Note icon="fp" tone="caution" title={c.t("coop.lost.title")}>
            <p>{c.t("coop.lost.body")}</p>
          </Note>
          <button type="button" class="btn big" onClick={() => void enter()}>
            <Icon name="fp" />
            {c.t("coop.signin.button")}
          </button>
        </section>
      )}
      <Choices
        name="lang"
        legend={c.t("coop.settings.language")}
        value={c.lang}
        choices={[
          ["vi", "Tiếng Việt"],
          ["en", "English"],
        ]}
        onChoose={(value) => speak(value === "en" ? "en" : "vi")}
      />
      <Choices
        name="text"
        legend={c.t("coop.settings.text")}
        value={size}
        choices={TEXT_SIZES.map((each) => [each, c.t(`coop.settings.text_${each}`)])}
        onChoose={(value) => {
          remember("text", value === "1" ? null : value);
          setSize(value);
          showTextSize();
        }}
      />
      <section class="card stack">
        <h2 class="as3">{c.t("coop.settings.who")}</h2>
        <p>
          <b>{session.person.name}</b>
          <br />
          {session.org?.name} · {c.t(`join.short.${session.person.role}`)}
        </p>
        <p class="m2">{c.t(`coop.settings.key_${session.key.state}`)}</p>
        {workbook && <p class="m2">{c.t(`coop.settings.sao_${workbook.org.region}`)}</p>}
      </section>
      <div class="menu">
        <ExportButton app={app} />
        <button type="button" class="btn sec2 full" onClick={() => file.current?.click()}>
          <Icon name="book" />
          {c.t("coop.settings.import")}
        </button>
        <input
          ref={file}
          class="vh"
          type="file"
          accept="application/json,.json"
          tabIndex={-1}
          aria-label={c.t("coop.settings.import")}
          onChange={(event) => void take(event.currentTarget.files?.[0])}
        />
        {told && <p role="status">{told}</p>}
        <button type="button" class="btn sec2 full" onClick={() => setPractice(!app.practice)}>
          <Icon name="edit" />
          {c.t(app.practice ? "coop.practice_end" : "coop.helping.practice")}
        </button>
        {leaving ? (
          <section class="card stack" role="alert">
            <p>{c.t("coop.settings.leave_body")}</p>
            <button type="button" class="btn full" onClick={() => void leave()}>
              {c.t("coop.settings.leave_yes")}
            </button>
            <button type="button" class="btn sec2 full" onClick={() => setLeaving(false)}>
              {c.t("coop.settings.leave_no")}
            </button>
          </section>
        ) : (
          !app.practice && (
            <button type="button" class="btn sec2 full" onClick={() => setLeaving(true)}>
              <Icon name="user" />
              {c.t("coop.settings.leave")}
            </button>
          )
        )}
      </div>
    </Page>
  );
}

function Choices(props: {
  readonly name: string;
  readonly legend: string;
  readonly value: string;
  readonly choices: readonly (readonly [string, string])[];
  readonly onChoose: (value: string) => void;
}) {
  return (
    <fieldset class="choices">
      <legend>{props.legend}</legend>
      {props.choices.map(([value, words]) => (
        <label key={value}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={value === props.value}
            onChange={() => props.onChoose(value)}
          />
          {words}
        </label>
      ))}
    </fieldset>
  );
}
