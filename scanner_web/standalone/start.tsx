/** Before a verdict: what can be opened, what is under way, and what did not come. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Stage } from "../page/check.ts";
import { Checklist } from "../page/checks.tsx";
import type { Catalogue, Lang } from "../page/i18n.ts";
import { running } from "../page/steps.ts";
import { Icon } from "../page/story/parts.tsx";
import { Mark } from "../page/top.tsx";
import { type Decoder, nativeDecoder } from "../scan/decoder.ts";

const LANGS: readonly Lang[] = ["vi", "en"];
const KNOWN: ReadonlySet<string> = new Set(["offline", "code.no_lot", "not_found.size", "no_code"]);

/** Brand and languages; nothing is loaded anew for another language. */
export function Top(props: { lang: Lang; onLang: (lang: Lang) => void; onHome: () => void; c: Catalogue }) {
  const { lang, onLang, onHome, c } = props;
  return (
    <header class="top">
      <button type="button" class="brand plain" aria-label={c.t("standalone.home")} onClick={onHome}>
        <Mark />
        {c.t("app.name")}
      </button>
      <nav class="lang" aria-label={c.t("nav.language")}>
        {LANGS.map((code) => (
          <button
            key={code}
            type="button"
            lang={code}
            aria-current={code === lang ? "true" : undefined}
            onClick={() => onLang(code)}
          >
            {code.toUpperCase()}
          </button>
        ))}
      </nav>
    </header>
  );
}

function Head(props: { title: string; say: string; top: ComponentChildren; children?: ComponentChildren }) {
  return (
    <section class="verdict" data-tone="good">
      <div class="wide">{props.top}</div>
      <div class="verdict__in wide">
        <svg class="vi" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true">
          <use href="#v-tem" />
        </svg>
        <h1>{props.title}</h1>
        <p class="verdict__say">{props.say}</p>
        {props.children}
      </div>
    </section>
  );
}

/** Two ways to begin: a file, or a code that is asked of the service. `trouble`: why the last one came to nothing. */
export function Start(props: {
  trouble: string;
  host: string;
  top: ComponentChildren;
  onFile: (file: File) => void;
  onCode: (code: string) => void;
  c: Catalogue;
}) {
  const { host, onFile, onCode, c } = props;
  const [code, setCode] = useState("");
  const [unread, setUnread] = useState("");
  const [decoder, setDecoder] = useState<Decoder | null>(null);
  useEffect(() => {
    nativeDecoder().then(setDecoder, () => {});
  }, []);
  const trouble = unread || props.trouble;
  const readPicture = async (file: File) => {
    try {
      const found = await decoder?.read(await createImageBitmap(file), true);
      const text = found?.[0]?.text;
      if (text) onCode(text);
      else setUnread("no_code");
    } catch {
      setUnread("no_code");
    }
  };
  const submit = (event: Event) => {
    event.preventDefault();
    if (code.trim()) onCode(code.trim());
  };
  return (
    <>
      <Head title={c.t("standalone.title")} say={c.t("standalone.say")} top={props.top} />
      <div class="wrap ways">
        {trouble ? (
          <div class="note" data-tone="caution" role="alert">
            <Icon name="warn" />
            <div>
              <h2 class="as3">{c.t("check.failed.title")}</h2>
              <p>
                {KNOWN.has(trouble)
                  ? c.t(`standalone.trouble.${trouble.replace(".", "_")}`, { host })
                  : c.t("check.failed.body")}{" "}
                <code class="h">{trouble}</code>
              </p>
            </div>
          </div>
        ) : null}
        <section class="card">
          <h2 class="h-card">{c.t("standalone.file.title")}</h2>
          <p class="s m2">{c.t("standalone.file.body")}</p>
          <Picked
            icon="file"
            label={c.t("standalone.file.choose")}
            accept=".json,application/json"
            onFile={onFile}
            first
          />
        </section>
        <section class="card">
          <h2 class="h-card">{c.t("standalone.code.title")}</h2>
          <p class="s m2" id="code-body">
            {c.t("standalone.code.body", { host })}
          </p>
          <form class="code-form" onSubmit={submit}>
            <label for="code">{c.t("landing.form")}</label>
            <input
              class="in"
              id="code"
              value={code}
              onInput={(event) => setCode(event.currentTarget.value)}
              aria-describedby="code-body"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              maxLength={2000}
            />
            <button type="submit" class="btn sec2">
              <Icon name="search" />
              {c.t("landing.go")}
            </button>
          </form>
          {decoder ? (
            <Picked
              icon="camera"
              label={c.t("standalone.code.photo")}
              accept="image/*"
              onFile={readPicture}
            />
          ) : null}
        </section>
      </div>
    </>
  );
}

/** A file to be chosen, as a button. */
function Picked(props: {
  icon: string;
  label: string;
  accept: string;
  onFile: (file: File) => void;
  first?: boolean;
}) {
  const change = (event: { readonly currentTarget: HTMLInputElement }) => {
    const file = event.currentTarget.files?.[0];
    event.currentTarget.value = "";
    if (file) props.onFile(file);
  };
  return (
    <label class={`btn ${props.first ? "big" : "sec2"} choose`}>
      <Icon name={props.icon} />
      {props.label}
      <input class="vh" type="file" accept={props.accept} onChange={change} />
    </label>
  );
}

/** A check that is under way. */
export function Running({ stage, top, c }: { stage: Stage; top: ComponentChildren; c: Catalogue }) {
  return (
    <>
      <Head title={c.t("standalone.title")} say={c.t("check.heading.run")} top={top}>
        <p class="verdict__age" role="status">
          <span class="spin" aria-hidden="true" />
          <span>{c.t(`check.${stage}.run`)}</span>
        </p>
      </Head>
      <div class="wrap ways">
        <section class="card">
          <Checklist steps={running(c, stage)} class="cols" c={c} />
        </section>
      </div>
    </>
  );
}

/** This file as it is built, before any trust file was put into it: it can check nothing, and says so. */
export function Unfilled({ catalogues }: { catalogues: Readonly<Record<Lang, Catalogue>> }) {
  const [lang, setLang] = useState<Lang>("vi");
  const c = catalogues[lang];
  return (
    <main id="main" data-at="unfilled">
      <Head
        title={c.t("standalone.unfilled.title")}
        say={c.t("standalone.unfilled.body")}
        top={<Top lang={lang} onLang={setLang} onHome={() => {}} c={c} />}
      >
        <p class="hash">
          <code>nguon standalone --trust trust.json --out nguon-verify.html</code>
        </p>
      </Head>
    </main>
  );
}
