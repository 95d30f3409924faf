/** On the first screen of a cooperative: what it handed on and is recalled now. */

import { useEffect, useState } from "preact/hooks";
import type { Table } from "../partner/claims.ts";
import type { App } from "./app.ts";

type Shown = typeof import("../partner/table.tsx").RecalledGoods;

/** Nothing where nothing is recalled, and where nobody can be asked. */
export function RecallNotice({ app }: { readonly app: App }) {
  const [told, setTold] = useState<{ readonly table: Table; readonly Goods: Shown } | null>(null);
  const asks = app.online && !app.practice && !app.lost;
  useEffect(() => {
    let here = asks;
    const ask = async () => {
      const [claims, { RecalledGoods }] = await Promise.all([
        import("../partner/claims.ts"),
        import("../partner/table.tsx"),
      ]);
      const table = await claims.askTable(app);
      if (here) setTold({ table, Goods: RecalledGoods });
    };
    if (asks) void ask().catch(() => undefined); // the first screen does without
    return () => {
      here = false;
    };
  }, [app.api, asks]);
  return told && <told.Goods app={app} table={told.table} />;
}
