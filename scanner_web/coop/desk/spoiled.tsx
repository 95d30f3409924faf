/** Tem that were spoiled in printing: voided by their serials, signed on this device, and no more to be printed. */

import { useState } from "preact/hooks";
import { serialOf } from "../../scan/typing.ts";
import { isObject, type JsonObject, type JsonValue } from "../../verify/json.ts";
import { list, object } from "../../verify/shape.ts";
import type { App } from "../app/app.ts";
import { Icon } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import type { Slip } from "../core/slips.ts";
import { uuid7 } from "../lines/ids.ts";
import type { LotDetail } from "./data.ts";
import { voidEvents } from "./events.ts";
import { Outcome, Text } from "./parts.tsx";
import { keep } from "./send.ts";

/** A serial is typed as it stands on the label; several with commas between. */
export function Spoiled(props: { readonly app: App; readonly found: LotDetail; readonly again: () => void }) {
  const { app, found, again } = props;
  const { c } = app;
  const [asked, setAsked] = useState(false);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [slip, setSlip] = useState<Slip | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const serials = typed.split(",").map(serialOf).filter(Boolean);
  const sign = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      const { gtin, lot, uri } = found;
      const sent = { gtin, lot, serials, reason: c.t("desk.void.reason") };
      const events = readEvents(await app.api.post("/api/v1/desk/voids", sent));
      const now = new Date();
      const wanted = voidEvents(events, uri, serials, { now, uuid: () => uuid7(now) });
      setSlip(await keep(app, wanted, { sentence: c.t("desk.void.slip", { n: serials.length, lot }) }));
      setTyped("");
      again();
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
    setBusy(false);
  };
  if (!asked)
    return (
      <button type="button" class="btn line" onClick={() => setAsked(true)} data-ask-void>
        <Icon name="x" />
        {c.t("desk.void.ask")}
      </button>
    );
  return (
    <section class="card stack" data-void={slip?.state}>
      {slip && <Outcome app={app} slip={slip} />}
      <Text
        name="spoiled"
        label={c.t("desk.void.which")}
        hint={c.t("desk.void.hint")}
        value={typed}
        wrong={trouble?.sentence}
        onInput={setTyped}
      />
      <button
        type="button"
        class="btn big"
        disabled={busy || serials.length === 0}
        onClick={() => void sign()}
        data-sign-void
      >
        <Icon name="pen" />
        {busy ? c.t("desk.signing") : c.t("desk.void.sign")}
      </button>
    </section>
  );
}

function readEvents(answer: JsonValue): JsonObject[] {
  return list(object(answer).events).filter(isObject);
}
