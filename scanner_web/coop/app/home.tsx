/** "Hôm nay làm gì?": one picture and one word for each thing one does; what was done yesterday; speaking. */

import { useMemo } from "preact/hooks";
import { again } from "../lines/asking.ts";
import { stepOf, steps } from "../lines/table.ts";
import { type Draft, type Step, TILES, type Tile } from "../lines/types.ts";
import type { Workbook } from "../workbook.ts";
import type { App, ScreenProps } from "./app.ts";
import { Chip, Nav, Page } from "./frame.tsx";
import { Call, Empty, Icon, Note, Picture } from "./parts.tsx";
import { RecallNotice } from "./recallnotice.tsx";
import { answerText } from "./record/answers.ts";

const PICTURES: Readonly<Record<Tile, string>> = {
  harvest: "p-harvest",
  care: "p-care",
  inputs: "p-spray",
  dry: "p-dry",
  pack: "p-pack",
  ship: "p-ship",
  other: "p-other",
};

/** The steps behind a tile that somebody of the cooperative records. */
function stepsOf(workbook: Workbook, tile: Tile): readonly Step[] {
  return steps(workbook).filter((step) => step.tile === tile && step.who === "member");
}

function recordPath({ line, code }: Step): string {
  return `/record/${encodeURIComponent(line)}/${encodeURIComponent(code)}`;
}

/** `#/` */
export function HomeScreen({ app }: ScreenProps) {
  const { c, workbook, session } = app;
  const { person, org } = session;
  return (
    <div class="flow has-nav">
      <header class="top app__top">
        <div class="grow app__hello">
          <p>{workbook?.org.name ?? org?.name}</p>
          <b>{person.name ? c.t("coop.hello", { name: person.name }) : c.t("coop.title")}</b>
        </div>
        <Chip app={app} />
      </header>
      <main id="main" class="wrap">
        <h1 tabIndex={-1}>{c.t("coop.home")}</h1>
        <State app={app} />
        <RecallNotice app={app} />
        {workbook ? <Tiles app={app} workbook={workbook} /> : <NoWorkbook app={app} />}
      </main>
      <Nav app={app} at="today" />
    </div>
  );
}

function Tiles({ app, workbook }: { readonly app: App; readonly workbook: Workbook }) {
  const { c } = app;
  const groups = useMemo(
    () =>
      TILES.map((tile) => ({ tile, found: stepsOf(workbook, tile) })).filter(({ found }) => found.length > 0),
    [workbook],
  );
  if (groups.length === 0) return <Empty picture="p-plot" sentence={c.t("coop.no_steps")} />;
  return (
    <>
      <div class="tiles">
        {groups.map(({ tile, found }) => (
          <a
            key={tile}
            class={tile === "harvest" ? "tile pri" : "tile"}
            href={`#${found.length === 1 && found[0] ? recordPath(found[0]) : `/tile/${tile}`}`}
            data-tile={tile}
          >
            <Picture name={(tile === "harvest" && found.length === 1 && found[0]?.icon) || PICTURES[tile]} />
            <span>
              {c.t(`coop.${tile}`)}
              {tile === "harvest" && <small>{c.t("coop.harvest_sub")}</small>}
            </span>
          </a>
        ))}
      </div>
      <div class="home-more">
        <Again app={app} workbook={workbook} />
        <a class="btn soft big" href="#/speak">
          <Icon name="mic" />
          {c.t("coop.speak")}
        </a>
        {session(app, "officer") && (
          <a class="pick thin" href="#/desk">
            <span class="tl__n">
              <Icon name="board" />
            </span>
            <b>{c.t("coop.to_desk")}</b>
            <Icon name="chev" />
          </a>
        )}
      </div>
    </>
  );
}

function session(app: App, role: string): boolean {
  return app.session.person.role === role;
}

