/** "Sổ của tôi": what was recorded on this phone, day by day; what was corrected stays, struck. */

import { useState } from "preact/hooks";
import type { Slip } from "../core/slips.ts";
import type { ScreenProps } from "./app.ts";
import { Page, useSlips } from "./frame.tsx";
import { Empty, Failure, Icon } from "./parts.tsx";
import { takeBack } from "./record/commit.ts";
import { dayOf, dayText } from "./record/days.ts";
import { SlipCard } from "./slips.tsx";
import { type Trouble, troubleOf } from "./trouble.ts";

const PAGE = 30;

/** `#/book` */
export function BookScreen({ app }: ScreenProps) {
  const { c, workbook } = app;
  const slips = useSlips(app);
  const [shown, setShown] = useState(PAGE);
  const [asking, setAsking] = useState<Slip | null>(null);
  const [trouble, setTrouble] = useState<Trouble | null>(null);
  const now = new Date();
  const act = (what: string, slip: Slip) => {
    if (what === "withdraw") return setAsking(slip);
    const done =
      what === "retry"
        ? app.outbox.retry(slip.id).then(() => app.outbox.drain(true))
        : app.outbox.setAside(slip.id);
    done.catch((error: unknown) => setTrouble(troubleOf(error, c)));
  };
  if (asking && workbook)
    return (
      <Page
        app={app}
        title={c.t("coop.book.withdraw_title")}
        above={c.t("coop.nav.book")}
        back={() => setAsking(null)}
        nav="none"
        end={
          <div class="btns">
            <button
              type="button"
              class="btn big next"
              onClick={() => {
                takeBack(app, workbook, asking)
                  .catch((error: unknown) => setTrouble(troubleOf(error, c)))
                  .finally(() => setAsking(null));
              }}
            >
              {c.t("coop.book.withdraw_yes")}
            </button>
            <button type="button" class="btn sec2 full" onClick={() => setAsking(null)}>
              {c.t("coop.book.withdraw_no")}
            </button>
          </div>
        }
      >
        <p>{c.t("coop.book.withdraw_body")}</p>
        <ul class="slips">
          <SlipCard app={app} slip={asking} />
        </ul>
      </Page>
    );
  const days = new Map<string, Slip[]>();
  for (const slip of slips.slice(0, shown)) {
    const day = dayOf(new Date(slip.at));
    days.set(day, [...(days.get(day) ?? []), slip]);
  }
  return (
    <Page app={app} title={c.t("coop.nav.book")} nav="book">
      {trouble && (
        <Failure c={c} sentence={trouble.sentence} code={trouble.code} phone={workbook?.supportPhone} />
      )}
      {slips.length === 0 && (
        <Empty picture="p-harvest" sentence={c.t("problem.empty")}>
          <a class="btn big" href="#/">
            <Icon name="home" />
            {c.t("coop.home_link")}
          </a>
        </Empty>
      )}
      {[...days].map(([day, found]) => (
        <section key={day}>
          <h2 class="day">{dayText(day, now, c)}</h2>
          <ul class="slips">
            {found.map((slip) => (
              <SlipCard key={slip.id} app={app} slip={slip} acts onAct={act} />
            ))}
          </ul>
        </section>
      ))}
      {slips.length > shown && (
        <div class="menu">
          <button type="button" class="btn sec2 full" onClick={() => setShown(shown + PAGE)}>
            {c.t("coop.book.more")}
          </button>
        </div>
      )}
    </Page>
  );
}
