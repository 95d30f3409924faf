/** The board of lots, one lot of it, laboratory results, buyers' reports. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Empty, Icon, Note, Pill } from "../app/parts.tsx";
import {
  type BoardLane,
  type Card,
  LANES,
  type Lane,
  type LotDetail,
  type Report,
  readBoard,
  readBuyerReports,
  readLot,
  readResults,
} from "./data.ts";
import { DeskPage, useLoad, Wait } from "./parts.tsx";
import { amountText, cardNote, today } from "./views.ts";

/** Where one lot's screens are: `/desk/lot/{gtin}/{lot}`. */
export function lotPath(screen: "lot" | "tem" | "recall", gtin: string, lot: string): string {
  return `/desk/${screen}/${gtin}/${encodeURIComponent(lot)}`;
}

/** Where the service answers about one lot. */
export function boardPath(gtin: string, lot: string): string {
  return `/api/v1/board/${gtin}/${encodeURIComponent(lot)}`;
}

/** `#/desk/board` */
export function BoardScreen({ app }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = useLoad(app, "/api/v1/board", readBoard);
  return (
    <DeskPage app={app} room="board" title={c.t("desk.room.board")}>
      <Wait app={app} loaded={loaded} again={again}>
        {(lanes) => <Lanes app={app} lanes={lanes} />}
      </Wait>
    </DeskPage>
  );
}

function Lanes({ app, lanes }: { readonly app: App; readonly lanes: readonly Lane[] }) {
  const { c } = app;
  const first = lanes.find(({ lots }) => lots.length > 0)?.lane ?? "harvested";
  const [at, setAt] = useState<BoardLane>(
    lanes.find(({ lane, lots }) => lane === "packed" && lots.length > 0)?.lane ?? first,
  );
  if (lanes.every(({ lots }) => lots.length === 0))
    return <Empty picture="p-harvest" sentence={c.t("desk.board.none")} />;
  return (
    <>
      <fieldset class="lanetabs">
        <legend class="vh">{c.t("desk.board.lanes")}</legend>
        {LANES.map((lane) => (
          <button key={lane} type="button" aria-pressed={lane === at} onClick={() => setAt(lane)}>
            {c.t(`desk.lane.${lane}`)} <i>{lanes.find((each) => each.lane === lane)?.lots.length ?? 0}</i>
          </button>
        ))}
      </fieldset>
      <div class="board deskboard">
        {lanes.map(({ lane, lots }) => (
          <section key={lane} class="col" data-lane={lane} data-here={lane === at}>
            <h2>
              {c.t(`desk.lane.${lane}`)} <i>{lots.length}</i>
            </h2>
            {lots.map((card) => (
              <LotCard key={card.uri} app={app} card={card} />
            ))}
            {lots.length === 0 && <p class="m2 small">{c.t("desk.board.empty")}</p>}
          </section>
        ))}
      </div>
    </>
  );
}

function LotCard({ app, card }: { readonly app: App; readonly card: Card }) {
  const { c } = app;
  const note = cardNote(card, today(new Date()), c);
  const share = card.start && card.left !== null ? Math.round((card.left / card.start) * 100) : null;
  const beside = card.handedTo ?? card.placeName;
  return (
    <a class="lot" href={`#${lotPath("lot", card.gtin, card.lot)}`} data-lot={card.lot}>
      <h3>{card.product}</h3>
      <p>
        <b>{amountText(card.left, card.uom, c)}</b> <span class="m2">{card.lot}</span>
      </p>
      {share !== null && share < 100 && card.left !== null && card.left > 0 && (
        <div class="prog" role="img" aria-label={c.t("desk.board.share", { pct: share })}>
          <i style={{ width: `${share}%` }} />
        </div>
      )}
      {note && (
        <Pill tone={note.tone} icon={note.icon}>
          {note.text}
        </Pill>
      )}
      <p class="m2 small">{[beside, c.date(card.last.slice(0, 10))].filter(Boolean).join(" · ")}</p>
    </a>
  );
}

/** `#/desk/lot/:gtin/:lot` */
export function LotScreen({ app, params }: ScreenProps) {
  const { gtin = "", lot = "" } = params;
  const { c } = app;
  const [loaded, again] = useLoad(app, boardPath(gtin, lot), readLot);
  return (
    <DeskPage
      app={app}
      room="board"
      title={loaded.state === "ready" ? loaded.value.product : c.t("desk.lot.title", { lot })}
      back="/desk/board"
    >
      <Wait app={app} loaded={loaded} again={again}>
        {(found) => <Detail app={app} found={found} />}
      </Wait>
    </DeskPage>
  );
}

