/** The first look around: four cards with pictures, to be skipped at any time, and to be had again from the help. */

import { useState } from "preact/hooks";
import type { ScreenProps } from "./app.ts";
import { Page } from "./frame.tsx";
import { Icon, Picture } from "./parts.tsx";
import { remember } from "./prefs.ts";

const CARDS = [
  { name: "record", picture: "p-harvest" },
  { name: "offline", picture: "p-book" },
  { name: "fix", picture: "p-pen" },
  { name: "help", picture: "p-other" },
] as const;

/** `#/tour` */
export function TourScreen({ app }: ScreenProps) {
  const { c } = app;
  const [at, setAt] = useState(0);
  const card = CARDS[at] ?? CARDS[0];
  const leave = () => {
    remember("tour", "seen");
    app.go("/");
  };
  const last = at === CARDS.length - 1;
  return (
    <Page
      app={app}
      title={c.t(`coop.tour.${card.name}.title`)}
      above={c.t("coop.tour.title")}
      dots={{ at, of: CARDS.length }}
      back={at > 0 ? () => setAt(at - 1) : undefined}
      nav="none"
      end={
        <div class="btns">
          <button type="button" class="btn big next" onClick={last ? leave : () => setAt(at + 1)}>
            {c.t(last ? "coop.tour.start" : "coop.ask.next")}
          </button>
          {!last && (
            <button type="button" class="btn sec2 full" onClick={leave}>
              {c.t("coop.tour.skip")}
            </button>
          )}
        </div>
      }
    >
      <div class="tour">
        <Picture name={card.picture} />
        <p>{c.t(`coop.tour.${card.name}.body`)}</p>
        {card.name === "help" && (
          <p class="pill chip">
            <Icon name="phone" />
            {c.t("coop.nav.help")}
          </p>
        )}
      </div>
    </Page>
  );
}
