/** A month's report: a table to read, to print, and for a spreadsheet. */

import { useState } from "preact/hooks";
import type { ScreenProps } from "../app/app.ts";
import { Icon } from "../app/parts.tsx";
import { useLoad, Wait } from "../desk/parts.tsx";
import { readMonth } from "./data.ts";
import { AlliancePage } from "./parts.tsx";

/** The month of a moment in Vietnam, `2026-11`. */
function monthOf(moment: Date, back = 0): string {
  const local = new Date(moment.getTime() + 7 * 3_600_000);
  return new Date(Date.UTC(local.getUTCFullYear(), local.getUTCMonth() - back, 1)).toISOString().slice(0, 7);
}

/** `#/alliance/report` */
export function ReportScreen({ app }: ScreenProps) {
  const { c } = app;
  const [back, setBack] = useState(0);
  const month = monthOf(new Date(), back);
  const [year = "", number = ""] = month.split("-");
  const named = c.t("alliance.month", { month: Number(number), year });
  const [loaded, again] = useLoad(app, `/api/v1/alliance/report?month=${month}`, readMonth);
  return (
    <AlliancePage
      app={app}
      room="report"
      title={c.t("alliance.report.title", { month: named })}
      back="/alliance"
    >
      <div class="alliance__head">
        <button type="button" class="btn sec2" onClick={() => setBack(back + 1)}>
          <Icon name="back" />
          {c.t("alliance.report.before")}
        </button>
        <button type="button" class="btn sec2" disabled={back === 0} onClick={() => setBack(back - 1)}>
          <Icon name="chev" />
          {c.t("alliance.report.after")}
        </button>
        <a
          class="btn"
          href={`/api/v1/alliance/report?month=${month}&kind=csv&lang=${c.lang}`}
          download={`nguon-${month}.csv`}
        >
          <Icon name="file" />
          {c.t("alliance.report.csv")}
        </a>
        <button type="button" class="btn sec2" onClick={() => print()}>
          <Icon name="print" />
          {c.t("alliance.report.print")}
        </button>
      </div>
      <Wait app={app} loaded={loaded} again={again}>
        {(rows) => (
          <section class="card">
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
            <section class="tblwrap" tabIndex={0} aria-label={named}>
              <table class="tbl">
                <thead>
                  <tr>
                    <th scope="col">{c.t("alliance.column.name")}</th>
                    <th scope="col">{c.t("alliance.column.kind")}</th>
                    <th scope="col" class="n">
                      {c.t("alliance.column.events")}
                    </th>
                    <th scope="col" class="n">
                      {c.t("alliance.column.ownKey")}
                    </th>
                    <th scope="col">{c.t("alliance.column.last")}</th>
                    <th scope="col" class="n">
                      {c.t("alliance.column.reports")}
                    </th>
                  </tr>
                </thead>
                <tbody>
                  {rows.map((row) => (
                    <tr key={row.uri}>
                      <td>{row.name}</td>
                      <td>{c.t(`alliance.kind.${row.kind}`)}</td>
                      <td class="n">{c.number(row.events)}</td>
                      <td class="n">{c.number(row.ownKey)}</td>
                      <td>{row.last ? c.date(new Date(row.last)) : "–"}</td>
                      <td class="n">{c.number(row.reports)}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </section>
          </section>
        )}
      </Wait>
    </AlliancePage>
  );
}