function Detail({ app, found }: { readonly app: App; readonly found: LotDetail }) {
  const { c } = app;
  const { tem } = found;
  const may = (power: string) => app.session.powers.includes(power);
  return (
    <div class="desktwo">
      <div class="stack">
        <p class="m2">
          {c.t("desk.lot.title", { lot: found.lot })} · {found.lineName}
        </p>
        <section class="card stack" data-ready={found.ready}>
          {found.missing.length === 0 ? (
            <Pill tone="good" icon="check">
              {c.t("desk.lot.ready")}
            </Pill>
          ) : (
            <Note
              tone={found.ready ? "wait" : "caution"}
              icon="warn"
              title={c.t("desk.lot.missing", { n: found.missing.length })}
            >
              <ul class="lacks">
                {found.missing.map((words) => (
                  <li key={words}>{words}</li>
                ))}
              </ul>
            </Note>
          )}
          {tem && <p>{c.t("desk.lot.tem", { left: tem.left, issued: tem.issued, packs: tem.packs })}</p>}
          {may("labels") && (
            <a class="btn big" href={`#${lotPath("tem", found.gtin, found.lot)}`} data-go="tem">
              <Icon name="print" />
              {c.t("desk.lot.print")}
            </a>
          )}
          {may("recall") && (
            <a class="btn line full" href={`#${lotPath("recall", found.gtin, found.lot)}`} data-go="recall">
              <Icon name="warn" />
              {c.t("desk.lot.recall")}
            </a>
          )}
          <a class="btn sec2 full" href={`/01/${found.gtin}/10/${encodeURIComponent(found.lot)}`}>
            <Icon name="eye" />
            {c.t("desk.lot.page")}
          </a>
        </section>
      </div>
      <div class="stack">
        {found.balance.length > 0 && (
          <section class="card stack">
            <div class="row sums">
              <h2 class="as3 grow">{c.t("desk.lot.balance")}</h2>
              <Pill tone={found.fits ? "good" : "caution"} icon={found.fits ? "check" : "warn"}>
                {c.t(found.fits ? "desk.lot.fits" : "desk.lot.unfit")}
              </Pill>
            </div>
            <ul class="lines">
              {found.balance.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          </section>
        )}
        {found.reports.map((report) => (
          <ReportCard key={report.time + report.number} app={app} report={report} />
        ))}
      </div>
    </div>
  );
}

/** `#/desk/tests` */
export function TestsScreen({ app }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = useLoad(app, "/api/v1/desk/tests", readResults);
  return (
    <DeskPage app={app} room="tests" title={c.t("desk.room.tests")}>
      <Wait app={app} loaded={loaded} again={again}>
        {({ reports, waiting }) => (
          <div class="stack">
            {waiting.map(({ lot, product, sampled }) => (
              <Note key={lot} tone="wait" icon="clock" title={`${product}, ${lot}`}>
                <p>{c.t("desk.tests.sampled", { date: c.date(sampled.slice(0, 10)) })}</p>
              </Note>
            ))}
            {reports.length === 0 && waiting.length === 0 && (
              <Empty picture="p-lab" sentence={c.t("desk.tests.none")} />
            )}
            <div class="deskgrid">
              {reports.map((report) => (
                <ReportCard key={report.time + report.lot + report.number} app={app} report={report} />
              ))}
            </div>
          </div>
        )}
      </Wait>
    </DeskPage>
  );
}

function ReportCard({ app, report }: { readonly app: App; readonly report: Report }) {
  const { c } = app;
  const good = report.conformant !== false && report.values.every(({ over }) => !over);
  return (
    <section class="card">
      <div class="row sums">
        <h2 class="as3 grow">{report.name}</h2>
        <Pill tone={good ? "good" : "stop"} icon={good ? "check" : "x"}>
          {c.t(good ? "desk.tests.good" : "desk.tests.bad")}
        </Pill>
      </div>
      <p class="m2">
        {[report.number, c.date(report.time.slice(0, 10))].filter(Boolean).join(" · ")}
        {" · "}
        {report.byLaboratory ? c.t("desk.tests.by", { org: report.laboratory }) : c.t("desk.tests.told")}
      </p>
      <ul class="lab">
        {report.values.map((value) => (
          <li key={value.name}>
            <div class="lab__h">
              <b>{value.name}</b>
              <span>
                {value.value} {value.unit}
              </span>
            </div>
            {value.fill !== null && (
              <svg class="bar2" height="22" aria-hidden="true">
                <rect class="b0" y="4" width="100%" height="14" rx="7" />
                <rect class="b1" x="80%" y="4" width="20%" height="14" />
                <rect class={value.over ? "bx" : "bv"} y="4" width={`${value.fill}%`} height="14" rx="7" />
                <rect class="bl" x="80%" width="3" height="22" />
              </svg>
            )}
            {(value.limit || value.note) && (
              <div class="lab__f">
                <span class={value.over ? "over" : ""}>{value.note}</span>
                <span>{value.limit}</span>
              </div>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}

/** `#/desk/reports` */
export function ReportsScreen({ app }: ScreenProps) {
  const { c } = app;
  const [loaded, again] = useLoad(app, "/api/v1/reports", readBuyerReports);
  return (
    <DeskPage app={app} room="reports" title={c.t("desk.room.reports")}>
      <Wait app={app} loaded={loaded} again={again}>
        {(reports) =>
          reports.length === 0 ? (
            <Empty picture="p-book" sentence={c.t("desk.reports.none")} />
          ) : (
            <div class="deskgrid">
              {reports.map((report) => (
                <section key={report.number} class="card stack">
                  <h2 class="as3">{c.maybe(`report.kinds.${report.kind}`) || report.kind}</h2>
                  <p class="m2">
                    {c.date(report.time.slice(0, 10))} · {report.number}
                    {report.lot && ` · ${decodeURIComponent(report.lot.split("/10/")[1] ?? "")}`}
                  </p>
                  {report.text && <p>{report.text}</p>}
                  {report.photo && (
                    <img class="reportphoto" src={report.photo} alt={c.t("desk.reports.photo")} />
                  )}
                </section>
              ))}
            </div>
          )
        }
      </Wait>
    </DeskPage>
  );
}
