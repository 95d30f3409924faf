/** What every form of the desk does: starts from the description in force, signs a new one, keeps habits beside it. */

import { useEffect, useState } from "preact/hooks";
import type { JsonObject } from "../../verify/json.ts";
import type { App } from "../app/app.ts";
import { Note } from "../app/parts.tsx";
import { type Trouble, troubleOf } from "../app/trouble.ts";
import { ApiError } from "../core/api.ts";
import type { Slip } from "../core/slips.ts";
import { readAttributes } from "./data.ts";
import type { ToSign } from "./describing.ts";
import { Outcome } from "./parts.tsx";
import { keep, type Telling } from "./send.ts";

/** The attributes of the description in force; null: not yet known, `{}`: nothing is said yet. */
export function useDescription(
  app: App,
  uri: string | null,
): { attributes: JsonObject | null; missing: boolean } {
  const [attributes, setAttributes] = useState<JsonObject | null>(uri === null ? {} : null);
  const [missing, setMissing] = useState(false);
  const { api } = app;
  useEffect(() => {
    if (uri === null) return;
    let here = true;
    api
      .get(`/api/v1/desk/descriptions?uri=${encodeURIComponent(uri)}`)
      .then((answer) => here && setAttributes(readAttributes(answer)))
      .catch((error: unknown) => {
        if (!here) return;
        if (error instanceof ApiError && error.status === 404) setAttributes({});
        else setMissing(true);
      });
    return () => {
      here = false;
    };
  }, [api, uri]);
  return { attributes, missing };
}

/** Signing what a form says, and what came of it. */
export interface Saving {
  readonly busy: boolean;
  readonly slip: Slip | null;
  readonly trouble: Trouble | null;
  /** The habits beside it could not be kept: they want the network. */
  readonly unkept: boolean;
  save(wanted: readonly ToSign[], telling: Telling, habits?: () => Promise<unknown>): Promise<void>;
}

export function useSaving(app: App): Saving {
  const [busy, setBusy] = useState(false);
  const [slip, setSlip] = useState<Slip | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const [unkept, setUnkept] = useState(false);
  const save = async (wanted: readonly ToSign[], telling: Telling, habits?: () => Promise<unknown>) => {
    setBusy(true);
    setTrouble(null);
    setUnkept(false);
    try {
      if (habits && !app.practice) await habits().catch(() => setUnkept(true));
      setSlip(wanted.length > 0 ? await keep(app, wanted, telling) : null);
      if (wanted.length === 0) void app.refresh();
    } catch (error) {
      setTrouble(troubleOf(error, app.c));
    } finally {
      setBusy(false);
    }
  };
  return { busy, slip, trouble, unkept, save };
}

/** What came of saving, above the form. */
export function Saved({ app, saving }: { readonly app: App; readonly saving: Saving }) {
  const { c } = app;
  const { slip, trouble, unkept } = saving;
  return (
    <div role="status" class="stack" data-saved={slip?.state}>
      {slip && <Outcome app={app} slip={slip} />}
      {unkept && (
        <Note tone="caution" icon="warn" title={c.t("desk.unkept.title")}>
          <p>{c.t("desk.unkept.body")}</p>
        </Note>
      )}
      {trouble && (
        <Note tone="stop" icon="warn" title={c.t("coop.failed.title")}>
          <p>{trouble.sentence}</p>
        </Note>
      )}
    </div>
  );
}

/** That a form cannot be filled in without the network: what is in force is not known. */
export function NeedsNetwork({ app }: { readonly app: App }) {
  return (
    <Note tone="wait" icon="cloud" title={app.c.t("desk.offline.title")}>
      <p>{app.c.t("desk.offline.body")}</p>
    </Note>
  );
}
