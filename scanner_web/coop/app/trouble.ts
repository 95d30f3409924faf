/** What to say when something did not work. */

import type { Catalogue } from "../../page/i18n.ts";
import { LedgerError } from "../../verify/errors.ts";
import { ApiError } from "../core/api.ts";

/** What went wrong, in words and as a code. */
export interface Trouble {
  readonly sentence: string;
  readonly code: string;
}

/** The app's sentence for the code, else the service's own, else that something is wrong. */
export function troubleOf(error: unknown, c: Catalogue): Trouble {
  const code = error instanceof LedgerError ? error.code : "internal";
  const known = c.has(keyOf(code));
  if (!known && error instanceof ApiError && error.sentence) return { sentence: error.sentence, code };
  return { sentence: sentenceOf(code, c), code };
}

/** The app's sentence for a code. */
export function sentenceOf(code: string, c: Catalogue): string {
  const found = c.maybe(keyOf(code));
  if (found) return found;
  return code.startsWith("http.") ? c.t("coop.error.busy") : c.t("coop.error.other");
}

function keyOf(code: string): string {
  return `coop.error.${code.replaceAll(".", "_")}`;
}
