/** Where one event ends and the next begins in a sentence that tells of two. */
import type { Token } from "./fold";
import type { Scan } from "./scan";
import type { Verb } from "./verbs";
import { list, metAt } from "./vocabulary";
import words from "./words.json";

const CONNECT = list(words.guards.connect);

/** The token at which the clause of a later verb begins: behind the last mark or connector before it, else at its day. */
export function boundary(scanned: Scan, first: Verb, second: Verb): number {
  const { tokens } = scanned;
  for (let at = second.at - 1; at >= first.to; at -= 1) {
    if (tokens[at]?.kind === "mark" && !scanned.taken(at)) return at + 1;
  }
  for (let at = second.at - 1; at >= first.to; at -= 1) {
    const met = scanned.taken(at) ? null : metAt(tokens, at, CONNECT);
    if (met !== null && met.to <= second.at) return met.to;
  }
  const timed = (at: number) =>
    [...scanned.days, ...(scanned.part === null ? [] : [scanned.part])].some(
      (one) => at >= one.at && at < one.to,
    );
  let at = second.at;
  while (at > first.to && timed(at - 1)) at -= 1;
  return at;
}

/** Where a second place with its amount begins behind a first ("vườn A3 5 cân, vườn A7 3 cân"); null where none does. */
export function secondPair(scanned: Scan): number | null {
  const places = new Set(scanned.places.map(({ uri }) => uri));
  if (places.size < 2 || scanned.amounts.length < 2) return null;
  const spans = [
    ...scanned.places.map(({ at, uri }) => ({ at, kind: uri })),
    ...scanned.amounts.map(({ at }) => ({ at, kind: "amount" })),
  ].sort((a, b) => a.at - b.at);
  if (spans.length !== 4) return null;
  const kinds = spans.map(({ kind }) => kind === "amount");
  if (kinds[0] === kinds[1] || kinds[2] === kinds[3]) return null;
  const third = spans[2]?.at ?? 0;
  for (let at = third - 1; at >= Math.max(1, third - 5); at -= 1) {
    const token = scanned.tokens[at];
    if (token === undefined) break;
    if (scanned.inProduct(at)) continue;
    if (scanned.taken(at)) break;
    if (token.kind === "mark" || metAt(scanned.tokens, at, CONNECT) !== null) return at + 1;
  }
  return null;
}

/** Tokens without the marks and connectors at their end. */
export function trimmed(tokens: readonly Token[]): readonly Token[] {
  let end = tokens.length;
  while (end > 0 && (tokens[end - 1]?.kind === "mark" || metAt(tokens, end - 1, CONNECT)?.to === end))
    end -= 1;
  return tokens.slice(0, end);
}
