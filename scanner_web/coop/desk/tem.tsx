/** Order and print tem: the count is computed, the layout kept, the roll signed on this phone before anything is printed. */

import { useState } from "preact/hooks";
import { isObject, type JsonValue } from "../../verify/json.ts";
import { object } from "../../verify/shape.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Icon, Note, Pill } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import { readReceipt } from "../core/http.ts";
import { checkReceipt } from "../core/receipts.ts";
import { trustFile } from "../core/trust.ts";
import { uuid7 } from "../lines/ids.ts";
import { boardPath, lotPath } from "./board.tsx";
import {
  type Layout,
  type LotDetail,
  type Roll,
  readLayouts,
  readLot,
  readPrepared,
  type TemBalance,
} from "./data.ts";
import { checkRoll, rollEvent } from "./events.ts";
import { DeskPage, useLoad, Wait } from "./parts.tsx";
import { signed } from "./send.ts";
import { Spoiled } from "./spoiled.tsx";

/** Sheets that are offered first; the others are one press away. */
const COMMON = ["A4-33", "L7160", "TOMY-138"];
const KEPT = "nguon-tem";

interface Kept {
  readonly layout: string;
  readonly x: number;
  readonly y: number;
}

/** `#/desk/tem/:gtin/:lot` */
export function TemScreen({ app, params }: ScreenProps) {
  const { gtin = "", lot = "" } = params;
  const { c } = app;
  const [loaded, again] = useLoad(app, boardPath(gtin, lot), readLot);
  const [sheets, more] = useLoad(app, "/api/v1/labels/layouts", readLayouts);
  return (
    <DeskPage app={app} room="board" title={c.t("desk.tem.title", { lot })} back={lotPath("lot", gtin, lot)}>
      <Wait app={app} loaded={loaded} again={again}>
        {(found) => (
          <Wait app={app} loaded={sheets} again={more}>
            {(layouts) => <Print app={app} found={found} layouts={layouts} again={again} />}
          </Wait>
        )}
      </Wait>
    </DeskPage>
  );
}

