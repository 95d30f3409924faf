/** Lists of phrases, cut once and met longest first. */
import { type Grade, meets, phrase, phraseAt, type Token } from "./fold";

/** Phrases with what they mean. */
export type Vocabulary<T> = readonly (readonly [readonly Token[], T])[];

/** What was met at a token: tokens up to `to`, how well, and what it means. */
export interface Met<T> {
  readonly to: number;
  readonly grade: Grade;
  readonly means: T;
}

/** A vocabulary of phrases that mean the same. */
export function list(phrases: readonly string[]): Vocabulary<true> {
  return phrases.map((one) => [phrase(one), true]);
}

/** A vocabulary from phrases to what they mean. */
export function table<T>(entries: Iterable<readonly [string, T]>): Vocabulary<T> {
  return [...entries].map(([words, means]) => [phrase(words), means]);
}

/** The longest phrase that begins at a token, and of equally long ones the best met; null where none does.
 *
 * @param worst the worst grade that counts.
 */
export function metAt<T>(
  sentence: readonly Token[],
  at: number,
  vocabulary: Vocabulary<T>,
  worst: Grade = 1,
  meet: (token: Token, word: Token) => Grade | null = meets,
): Met<T> | null {
  let best: Met<T> | null = null;
  for (const [words, means] of meet === meets ? beginning(vocabulary, sentence[at]) : vocabulary) {
    const found = phraseAt(sentence, at, words, meet);
    if (found === null || found.grade > worst) continue;
    if (best === null || found.to > best.to || (found.to === best.to && found.grade < best.grade)) {
      best = { ...found, means };
    }
  }
  return best;
}

const indexes = new WeakMap<object, ReadonlyMap<string, readonly number[]>>();

/** The phrases that may begin at a token: those whose first word has its plain letters. */
function beginning<T>(vocabulary: Vocabulary<T>, token: Token | undefined): Vocabulary<T> {
  if (token === undefined) return [];
  if (vocabulary.length < 8) return vocabulary;
  const places = indexes.get(vocabulary) ?? indexed(vocabulary);
  return (places.get(letters(token)) ?? []).flatMap((at) => {
    const entry = vocabulary[at];
    return entry === undefined ? [] : [entry];
  });
}

function indexed(vocabulary: Vocabulary<unknown>): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  for (const [at, [words]] of vocabulary.entries()) {
    const key = letters(words[0]);
    places.set(key, [...(places.get(key) ?? []), at]);
  }
  indexes.set(vocabulary, places);
  return places;
}

function letters(token: Token | undefined): string {
  return token?.kind === "word" ? token.bare : "#";
}
