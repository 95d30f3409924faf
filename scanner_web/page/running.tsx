/** While the check runs: the server's page stays, marked as such; its steps become those that run here. */

import { render } from "preact";
import type { Stage } from "./check.ts";
import { Checklist } from "./checks.tsx";
import type { Catalogue } from "./i18n.ts";
import { running } from "./steps.ts";
import { Icon } from "./story/parts.tsx";

const LONG = 4000;

/** Says what is under way, until it is cleared. */
export interface Running {
  readonly stage: (now: Stage) => void;
  readonly clear: () => void;
}

/** Mark the server's page as not checked yet. */
export function markRunning(main: HTMLElement, c: Catalogue): Running {
  main.dataset.check = "running";
  const mark = place(main);
  const card = main.querySelector<HTMLElement>("#check");
  let stage: Stage = "anchored";
  let slow = false;
  const paint = () => {
    render(
      <p class="verdict__age" data-running role="status">
        <span class="spin" aria-hidden="true" />
        <span>
          {c.t("check.heading.run")}
          {slow ? ` ${c.t(`check.${stage}.run`)}` : ""}
        </span>
      </p>,
      mark,
    );
    if (card) render(<RunningCard stage={stage} c={c} />, card);
  };
  card?.replaceChildren();
  paint();
  const timer = setTimeout(() => {
    slow = true;
    paint();
  }, LONG);
  return {
    stage: (now) => {
      stage = now;
      paint();
    },
    clear: () => {
      clearTimeout(timer);
      mark.remove();
      main.dataset.check = "none";
    },
  };
}

/**
 * Say that nothing could be checked here, and leave the server's page as it is.
 *
 * @param code why: `offline`, or the service's own code
 */
export function markFailed(main: HTMLElement, code: string, c: Catalogue): void {
  main.dataset.check = "failed";
  const body = whyFailed(code, c);
  render(
    <p class="verdict__do" data-failed role="status">
      {c.t("check.failed.title")} {body}
    </p>,
    place(main),
  );
  const card = main.querySelector<HTMLElement>("#check");
  if (card)
    render(
      <>
        <h2 class="h-card" id="check-title">
          {c.t("check.failed.title")}
        </h2>
        <p class="s m2 tight">
          {body} <code class="h">{code}</code>
        </p>
        <p>
          <a class="btn sec2" href={location.href}>
            <Icon name="repeat" />
            {c.t("action.again")}
          </a>
        </p>
      </>,
      card,
    );
}

function whyFailed(code: string, c: Catalogue): string {
  if (code === "offline") return c.t("check.failed.offline");
  return code === "not_found.size" ? c.t("check.failed.early") : c.t("check.failed.body");
}

function RunningCard({ stage, c }: { stage: Stage; c: Catalogue }) {
  return (
    <>
      <h2 class="h-card" id="check-title">
        {c.t("check.heading.run")}
      </h2>
      <p class="s m2 tight">{c.t("check.mark.server")}</p>
      <Checklist steps={running(c, stage)} class="cols" c={c} />
    </>
  );
}

/** The place under the server's sentence that tells how far this is. */
function place(main: HTMLElement): HTMLElement {
  const known = main.querySelector<HTMLElement>("[data-checking]");
  if (known) return known;
  const made = document.createElement("div");
  made.dataset.checking = "";
  const say = main.querySelector(".verdict__say");
  if (say) say.after(made);
  else main.prepend(made);
  return made;
}
