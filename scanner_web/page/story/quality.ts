/** Laboratory reports, from the events that carry them: `api/pages/quality.py` again; certificates stand beside. */

import { round } from "../format";
import type { Catalogue } from "../i18n";
import type { LabReport, LabValue } from "./model";
import { documentNumber, type Names } from "./names";
import type { EventReader, Reading } from "./reading";
import { Teller, unitSymbol } from "./sentences";
import { stands, type Told } from "./told";

/** Per cent of a bar's width at which the limit stands, the same in all bars. */
export const LIMIT_AT = 80;

/** The tests that stand, newest first, each with its values against their limits. */
export function labReports(told: readonly Told[], names: Names, c: Catalogue): LabReport[] {
  const teller = new Teller(names, c);
  return told
    .filter(stands)
    .filter((item) => item.event.step === "inspecting")
    .reverse()
    .map(({ event, entry, when }) => ({
      title: title(event, names, c),
      day: c.date(when),
      by: by(entry.signer, names, c),
      values: event.readings().map((reading) => value(reading, teller, c)),
    }))
    .filter((report) => report.values.length > 0);
}

function by(signer: Told["entry"]["signer"], names: Names, c: Catalogue): string {
  if (signer === null) return c.t("lab.unsigned");
  const ownLab = signer.role === "laboratory" && signer.custody === "own";
  return c.t(`lab.by_${ownLab ? "laboratory" : signer.custody}`, { org: names.partyShort(signer.org) });
}

function title(event: EventReader, names: Names, c: Catalogue): string {
  const first = event.amounts("quantityList")[0];
  const about = event.said("testedFor") || (first ? names.withLot(first.uri) : "");
  const document = documentNumber(event.transactions("testres")[0] ?? "");
  const code = document ? c.t("detail.document", { code: document }) : "";
  return [about, code].filter(Boolean).join(". ") || c.t("step.inspecting.title");
}

function value(reading: Reading, teller: Teller, c: Catalogue): LabValue {
  const name = teller.parameter(reading);
  const plain = { name, unit: "", note: "", limit: "", fill: null, over: false, good: false, spoken: "" };
  if (reading.found !== null) {
    const word = c.t(reading.found ? "lab.found" : "page.absent");
    return { ...plain, value: word, over: reading.found, good: !reading.found };
  }
  const measured = reading.value ?? reading.mean;
  if (measured === null) return { ...plain, value: teller.range(reading) || reading.said };
  const unit = unitSymbol(reading.uom, c);
  const said = { ...plain, value: c.number(measured), unit };
  if (reading.limit === null || reading.limit <= 0) return said;
  const share = measured / reading.limit;
  const max = c.number(reading.limit);
  return {
    ...said,
    note: share > 1 ? c.t("page.over", { max }) : c.t("lab.share", { pct: c.number(round(share * 100)) }),
    limit: c.t("lab.max", { max }),
    fill: round(Math.max(0, Math.min(100, share * LIMIT_AT)), 1),
    over: share > 1,
    spoken: c.t("lab.spoken", { name, value: said.value, unit, max }),
  };
}
