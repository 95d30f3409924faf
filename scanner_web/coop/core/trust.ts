/**
 * The trust file, as this phone first saw it. Another log key or origin later is an alarm, and is not believed: a
 * service that could swap the key could sign any receipt.
 */
import { bytesEqual, utf8 } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { parseTrustFile, type TrustFile } from "../../verify/trustfile.ts";
import { raise } from "./alarms.ts";
import type { Store } from "./store.ts";

const PINNED = "trust";

/**
 * Whom to trust: what was pinned, renewed by what the service says now, where that is the same log.
 *
 * @param fetchText the text of `/trust.json`. Without a network it may throw: then what is pinned holds.
 * Throws what `fetchText` throws where nothing is pinned; `trust.syntax`; `trust.changed`.
 */
export async function trustFile(store: Store, fetchText: () => Promise<string>): Promise<TrustFile> {
  const kept = await store.read((rooms) => rooms.get("meta", PINNED));
  const pinned = typeof kept === "string" ? parseTrustFile(utf8(kept)) : null;
  let text: string;
  try {
    text = await fetchText();
  } catch (error) {
    if (pinned) return pinned;
    throw error;
  }
  const told = parseTrustFile(utf8(text));
  if (pinned && !isSameLog(pinned, told)) {
    const at = new Date().toISOString();
    await store.write((rooms) => raise(rooms, { code: "trust.changed", params: {}, evidence: text }, at));
    throw new LedgerError("trust.changed");
  }
  if (kept !== text) await pin(store, text);
  return told;
}

/** A phone that is full has what it pinned before, or pins it when there is room. */
async function pin(store: Store, text: string): Promise<void> {
  try {
    await store.write((rooms) => rooms.put("meta", PINNED, text));
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
  }
}

function isSameLog(one: TrustFile, other: TrustFile): boolean {
  return one.origin === other.origin && bytesEqual(one.logKey.publicKey, other.logKey.publicKey);
}
