/** Texts that a clause answers: one of those often given, what a spraying is against, a note. */
import type { TextAsk } from "../lines/types";
import type { Figured } from "./figures";
import { isLoose } from "./fold";
import type { Scan } from "./scan";
import { list, metAt, table } from "./vocabulary";
import words from "./words.json";

const TARGET = list(words.guards.target);
const FILLERS = list([...words.fillers, ...words.ends]);

/** The text that answers an ask.
 *
 * @param behind the token behind the verb: a note begins there.
 */
export function findText(ask: TextAsk, scanned: Scan, behind: number): Figured | null {
  const often = table(ask.often.map(({ vi }) => [vi, vi] as const));
  for (let at = 0; at < scanned.tokens.length; at += 1) {
    const met = scanned.taken(at) ? null : metAt(scanned.tokens, at, often);
    if (met !== null) return { answer: met.means, at, to: met.to, doubtful: false };
  }
  if (ask.id === "target") return target(scanned);
  return ask.id === "note" && ask.optional !== true ? note(ask, scanned, behind) : null;
}

/** A note is what stands behind its verb, as it stands. */
function note(ask: TextAsk, { tokens }: Scan, behind: number): Figured | null {
  const said = tokens.slice(behind);
  const text = said
    .map((one, i) => `${i > 0 && !one.glued ? " " : ""}${one.written}`)
    .join("")
    .replace(/^[\s:,.-]+/, "");
  if (text === "" || text.length > ask.most) return null;
  return { answer: text, at: behind, to: tokens.length, doubtful: false };
}

/** "trị rầy nâu": up to three words behind the verb. */
function target(scanned: Scan): Figured | null {
  const { tokens } = scanned;
  const worst = isLoose(tokens) ? 1 : 0;
  const ends = (at: number) => scanned.taken(at) || metAt(tokens, at, FILLERS, worst) !== null;
  for (let at = 0; at < tokens.length; at += 1) {
    const met = scanned.taken(at) ? null : metAt(tokens, at, TARGET, worst);
    if (met === null) continue;
    let to = met.to;
    while (to < tokens.length && to < met.to + 3 && tokens[to]?.kind === "word" && !ends(to)) to += 1;
    const answer = tokens
      .slice(met.to, to)
      .map((one) => one.text)
      .join(" ");
    if (answer !== "") return { answer, at: met.to, to, doubtful: false };
  }
  return null;
}
