/** The laboratory's first screen: what waits for a test, and what it has signed; a sample's label can be scanned. */

import { useState } from "preact/hooks";
import type { Decision } from "../../scan/decide.ts";
import { lotUri } from "../../verify/target.ts";
import type { ScreenProps } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Empty, Icon, Note } from "../app/parts.tsx";
import { troubleOf } from "../app/trouble.ts";
import { Looker } from "./looker.tsx";
import { ClaimCard, RecalledGoods, useTable } from "./table.tsx";

const SHOWN = 20;

/** `#/lab` */
export function LabScreen({ app }: ScreenProps) {
  const { c } = app;
  const { table, error, again } = useTable(app);
  const tests = table?.toAnswer.filter(({ part }) => part === "test") ?? [];
  const waiting = tests.filter(({ state }) => state === "claimed");
  const answered = tests.filter(({ state }) => state !== "claimed");
  const moved = table?.toAnswer.filter(({ part, state }) => part !== "test" && state === "claimed") ?? [];
  return (
    <Page
      app={app}
      title={c.t("partner.lab.title")}
      nav="today"
      end={
        <a class="btn big" href="#/lab/scan">
          <Icon name="camera" />
          {c.t("partner.lab.scan")}
        </a>
      }
    >
      <RecalledGoods app={app} table={table} />
      {error !== null && (
        <Note
          tone="wait"
          icon="cloud"
          title={table ? c.t("partner.kept", { at: c.moment(new Date(table.at)) }) : c.t("partner.untold")}
        >
          {!table && <p>{troubleOf(error, c).sentence}</p>}
        </Note>
      )}
      {table === null && error === null && (
        <p class="m2" role="status">
          {c.t("partner.asking")}
        </p>
      )}
      {table !== null && waiting.length === 0 && (
        <Empty picture="p-lab" sentence={c.t("partner.lab.none")}>
          <button type="button" class="btn sec2" onClick={again}>
            <Icon name="repeat" />
            {c.t("partner.look_again")}
          </button>
        </Empty>
      )}
      {waiting.length > 0 && <p class="m2 lead2">{c.t("partner.lab.body", { n: waiting.length })}</p>}
      <ul class="picks">
        {waiting.map((claim) => (
          <li key={claim.index}>
            <ClaimCard app={app} claim={claim} href={`/lab/result/${claim.index}`} icon="flask" />
          </li>
        ))}
        {moved.map((claim) => (
          <li key={`${claim.index} ${claim.part}`}>
            <ClaimCard app={app} claim={claim} href={`/partner/answer/${claim.index}`} icon="truck" />
          </li>
        ))}
      </ul>
      {answered.length > 0 && (
        <details class="partner__more">
          <summary>
            <span class="grow">{c.t("partner.answered", { n: answered.length })}</span>
            <Icon name="down" />
          </summary>
          <ul class="picks">
            {answered.slice(0, SHOWN).map((claim) => (
              <li key={claim.index}>
                <ClaimCard app={app} claim={claim} href={null} icon="flask" />
              </li>
            ))}
          </ul>
        </details>
      )}
    </Page>
  );
}

/** `#/lab/scan`: the lot of a sample that nobody announced. */
export function LabScanScreen({ app }: ScreenProps) {
  const { c } = app;
  const [wrong, setWrong] = useState(false);
  const found = (decisions: readonly Decision[]) => {
    for (const decision of decisions) {
      const lot = decision.kind === "page" ? lotUri(decision.target) : null;
      if (lot) return app.go(`/lab/result/new?lot=${encodeURIComponent(lot)}`);
    }
    setWrong(true);
  };
  return (
    <Page app={app} title={c.t("partner.lab.scan")} back="/lab">
      <Looker c={c} looking={true} onFound={found} />
      {wrong && <Note tone="caution" icon="warn" title={c.t("partner.scan.foreign")} />}
    </Page>
  );
}
