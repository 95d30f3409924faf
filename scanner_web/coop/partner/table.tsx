/** What shops' and laboratories' first screens share: the table of claims, and a card for each. */

import { useEffect, useState } from "preact/hooks";
import type { App } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon, Note, Pill, type Tone } from "../app/parts.tsx";
import { askTable, type Claim, keptTable, type Table } from "./claims.ts";

const TONES: Readonly<Record<string, readonly [Tone, string]>> = {
  claimed: ["wait", "clock"],
  accepted: ["good", "check"],
  differs: ["caution", "warn"],
  denied: ["stop", "x"],
};

/** The table: the kept one at once, the service's as soon as it is there. */
export function useTable(app: App): { readonly table: Table | null; readonly error: unknown; again(): void } {
  const [table, setTable] = useState<Table | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    let here = turn >= 0;
    const show = (found: Table | null) => here && found && setTable(found);
    void keptTable(app).then(show, () => undefined);
    askTable(app).then(
      (found) => {
        show(found);
        if (here) setError(null);
      },
      (failed: unknown) => here && setError(failed),
    );
    return () => {
      here = false;
    };
  }, [app.api, app.session.org?.uri, turn]);
  return { table, error, again: () => setTurn((now) => now + 1) };
}

/** An amount with its unit. */
export function amountOf(app: App, quantity: number | null, uom: string | null): string {
  const { c } = app;
  if (quantity === null) return "";
  if (uom === null) return c.t("amount.count", { n: quantity });
  const unit = c.maybe(`uom.${uom}`) || uom;
  return c.t("amount.unit", { amount: c.number(quantity), unit });
}

/** The goods of a claim in a few words. */
export function goodsOf(app: App, claim: Claim): string {
  const said = claim.goods.map(({ product, lot, gtin, quantity, uom }) =>
    [product ?? gtin ?? "", lot ?? "", amountOf(app, quantity, uom)].filter(Boolean).join(" · "),
  );
  const shown = said.slice(0, 3);
  if (said.length > shown.length) shown.push(app.c.t("partner.more", { n: said.length - shown.length }));
  return shown.join("; ") || app.c.t("partner.sealed");
}

/** What went through this organisation's hands and is recalled: before everything else, in words and with whom to call. */
export function RecalledGoods({ app, table }: { readonly app: App; readonly table: Table | null }) {
  const { c } = app;
  const found = new Map<string, string>();
  const note = (claim: Claim, key: string, org: string) => {
    for (const { uri, recalled, product, gtin, lot } of claim.goods) {
      const what = [product ?? gtin ?? "", lot ?? ""].filter(Boolean).join(" · ");
      if (recalled && !found.has(uri)) found.set(uri, org ? c.t(key, { what, org }) : what);
    }
  };
  for (const claim of table?.toAnswer ?? []) note(claim, "partner.recalled.from", claim.byName);
  for (const claim of table?.unanswered ?? []) note(claim, "partner.recalled.to", claim.namedName);
  if (found.size === 0) return null;
  return (
    <div role="alert" data-recalled={found.size}>
      <Note tone="stop" icon="back" title={c.t("partner.recalled.title")}>
        <ul class="recalledgoods">
          {[...found].map(([uri, line]) => (
            <li key={uri}>{line}</li>
          ))}
        </ul>
        <p>{c.t("partner.recalled.body")}</p>
      </Note>
    </div>
  );
}

/** When a claim's event happened. */
export function whenOf(app: App, claim: Claim): string {
  const { eventTime } = claim.event;
  const moment = typeof eventTime === "string" ? new Date(eventTime) : null;
  return moment && !Number.isNaN(moment.getTime()) ? app.c.moment(moment) : "";
}

/** One claim to answer, or that was answered. */
export function ClaimCard(props: {
  readonly app: App;
  readonly claim: Claim;
  readonly href: string | null;
  readonly icon: string;
}) {
  const { app, claim, href } = props;
  const [tone, icon] = TONES[claim.state] ?? ["wait", "clock"];
  const inside = (
    <>
      <span class="tl__n">
        <Icon name={props.icon} />
      </span>
      <span>
        <b>{claim.byName}</b>
        <small>{goodsOf(app, claim)}</small>
        <small>{whenOf(app, claim)}</small>
        {claim.state !== "claimed" && (
          <Pill tone={tone} icon={icon}>
            {app.c.t(`hands.word.${claim.state}`)}
          </Pill>
        )}
      </span>
      {href && <Icon name="chev" />}
    </>
  );
  return href ? (
    <a class="pick thin" href={`#${href}`} data-claim={claim.index}>
      {inside}
    </a>
  ) : (
    <div class="pick thin" data-claim={claim.index}>
      {inside}
    </div>
  );
}

/** The place of a claim that is not there, or not yet. */
export function Missing(props: { readonly app: App; readonly told: boolean; readonly back: string }) {
  const { app, told, back } = props;
  return (
    <Page app={app} title={app.c.t(told ? "partner.gone" : "partner.asking")} back={back}>
      <p class="m2">{told ? app.c.t("partner.shop.none") : null}</p>
    </Page>
  );
}
