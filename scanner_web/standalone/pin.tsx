/** What a check here rests on: the trust file inside this file, where the record came from, and whom the chain was asked of. */

import type { Catalogue } from "../page/i18n.ts";
import { Icon } from "../page/story/parts.tsx";
import type { Pinned } from "./inside.ts";
import type { From } from "./source.ts";

/** The card at the page's end. `silent`: no endpoint answered; `onStart`: leads back to the beginning. */
export function Pin(props: {
  pinned: Pinned;
  from: From | null;
  silent: boolean;
  onStart: (() => void) | null;
  c: Catalogue;
}) {
  const { pinned, from, silent, onStart, c } = props;
  const { trust, digest } = pinned;
  const rpcs = [...trust.rpcs, ...trust.others.flatMap((other) => other.rpcs)];
  return (
    <div class="wrap pin">
      <section class="card" aria-labelledby="pin-title">
        <h2 class="h-card" id="pin-title">
          {c.t(from === null ? "standalone.pin.before" : "standalone.pin.title")}
        </h2>
        {from === null ? null : <p class="s m2">{c.t(`standalone.from.${from}`, { host: trust.origin })}</p>}
        <p class="s m2">{c.t("standalone.pin.body", { origin: trust.origin })}</p>
        <p class="hash">
          <span class="xs">{c.t("standalone.pin.digest")}</span>
          <br />
          <code data-pinned>{digest}</code>
        </p>
        {silent ? (
          <div class="note" data-tone="wait" data-silent>
            <Icon name="cloud" />
            <div>
              <h3>{c.t("standalone.silent.title")}</h3>
              <p>{c.t("standalone.silent.body")}</p>
              <p class="hash">
                <code>nguon verify --trust trust.json --rpc URL nguon-proof.json</code>
              </p>
            </div>
          </div>
        ) : null}
        <p class="s m2">{c.t("standalone.asked", { n: rpcs.length })}</p>
        <ul class="hash rpcs">
          {rpcs.map((rpc) => (
            <li key={rpc}>
              <code>{rpc}</code>
            </li>
          ))}
        </ul>
        <p class="s m2">{c.t("standalone.release")}</p>
        {onStart ? (
          <button type="button" class="btn sec2 no-print" onClick={onStart}>
            <Icon name="file" />
            {c.t("standalone.other")}
          </button>
        ) : null}
      </section>
    </div>
  );
}
