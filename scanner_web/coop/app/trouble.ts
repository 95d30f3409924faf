/** What to say when something did not work. */

import type { Catalogue } from "../../page/i18n.ts";
import { LedgerError } from "../../verify/errors.ts";
import { ApiError } from "../core/api.ts";

/** What went wrong, in words and as a code. */
export interface Trouble {
  readonly sentence: string;
  readonly code: string;
}

/** The service's own sentence, else the app's for the code, else that something is wrong. */
export function troubleOf(error: unknown, c: Catalogue): Trouble {
  const code = error instanceof LedgerError ? error.code : "internal";
  if (error instanceof ApiError && error.sentence) return { sentence: error.sentence, code };
  return { sentence: sentenceOf(code, c), code };
}

/** The app's sentence for a code. */
export function sentenceOf(code: string, c: Catalogue): string {
  const found = c.maybe(`coop.error.${code.replaceAll(".", "_")}`);
  if (found) return found;
  return code.startsWith("http.") ? c.t("coop.error.busy") : c.t("coop.error.other");
}
