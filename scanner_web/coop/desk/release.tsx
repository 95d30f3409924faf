/** Ending a recall, and what is asked before one is signed or ended: that whoever holds the phone is its owner. */

import { useState } from "preact/hooks";
import { b64urlEncode } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import type { App } from "../app/app.ts";
import { Icon, Note } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import { ApiError } from "../core/api.ts";
import { usePasskey } from "../core/session.ts";
import type { Slip } from "../core/slips.ts";
import { uuid7 } from "../lines/ids.ts";
import type { Reach } from "./data.ts";
import { releases } from "./events.ts";
import { Outcome, Text } from "./parts.tsx";
import { keep } from "./send.ts";

/** That the lot is recalled already, and what ends it: a reason, the passkey, a signature. */
export function Release({ app, reach }: { readonly app: App; readonly reach: Reach }) {
  const { c } = app;
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState("");
  const [busy, setBusy] = useState(false);
  const [slip, setSlip] = useState<Slip | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const sign = async () => {
    setBusy(true);
    setTrouble(null);
    try {
      await confirmed(app);
      const now = new Date();
      const lots = [reach.uri, ...reach.daughters.filter(({ recalled }) => recalled).map(({ uri }) => uri)];
      const wanted = releases(lots, reason.trim(), { now, uuid: () => uuid7(now) });
      const sentence = c.t("desk.release.slip", { product: reach.product, lot: reach.lot });
      setSlip(await keep(app, wanted, { sentence }));
    } catch (error) {
      setTrouble(troubleOf(error, c));
    }
    setBusy(false);
  };
  if (slip) return <Outcome app={app} slip={slip} />;
  return (
    <Note tone="stop" icon="warn" title={c.t("desk.recall.already")}>
      {asked ? (
        <div class="stack">
          <Text
            name="release"
            label={c.t("desk.release.why")}
            hint={c.t("desk.release.hint")}
            value={reason}
            onInput={setReason}
          />
          <button
            type="button"
            class="btn big"
            disabled={busy || !reason.trim()}
            onClick={() => void sign()}
            data-release
          >
            <Icon name="fp" />
            {busy ? c.t("desk.signing") : c.t("desk.release.sign")}
          </button>
          {trouble && <p class="wrong">{trouble.sentence}</p>}
        </div>
      ) : (
        <button type="button" class="btn sec2 full" onClick={() => setAsked(true)} data-ask-release>
          {c.t("desk.release.ask")}
        </button>
      )}
    </Note>
  );
}

/**
 * Have whoever holds the phone show that it is his: a passkey, also where nobody answers.
 *
 * Throws `passkey.cancelled`, `passkey.unsupported`.
 */
export async function confirmed(app: App): Promise<void> {
  if (app.practice) return;
  try {
    const credential = await usePasskey(await app.api.signInOptions());
    await app.api.signIn(credential);
  } catch (error) {
    if (!(error instanceof ApiError) || error.status !== 0) throw error;
    const challenge = b64urlEncode(crypto.getRandomValues(new Uint8Array(32)));
    await usePasskey({ challenge, userVerification: "required", timeout: 60_000 });
  }
  if (!app.key && app.session.key.state !== "hosted") throw new LedgerError("key.none");
}
