/** Certificates, from the events that were done under them: `api/pages/quality.py` again. */

import { type Day, isoDay } from "../format";
import type { Catalogue } from "../i18n";
import type { Certificate, Mark } from "./model";
import { documentNumber, type Names } from "./names";
import { once } from "./terms";
import { stands, type Told } from "./told";

const SEAL = 5;

/** Certificates that standing events were done under, each once; a laboratory's own accreditation is left out. */
export function certificateUris(told: readonly Told[]): string[] {
  const done = told.filter(stands).filter((item) => item.entry.signer?.role !== "laboratory");
  return once(done.flatMap((item) => item.event.certificates));
}

/** The certificates that the log describes; one that nothing describes is named by its number only. */
export function certificates(uris: readonly string[], names: Names, c: Catalogue, today: Day): Certificate[] {
  return uris.map((uri) => {
    const standard = names.said(uri, "standard");
    const name = names.said(uri, "name") || c.t("certificate.unknown", { code: documentNumber(uri) });
    const until = isoDay(names.said(uri, "validUntil"));
    const expired = until !== null && until < today;
    const key = expired ? "certificate.expired" : "certificate.until";
    return {
      seal: seal(standard || name),
      name,
      until: until === null ? "" : c.t(key, { date: c.date(until) }),
      expired,
      gold: (standard || name).includes("OCOP"),
    };
  });
}

/** Marks for the product card: what is in force only. */
export function marks(found: readonly Certificate[]): Mark[] {
  const valid = found.filter((item) => !item.expired && item.until);
  return valid.map(({ name, gold }) => ({ name: name.split(",")[0] ?? "", gold }));
}

function seal(name: string): string {
  const word = (name.split(",")[0] ?? "").trim().split(/\s+/)[0]?.split("-")[0] ?? "";
  return [...word].length <= SEAL ? word : "";
}