function Print(props: {
  readonly app: App;
  readonly found: LotDetail;
  readonly layouts: readonly Layout[];
  readonly again: () => void;
}) {
  const { app, found, layouts, again } = props;
  const { c } = app;
  const [kept, setKept] = useState<Kept>(keptLayout);
  const [all, setAll] = useState(false);
  const [hidden, setHidden] = useState(false);
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [made, setMade] = useState<Roll | null>(null);
  const layout = layouts.find((each) => each.layout === kept.layout) ?? layouts[0];
  const { tem } = found;
  const count = tem?.left ?? 0;
  const offered = layouts.filter(
    (each) => all || COMMON.includes(each.layout) || each.layout === kept.layout,
  );
  const choose = (change: Partial<Kept>) => {
    const now = { ...kept, ...change };
    setKept(now);
    keepLayout(now);
  };
  const order = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      const roll = await ordered(app, found, hidden);
      setMade(roll);
      download(labelsPath(found, roll, kept));
      again();
    } catch (error) {
      setTrouble(troubleOf(error, c));
    } finally {
      setBusy(false);
    }
  };
  if (!layout) return <p>{c.t("desk.tem.nolayout")}</p>;
  return (
    <div class="desktwo">
      <div class="stack">
        <section class="card stack">
          <div class="row sums">
            <b class="grow temcount">{c.t("desk.tem.count", { n: count })}</b>
            <Pill
              tone={found.ready && count > 0 ? "good" : "caution"}
              icon={found.ready && count > 0 ? "check" : "warn"}
            >
              {c.t(found.ready ? (count > 0 ? "desk.tem.may" : "desk.tem.full") : "desk.tem.notyet")}
            </Pill>
          </div>
          {tem && <p>{why(tem, app)}</p>}
          {!tem && <p>{c.t("desk.tem.unknown")}</p>}
          {!found.ready && (
            <ul class="lacks">
              {found.missing.map((words) => (
                <li key={words}>{words}</li>
              ))}
            </ul>
          )}
        </section>
        <fieldset class="choices papers">
          <legend>{c.t("desk.tem.paper")}</legend>
          {offered.map((each) => (
            <label key={each.layout}>
              <input
                type="radio"
                name="layout"
                value={each.layout}
                checked={each.layout === layout.layout}
                onChange={() => choose({ layout: each.layout })}
              />
              <span>
                <b>{each.layout}</b>
                <br />
                <span class="m2">
                  {c.t("desk.tem.sheet", { n: each.labels, w: each.width, h: each.height })}
                </span>
              </span>
            </label>
          ))}
          {!all && (
            <button type="button" class="btn line" onClick={() => setAll(true)}>
              {c.t("desk.tem.more")}
            </button>
          )}
        </fieldset>
        <fieldset class="choices">
          <legend>{c.t("desk.tem.margins")}</legend>
          <div class="margins">
            <Margin app={app} name="x" value={kept.x} onChange={(x) => choose({ x })} />
            <Margin app={app} name="y" value={kept.y} onChange={(y) => choose({ y })} />
          </div>
          <a
            class="btn sec2"
            href={`/api/v1/labels/test-sheet.pdf?layout=${layout.layout}&x=${kept.x}&y=${kept.y}`}
            download
          >
            <Icon name="print" />
            {c.t("desk.tem.testsheet")}
          </a>
          <label>
            <input type="checkbox" name="hidden" checked={hidden} onChange={() => setHidden(!hidden)} />
            <span>
              <b>{c.t("desk.tem.scratch")}</b>
              <br />
              <span class="m2">{c.t("desk.tem.scratch_body")}</span>
            </span>
          </label>
        </fieldset>
        <div role="status" class="stack" data-printed={made?.roll}>
          {trouble && (
            <Note tone="stop" icon="warn" title={c.t("desk.tem.refused")}>
              <p>{trouble.sentence}</p>
            </Note>
          )}
          {made && (
            <Note tone="good" icon="check" title={c.t("desk.tem.done", { n: made.count })}>
              <p>{c.t("desk.tem.done_body")}</p>
            </Note>
          )}
        </div>
        {count > 0 && (
          <button
            type="button"
            class="btn big sign"
            disabled={busy || !found.ready}
            onClick={() => void order()}
            data-sign
          >
            <Icon name="print" />
            {busy ? c.t("desk.signing") : c.t("desk.tem.print", { n: count })}
          </button>
        )}
        {found.rolls.some(({ stands }) => stands) && <Spoiled app={app} found={found} again={again} />}
        {found.rolls
          .filter(({ stands }) => stands)
          .map((roll) => (
            <a
              key={roll.roll}
              class="btn sec2"
              href={labelsPath(found, roll, kept)}
              download
              data-roll={roll.roll}
            >
              <Icon name="print" />
              {c.t("desk.tem.again", { n: roll.count })}
            </a>
          ))}
      </div>
      <div class="stack">
        <h2 class="as3">{c.t("desk.tem.preview")}</h2>
        <img
          class="temreal"
          style={{ width: `${layout.width}mm` }}
          src={`/api/v1/desk/tem-sample.svg?gtin=${found.gtin}&lot=${encodeURIComponent(found.lot)}&layout=${layout.layout}${hidden ? "&hidden=true" : ""}&lang=${app.lang}`}
          alt={c.t("desk.tem.preview_alt", { lot: found.lot })}
        />
        <p class="m2 small">{c.t("desk.tem.real", { w: layout.width, h: layout.height })}</p>
        <Sheet layout={layout} label={c.t("desk.tem.sheet_alt", { n: layout.labels })} />
        {count > 0 && <p class="m2">{c.t("desk.tem.sheets", { n: Math.ceil(count / layout.labels) })}</p>}
        <ul class="ticks">
          {(["unique", "first", "spoiled"] as const).map((name) => (
            <li key={name}>
              <Icon name="check" />
              {c.t(`desk.tem.rule.${name}`)}
            </li>
          ))}
        </ul>
      </div>
    </div>
  );
}

/** The arithmetic behind the count. */
function why(tem: TemBalance, { c }: App): string {
  const values = { packs: tem.packs, issued: tem.issued, voided: tem.voided };
  if (tem.kilograms === null || tem.packKilograms === null) return c.t("desk.tem.why_counted", values);
  const grams = Math.round(tem.packKilograms * 1e6) / 1000;
  return c.t("desk.tem.why_weighed", { ...values, kg: tem.kilograms, grams });
}