/** What was done the last time, ready to be done again. */
function Again({ app, workbook }: { readonly app: App; readonly workbook: Workbook }) {
  const { c } = app;
  const now = new Date();
  const last = lastDone(workbook, now);
  if (!last) return null;
  return (
    <a class="pick thin again" href={`#${recordPath(last.step)}?again=1`}>
      <span class="tl__n">
        <Icon name="repeat" />
      </span>
      <span>
        <b>{c.t("coop.again")}</b>
        <small>{inShort(last, workbook, app)}</small>
      </span>
      <Icon name="chev" />
    </a>
  );
}

/** "Vườn A03, 12,4 kg": what tells one record from another. */
function inShort({ step, draft }: Done, workbook: Workbook, { c }: App): string {
  const told = step.asks
    .filter(({ aside, kind }) => !aside && (kind === "place" || kind === "amount" || kind === "choice"))
    .map((ask) => answerText(ask, draft.answers[ask.id] ?? null, workbook, c))
    .filter((text) => text !== null);
  return told.length > 0 ? told.slice(0, 2).join(", ") : step.name[c.lang];
}

interface Done {
  readonly step: Step;
  readonly draft: Draft;
}

/** The newest step that can be done again as it was; those answered last stand last. */
export function lastDone(workbook: Workbook, now: Date): Done | null {
  for (const code of Object.keys(workbook.last).reverse()) {
    for (const line of workbook.org.lines) {
      const step = steps(workbook).find((known) => known.code === code && known.line === line);
      const draft = step ? again(step, workbook, now) : null;
      if (step && draft) return { step, draft };
    }
  }
  return null;
}

/** What one must know before anything else: a key that waits, a session that ended, a phone that keeps nothing. */
function State({ app }: { readonly app: App }) {
  const { c, session, lost, store, workbook } = app;
  const phone = workbook?.org.phone ?? workbook?.supportPhone;
  return (
    <>
      {lost && (
        <Note icon="fp" tone="caution" title={c.t("coop.lost.title")}>
          <p>{c.t("coop.lost.body")}</p>
          <a class="btn full" href="#/settings">
            {c.t("coop.signin.button")}
          </a>
        </Note>
      )}
      {!lost && session.key.state === "waiting" && (
        <Note icon="clock" tone="wait" title={c.t("coop.key.waiting_title")}>
          <p>{c.t("coop.key.waiting_body")}</p>
          <Call c={c} phone={phone} />
        </Note>
      )}
      {!store.kept && !app.practice && (
        <Note icon="warn" tone="caution" title={c.t("coop.key.unkept_title")}>
          <p>{c.t("coop.key.unkept_body")}</p>
        </Note>
      )}
    </>
  );
}

function NoWorkbook({ app }: { readonly app: App }) {
  const { c } = app;
  return (
    <Empty picture="p-book" sentence={c.t(app.online ? "coop.workbook_none" : "coop.workbook_offline")}>
      <button type="button" class="btn big" onClick={() => void app.refresh()}>
        <Icon name="repeat" />
        {c.t("coop.failed.again")}
      </button>
    </Empty>
  );
}

/** `#/tile/:tile`: which of several. */
export function TileScreen({ app, params }: ScreenProps) {
  const { c, workbook } = app;
  const tile = TILES.find((name) => name === params.tile);
  const found = tile && workbook ? stepsOf(workbook, tile) : [];
  return (
    <Page app={app} title={c.t("coop.which")} above={tile ? c.t(`coop.${tile}`) : ""} back="/" nav="today">
      {found.length === 0 ? (
        <Empty picture="p-other" sentence={c.t("coop.no_steps")} />
      ) : (
        <ul class="stack">
          {found.map((step) => (
            <li key={`${step.line} ${step.code}`}>
              <a class="pick" href={`#${recordPath(step)}`} data-step={step.code}>
                <Picture name={step.icon} />
                <span>
                  <b>{step.name[c.lang]}</b>
                  {workbook && workbook.org.lines.length > 1 && <small>{c.maybe(`line.${step.line}`)}</small>}
                </span>
                <Icon name="chev" />
              </a>
            </li>
          ))}
        </ul>
      )}
    </Page>
  );
}

/** The step of a draft, if this workbook's lines have it. */
export function knownStep(line: string | undefined, code: string | undefined): Step | null {
  return line && code ? (stepOf(line, code) ?? null) : null;
}
