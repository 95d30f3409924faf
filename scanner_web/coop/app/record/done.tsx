/** What was recorded: "Đã vào sổ" only where a receipt was checked, "Đã ghi vào máy" before. */

import type { ScreenProps } from "../app.ts";
import { useSlips } from "../frame.tsx";
import { Icon, type Tone } from "../parts.tsx";
import { sentenceOf } from "../trouble.ts";

const RINGS = [
  [54, 0.36],
  [76, 0.26],
  [106, 0.18],
  [146, 0.125],
  [198, 0.085],
  [264, 0.06],
  [346, 0.045],
] as const;

/** `#/done/:slip` */
export function DoneScreen({ app, params }: ScreenProps) {
  const { c } = app;
  const slip = useSlips(app).find(({ id }) => id === params.slip);
  const recorded = slip?.state === "recorded";
  const refused = slip?.state === "refused";
  const [tone, icon, key]: [Tone, string, string] = refused
    ? ["caution", "warn", "refused"]
    : slip?.unkept
      ? ["stop", "warn", "unkept"]
      : app.practice
        ? ["wait", "edit", "practice"]
        : app.lost
          ? ["caution", "fp", "lost"]
          : app.session.key.state === "waiting"
            ? ["wait", "clock", "waiting"]
            : ["wait", "cloud", "offline"];
  return (
    <div class="done" data-state={slip?.state ?? "none"}>
      <main id="main" class="grow done">
        <section class="verdict" data-tone={refused ? "caution" : "good"}>
          {!refused && (
            <svg
              class="ripple"
              viewBox="-450 -450 900 900"
              fill="none"
              stroke="currentColor"
              stroke-width="2"
              aria-hidden="true"
            >
              {RINGS.map(([radius, opacity]) => (
                <circle key={radius} r={radius} opacity={opacity} />
              ))}
            </svg>
          )}
          <div class="verdict__in">
            <svg class="vi" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true">
              <use href={`/static/icons.svg#${refused ? "v-incomplete" : "v-verified"}`} />
            </svg>
            <h1 tabIndex={-1} aria-live="polite">
              {c.t(refused ? "coop.refused_title" : recorded ? "coop.done" : "coop.done_offline")}
            </h1>
            {slip && <p class="verdict__say">{slip.sentence}</p>}
          </div>
        </section>
        <div class="wrap pull">
          <div class="card">
            <span class="tl__n" data-tone={recorded ? undefined : tone}>
              <Icon name={recorded ? "check" : icon} />
            </span>
            <div>
              <h2 class="as3">
                {recorded
                  ? c.t("coop.after.recorded_title")
                  : key === "offline"
                    ? c.t("coop.nonet")
                    : c.t(`coop.after.${key}_title`)}
              </h2>
              <p class="m2">
                {recorded
                  ? c.t("coop.after.recorded_body")
                  : refused
                    ? slip?.problem?.sentence || sentenceOf(slip?.problem?.code ?? "", c)
                    : key === "offline"
                      ? c.t("coop.nonetbody")
                      : c.t(`coop.after.${key}_body`)}
              </p>
            </div>
          </div>
        </div>
        <div class="wrap done__end">
          <div class="btns">
            <a class="btn big" href="#/">
              <Icon name="plus" />
              {c.t("coop.more")}
            </a>
            <div class="btns two">
              {slip?.draft && !slip.fixedBy && (
                <a class="btn sec2" href={`#/fix/${encodeURIComponent(slip.id)}`}>
                  <Icon name="edit" />
                  {c.t("coop.fix")}
                </a>
              )}
              <a class="btn sec2" href="#/book">
                <Icon name="book" />
                {c.t("coop.nav.book")}
              </a>
            </div>
          </div>
        </div>
      </main>
    </div>
  );
}