/** Have a roll made, sign it here, and have it recorded: exactly what was made, for this lot and no more than its count. */
async function ordered(app: App, found: LotDetail, hidden: boolean): Promise<Roll> {
  const { gtin, lot } = found;
  if (!app.key) return hosted(app, found, hidden);
  const roll = readPrepared(await app.api.post("/api/v1/desk/rolls", { gtin, lot, hidden }));
  checkRoll(roll.members, found.uri, roll.count);
  const now = new Date();
  const statement = await signed(app, rollEvent(roll.members, [found.uri], { now, uuid: () => uuid7(now) }));
  const answer = object(await app.api.post("/api/v1/desk/rolls/signed", { statement }));
  const trust = await trustFile(app.store, () => app.api.trustFile());
  await checkReceipt(readReceipt(object(answer.receipt)), statement, trust);
  return { roll: roll.roll, count: roll.count, hidden, stands: true };
}

async function hosted(app: App, { gtin, lot, tem }: LotDetail, hidden: boolean): Promise<Roll> {
  const path = `/api/v1/lots/${gtin}/${encodeURIComponent(lot)}/tem`;
  const answer: JsonValue = await app.api.post(path, { count: tem?.left ?? 0, hidden });
  const value = object(answer);
  return { roll: String(value.roll), count: Number(value.count), hidden, stands: true };
}

/** A margin, in steps of half a millimetre. */
function Margin(props: {
  readonly app: App;
  readonly name: "x" | "y";
  readonly value: number;
  readonly onChange: (value: number) => void;
}) {
  const { name, value } = props;
  const { c } = props.app;
  const label = c.t(`desk.tem.margin_${name}`);
  const step = (by: number) => props.onChange(Math.min(10, Math.max(-10, Math.round((value + by) * 2) / 2)));
  return (
    <div class="margin">
      <span>{label}</span>
      <button
        type="button"
        class="btn line"
        onClick={() => step(-0.5)}
        aria-label={c.t("desk.tem.less", { label })}
      >
        <Icon name="minus" />
      </button>
      <output>{c.number(value)} mm</output>
      <button
        type="button"
        class="btn line"
        onClick={() => step(0.5)}
        aria-label={c.t("desk.tem.moreof", { label })}
      >
        <Icon name="plus" />
      </button>
    </div>
  );
}

/** Where labels lie on a sheet, drawn to scale. */
function Sheet({ layout, label }: { readonly layout: Layout; readonly label: string }) {
  const places = Array.from({ length: layout.labels }, (_, place) => ({
    x: layout.left + (place % layout.columns) * layout.pitchX,
    y: layout.top + Math.floor(place / layout.columns) * layout.pitchY,
  }));
  return (
    <svg class="sheetmap" viewBox="0 0 210 297" role="img" aria-label={label}>
      <rect class="sheetmap__paper" width="210" height="297" />
      {places.map(({ x, y }) => (
        <g key={`${x} ${y}`}>
          <rect class="sheetmap__label" x={x} y={y} width={layout.width} height={layout.height} rx="1.5" />
          <rect
            class="sheetmap__code"
            x={x + 2}
            y={y + 2}
            width={layout.height - 4}
            height={layout.height - 4}
          />
        </g>
      ))}
    </svg>
  );
}

function labelsPath({ gtin, lot }: LotDetail, roll: Roll, { layout, x, y }: Kept): string {
  const path = `/api/v1/lots/${gtin}/${encodeURIComponent(lot)}/tem/${roll.roll}/labels.pdf`;
  return `${path}?${new URLSearchParams({ layout, count: String(Math.min(2000, roll.count)), x: String(x), y: String(y) })}`;
}

/** Hand a file to the browser, which keeps or opens it. */
function download(path: string): void {
  const link = document.createElement("a");
  link.href = path;
  link.download = "";
  document.body.append(link);
  link.click();
  link.remove();
}

/** The sheet and margins of the last time on this device. */
function keptLayout(): Kept {
  const first: Kept = { layout: "A4-33", x: 0, y: 0 };
  try {
    const value: JsonValue = JSON.parse(localStorage.getItem(KEPT) ?? "null");
    if (!isObject(value) || typeof value.layout !== "string") return first;
    return { layout: value.layout, x: Number(value.x) || 0, y: Number(value.y) || 0 };
  } catch {
    return first;
  }
}

function keepLayout(kept: Kept): void {
  try {
    localStorage.setItem(KEPT, JSON.stringify(kept));
  } catch {
    // a private window: it is asked again next time
  }
}
