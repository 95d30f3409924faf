/** The shop's first screen: what is on its way, what others say of it, what it has signed. */

import type { ScreenProps } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Empty, Icon, Note } from "../app/parts.tsx";
import { troubleOf } from "../app/trouble.ts";
import type { Claim } from "./claims.ts";
import { ClaimCard, RecalledGoods, useTable } from "./table.tsx";

const SHOWN = 20;

/** Where a claim is answered: goods that came are received, anything else is said to be so or not. */
function answerPath(claim: Claim): string {
  return claim.part === "to" ? `/shop/receive/${claim.index}` : `/partner/answer/${claim.index}`;
}

/** `#/shop`, and `#/partner` for anybody else whom others name. */
export function ShopScreen({ app }: ScreenProps) {
  const { c } = app;
  const isShop = app.session.person.role === "retailer";
  const { table, error, again } = useTable(app);
  const waiting = table?.toAnswer.filter(({ state }) => state === "claimed") ?? [];
  const answered = table?.toAnswer.filter(({ state }) => state !== "claimed") ?? [];
  const open = table?.unanswered.filter(({ state, named }) => state !== "accepted" && named !== null) ?? [];
  return (
    <Page
      app={app}
      title={c.t(isShop ? "partner.shop.title" : "partner.title")}
      nav="today"
      back={isShop ? undefined : "/"}
    >
      <RecalledGoods app={app} table={table} />
      {error !== null && table === null && (
        <Note tone="caution" icon="cloud" title={c.t("partner.untold")}>
          <p>{troubleOf(error, c).sentence}</p>
        </Note>
      )}
      {error !== null && table !== null && (
        <Note tone="wait" icon="cloud" title={c.t("partner.kept", { at: c.moment(new Date(table.at)) })} />
      )}
      {table === null && error === null && (
        <p class="m2" role="status">
          {c.t("partner.asking")}
        </p>
      )}
      {table !== null && waiting.length === 0 && (
        <Empty picture="p-ship" sentence={c.t(isShop ? "partner.shop.none" : "partner.none")}>
          <button type="button" class="btn sec2" onClick={again}>
            <Icon name="repeat" />
            {c.t("partner.look_again")}
          </button>
        </Empty>
      )}
      {waiting.length > 0 && <p class="m2 lead2">{c.t("partner.shop.body", { n: waiting.length })}</p>}
      <ul class="picks">
        {waiting.map((claim) => (
          <li key={`${claim.index} ${claim.part}`}>
            <ClaimCard
              app={app}
              claim={claim}
              href={answerPath(claim)}
              icon={claim.part === "to" ? "box" : "truck"}
            />
          </li>
        ))}
      </ul>
      <Listed title={c.t("partner.answered", { n: answered.length })} claims={answered} app={app} />
      <Listed title={c.t("partner.others", { n: open.length })} claims={open} app={app} />
    </Page>
  );
}

function Listed({
  title,
  claims,
  app,
}: { readonly title: string; readonly claims: readonly Claim[] } & Pick<ScreenProps, "app">) {
  if (claims.length === 0) return null;
  return (
    <details class="partner__more">
      <summary>
        <span class="grow">{title}</span>
        <Icon name="down" />
      </summary>
      <ul class="picks">
        {claims.slice(0, SHOWN).map((claim) => (
          <li key={`${claim.index} ${claim.part} ${claim.named}`}>
            <ClaimCard app={app} claim={claim} href={null} icon="box" />
          </li>
        ))}
      </ul>
    </details>
  );
}
