/** Above everything: signatures that this phone did not make, promises of the ledger that were broken. */

import { useCallback, useEffect, useState } from "preact/hooks";
import { type Alarm, alarms, noteSeen } from "../core/alarms.ts";
import { countOwn } from "../core/counting.ts";
import type { App } from "./app.ts";
import { Call, Icon } from "./parts.tsx";

const EVERY = 30 * 60_000; // milliseconds between two counts of what was signed with this key

/** The alarms that nobody has looked at yet. */
export function Alarms({ app }: { readonly app: App }) {
  const { c, store, outbox } = app;
  const [raised, setRaised] = useState<readonly Alarm[]>([]);
  const look = useCallback(() => {
    void alarms(store).then((all) => setRaised(all.filter(({ seen }) => !seen)));
  }, [store]);
  useEffect(() => {
    look();
    return outbox.subscribe(look);
  }, [look, outbox]);
  useCounting(app, look);
  if (raised.length === 0) return null;
  return (
    <>
      {raised.map((alarm) => (
        <aside
          class="ribbon alarm"
          key={alarm.id}
          aria-label={c.t("coop.alarm.title")}
          data-alarm={alarm.code}
        >
          <Icon name="warn" />
          <div>
            <p role="alert">
              <b>{c.t("coop.alarm.title")}.</b> {sentence(app, alarm)}
            </p>
            <Call c={c} phone={app.workbook?.org.phone ?? app.workbook?.supportPhone} />
            <button type="button" class="linkish" onClick={() => void noteSeen(store, alarm.id).then(look)}>
              {c.t("coop.alarm.seen")}
            </button>
          </div>
        </aside>
      ))}
    </>
  );
}

function sentence({ c }: App, { code }: Alarm): string {
  const kind = code.startsWith("key.") ? "key" : code.startsWith("trust.") ? "trust" : "receipt";
  return c.t(`coop.alarm.${kind}`);
}

/** Counts, now and then, what the ledger holds with this phone's key, against what this phone has signed. */
function useCounting(app: App, counted: () => void): void {
  const { store, api, key, practice, online } = app;
  const may = key !== null && !practice && online && app.session.key.state === "admitted";
  useEffect(() => {
    if (!may) return;
    const count = () => {
      countOwn(store, api)
        .then(counted)
        .catch(() => undefined); // no network, nothing anchored yet: it is counted the next time
    };
    count();
    const timer = setInterval(count, EVERY);
    return () => clearInterval(timer);
  }, [may, store, api, counted]);
}
