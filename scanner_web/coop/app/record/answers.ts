/** Answers as they are read back. */

import type { Catalogue } from "../../../page/i18n.ts";
import type { Answer, Ask, Draft, Photo, Reading, Share, Step } from "../../lines/types.ts";
import { figure, sayAmount } from "../../lines/units.ts";
import type { Workbook } from "../../workbook.ts";
import { amountIs } from "./figures.tsx";

/** What stands beside an answer, by its kind. */
export const ICONS: Readonly<Record<Ask["kind"], string>> = {
  place: "pin",
  lot: "box",
  lots: "box",
  amount: "basket",
  product: "tag",
  partner: "truck",
  choice: "list",
  number: "edit",
  text: "pen",
  day: "clock",
  readings: "flask",
  photo: "camera",
};

/** An answer in words; null where it was left open. */
export function answerText(ask: Ask, answer: Answer, workbook: Workbook, c: Catalogue): string | null {
  if (answer === null) return null;
  if (amountIs(answer)) return sayAmount(answer, c.lang);
  if (typeof answer === "number") {
    const unit = ask.kind === "number" && ask.unit ? ` ${ask.unit[c.lang]}` : "";
    return `${figure(answer, c.lang)}${unit}`;
  }
  if (typeof answer === "string") return textOf(ask, answer, workbook, c);
  const shares = answer.filter((item): item is Share => "lot" in item);
  if (shares.length > 0)
    return shares
      .map(({ lot, amount }) =>
        [nameOf(lot, workbook), amount && sayAmount(amount, c.lang)].filter(Boolean).join(": "),
      )
      .join(", ");
  const readings = answer.filter((item): item is Reading => "parameter" in item);
  if (readings.length > 0 && ask.kind === "readings")
    return readings
      .map(({ parameter, value }) => {
        const found = ask.parameters.find(({ code }) => code === parameter);
        return `${found?.name[c.lang] ?? parameter} ${figure(value, c.lang)} ${found?.unit ?? ""}`.trim();
      })
      .join(", ");
  const photos = answer.filter((item): item is Photo => "href" in item);
  return photos.length > 0 ? c.t("coop.confirm.photos", { n: photos.length }) : null;
}

function textOf(ask: Ask, answer: string, workbook: Workbook, c: Catalogue): string {
  if (ask.kind === "choice") return ask.choices.find(({ code }) => code === answer)?.name[c.lang] ?? answer;
  if (ask.kind === "day") return c.date(answer);
  if (ask.kind === "text") return answer;
  return nameOf(answer, workbook);
}

/** What a URI of the workbook is called. */
export function nameOf(uri: string, workbook: Workbook): string {
  const lot = workbook.lots.find((each) => each.uri === uri || each.transformation === uri);
  if (lot) return `${lot.product}, ${lot.lot}`;
  const named = [...workbook.places, ...workbook.products, ...workbook.partners].find(
    (each) => each.uri === uri,
  );
  return named?.name ?? decodeURIComponent(uri.split("/").at(-1) ?? uri);
}

/** The name of the place that a draft has answered; null where it has none. */
export function placeName(step: Step, draft: Draft, workbook: Workbook): string | null {
  for (const { id, kind } of step.asks) {
    const answer = draft.answers[id];
    if (kind === "place" && typeof answer === "string") return nameOf(answer, workbook);
  }
  return null;
}
