/** A recall in two steps: what it covers and what it forgets; then what will happen, signed after a passkey. */

import { useState } from "preact/hooks";
import type { App, ScreenProps } from "../app/app.ts";
import { Call, Icon, Note } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Slip } from "../core/slips.ts";
import { uuid7 } from "../lines/ids.ts";
import { lotPath } from "./board.tsx";
import { type Part, type Reach, readReach } from "./data.ts";
import { recalls } from "./events.ts";
import { DeskPage, Outcome, Text, useLoad, Wait } from "./parts.tsx";
import { confirmed, Release } from "./release.tsx";
import { keep } from "./send.ts";
import { amountText, type Chosen, chosenAmount, firstChoice, forgotten, recalledOf } from "./views.ts";

const REASONS = ["test", "label", "dirt", "other"] as const;
type Reason = (typeof REASONS)[number];

/** `#/desk/recall/:gtin/:lot` */
export function RecallScreen({ app, params }: ScreenProps) {
  const { gtin = "", lot = "" } = params;
  const [loaded, again] = useLoad(app, `/api/v1/desk/recall/${gtin}/${encodeURIComponent(lot)}`, readReach);
  if (loaded.state === "ready")
    return <Steps app={app} reach={loaded.value} back={lotPath("lot", gtin, lot)} again={again} />;
  return (
    <DeskPage
      app={app}
      room="board"
      title={app.c.t("desk.recall.which")}
      back={lotPath("lot", gtin, lot)}
      narrow
    >
      <Wait app={app} loaded={loaded} again={again}>
        {() => <p />}
      </Wait>
    </DeskPage>
  );
}

function Steps(props: {
  readonly app: App;
  readonly reach: Reach;
  readonly back: string;
  readonly again: () => void;
}) {
  const { app, reach, back } = props;
  const { c } = app;
  const [chosen, setChosen] = useState<Chosen>(() => firstChoice(reach));
  const [reason, setReason] = useState<Reason>("test");
  const [other, setOther] = useState("");
  const [step, setStep] = useState<"scope" | "confirm">("scope");
  const [slip, setSlip] = useState<Slip | null>(null);
  const words = reason === "other" ? other.trim() : c.t(`desk.recall.reason.${reason}`);
  if (slip) return <Done app={app} reach={reach} slip={slip} back={back} />;
  if (step === "scope")
    return (
      <Scope
        app={app}
        reach={reach}
        back={back}
        chosen={chosen}
        onChoose={setChosen}
        reason={reason}
        onReason={setReason}
        other={other}
        onOther={setOther}
        onNext={words ? () => setStep("confirm") : null}
      />
    );
  return (
    <Confirm
      app={app}
      reach={reach}
      chosen={chosen}
      reason={words}
      back={() => setStep("scope")}
      onSigned={setSlip}
    />
  );
}

function Scope(props: {
  readonly app: App;
  readonly reach: Reach;
  readonly back: string;
  readonly chosen: Chosen;
  readonly onChoose: (chosen: Chosen) => void;
  readonly reason: Reason;
  readonly onReason: (reason: Reason) => void;
  readonly other: string;
  readonly onOther: (text: string) => void;
  readonly onNext: (() => void) | null;
}) {
  const { app, reach, chosen } = props;
  const { c } = app;
  const left = forgotten(reach, chosen);
  const isWhole = left.parts.length === 0 && left.lots === 0;
  const uom = reach.parts[0]?.uom ?? null;
  const all = reach.parts.reduce((sum, part) => sum + part.amount, 0);
  const isNumbered = reach.parts.some((part) => part.serials.length > 0);
  const toggle = (place: number) => {
    const parts = new Set(chosen.parts);
    if (!parts.delete(place)) parts.add(place);
    props.onChoose({ ...chosen, parts });
  };
  return (
    <DeskPage
      app={app}
      room="board"
      title={c.t("desk.recall.which")}
      back={props.back}
      dots={{ at: 0, of: 2 }}
      narrow
      end={
        <button
          type="button"
          class="btn big next"
          disabled={props.onNext === null || chosen.parts.size === 0}
          onClick={() => props.onNext?.()}
          data-next
        >
          {c.t("desk.next")}
        </button>
      }
    >
      {reach.recalled && <Release app={app} reach={reach} />}
      <section class="card">
        <h2 class="as3">{c.t("desk.recall.lot", { product: reach.product, lot: reach.lot })}</h2>
        <ul class="choices scope">
          {reach.parts.map((part, place) => (
            <li key={`${part.state} ${part.party} ${part.serials.length > 0}`}>
              <label>
                <input
                  type="checkbox"
                  checked={chosen.parts.has(place)}
                  disabled={!isNumbered}
                  onChange={() => toggle(place)}
                />
                <span>
                  <b>{partText(part, app)}</b>
                  {part.since && <small>{c.date(part.since.slice(0, 10))}</small>}
                </span>
              </label>
            </li>
          ))}
          {reach.daughters
            .filter((daughter) => daughter.forgotten)
            .map((daughter) => (
              <li key={daughter.uri}>
                <label>
                  <input
                    type="checkbox"
                    checked={chosen.daughters}
                    onChange={() => props.onChoose({ ...chosen, daughters: !chosen.daughters })}
                  />
                  <span>
                    <b>{c.t("desk.recall.daughter", { product: daughter.product, lot: daughter.lot })}</b>
                    <small>{c.t("desk.recall.madeof")}</small>
                  </span>
                </label>
              </li>
            ))}
        </ul>
      </section>
      {!isWhole && (
        <>
          <Note tone="caution" icon="warn" title={c.t("desk.recall.forgets")}>
            <ul class="lacks">
              {left.parts.map((part) => (
                <li key={`${part.state} ${part.party}`}>{partText(part, app)}</li>
              ))}
              {left.lots > 0 && <li>{c.t("desk.recall.forgets_lots", { n: left.lots })}</li>}
            </ul>
          </Note>
          <button
            type="button"
            class="btn soft big"
            onClick={() => props.onChoose({ parts: new Set(reach.parts.keys()), daughters: true })}
            data-all
          >
            <Icon name="plus" />
            {c.t("desk.recall.all", { amount: amountText(all, uom, c) })}
          </button>
        </>
      )}
      <fieldset class="choices reasons">
        <legend>{c.t("desk.recall.why")}</legend>
        {REASONS.map((each) => (
          <label key={each}>
            <input
              type="radio"
              name="reason"
              checked={props.reason === each}
              onChange={() => props.onReason(each)}
            />
            {c.t(`desk.recall.reason.${each}`)}
          </label>
        ))}
      </fieldset>
      {props.reason === "other" && (
        <Text name="why" label={c.t("desk.recall.other")} value={props.other} onInput={props.onOther} />
      )}
    </DeskPage>
  );
}

function partText(part: Part, { c }: App): string {
  const amount = amountText(part.amount, part.uom, c);
  if (part.state === "stock") return c.t("desk.recall.stock", { amount });
  return c.t(part.state === "sold" ? "desk.recall.sold" : "desk.recall.handed", {
    amount,
    name: part.name ?? "?",
  });
}

function Confirm(props: {
  readonly app: App;
  readonly reach: Reach;
  readonly chosen: Chosen;
  readonly reason: string;
  readonly back: () => void;
  readonly onSigned: (slip: Slip) => void;
}) {
  const { app, reach, chosen, reason } = props;
  const { c } = app;
  const [busy, setBusy] = useState(false);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const { amount, uom } = chosenAmount(reach, chosen);
  const words = amountText(amount, uom, c);
  const sign = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await confirmed(app);
      const now = new Date();
      const wanted = recalls(recalledOf(reach, chosen), reason, { now, uuid: () => uuid7(now) });
      const sentence = c.t("desk.recall.slip", { amount: words, product: reach.product, lot: reach.lot });
      props.onSigned(await keep(app, wanted, { sentence }));
    } catch (error) {
      setTrouble(troubleOf(error, c));
      setBusy(false);
    }
  };
  return (
    <DeskPage
      app={app}
      room="board"
      title={c.t("desk.recall.sure", { amount: words, product: reach.product, lot: reach.lot })}
      back={props.back}
      dots={{ at: 1, of: 2 }}
      narrow
      end={
        <>
          <button
            type="button"
            class="btn big sign stop"
            disabled={busy}
            onClick={() => void sign()}
            data-sign
          >
            <Icon name="fp" />
            {busy ? c.t("desk.signing") : c.t("desk.recall.sign")}
          </button>
          <button type="button" class="btn line full" onClick={props.back}>
            {c.t("desk.recall.no")}
          </button>
        </>
      }
    >
      <section class="card">
        <ul class="said">
          {(["buyers", "ledger", "call"] as const).map((name) => (
            <li key={name}>
              <span class="tl__n">
                <Icon name="check" />
              </span>
              <span>
                <b>{c.t(`desk.recall.will.${name}`)}</b>
                <small>{c.t(`desk.recall.will.${name}_body`, { n: reach.call.length })}</small>
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section class="card">
        <p class="m2">{c.t("desk.recall.read")}</p>
        <b>{reason}</b>
      </section>
      <div role="status">
        {trouble && (
          <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
            <p>{trouble.sentence}</p>
          </Note>
        )}
      </div>
    </DeskPage>
  );
}

/** The list of whom to call, once it is signed. */
function Done(props: {
  readonly app: App;
  readonly reach: Reach;
  readonly slip: Slip;
  readonly back: string;
}) {
  const { app, reach, slip } = props;
  const { c } = app;
  return (
    <DeskPage app={app} room="board" title={c.t("desk.recall.now")} back={props.back} narrow>
      <Outcome app={app} slip={slip} />
      {reach.call.length === 0 && <p>{c.t("desk.recall.nobody")}</p>}
      <ul class="desklist" data-call={slip.state}>
        {reach.call.map((who) => (
          <li key={who.uri} class="card stack">
            <h2 class="as3">{who.name}</h2>
            <ul class="lacks">
              {who.has.map((each) => (
                <li key={each.lot + each.amount}>
                  {c.t("desk.recall.has", {
                    amount: amountText(each.amount, each.uom, c),
                    product: each.product,
                    lot: decodeURIComponent(each.lot),
                  })}
                </li>
              ))}
            </ul>
            {who.phone ? (
              <Call c={c} phone={who.phone} kind="big" />
            ) : (
              <a class="btn sec2" href={`#/desk/partners/edit?uri=${encodeURIComponent(who.uri)}`}>
                {c.t("desk.recall.nophone")}
              </a>
            )}
          </li>
        ))}
      </ul>
    </DeskPage>
  );
}
