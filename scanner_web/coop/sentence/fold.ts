/**
 * Words of a sentence as they can be compared: whatever marks, composition and spelling they were written with.
 *
 *     key    letters with their quality (â ơ đ), then the tone as a figure: "hoà", "hòa" and NFD forms are one key
 *     bare   plain letters: what an old phone, or haste, leaves of a word
 *
 * `y` alone after consonants reads as `i` in both (kỹ, kĩ); figures and letters that touch are separate tokens.
 */

/** A piece of a sentence; `from` and `to` are places in the text as it was given. */
export interface Token {
  readonly from: number;
  readonly to: number;
  readonly kind: "word" | "number" | "mark";
  /** As written, composed. */
  readonly written: string;
  /** The same in small letters. */
  readonly text: string;
  readonly key: string;
  readonly bare: string;
  /** It carries a mark: a tone, or a letter of Vietnamese alone. */
  readonly marked: boolean;
  /** Nothing stands between it and the token before. */
  readonly glued: boolean;
}

/** How well a word was met: as written, with its marks missing, with other marks, with a slip of a letter. */
export type Grade = 0 | 1 | 2 | 3;

const TONES = ["\u0300", "\u0301", "\u0309", "\u0303", "\u0323"];
const PIECE = /(\d+(?:[.,]\d+)*)|((?:[\p{L}]\p{M}*)+)|([^\s\p{L}\d])/gu;
const MARKS = /\p{M}/gu;
const LONE_Y = /^([bcdđghklmnprstvx]+|)y$/;

/** Cuts a text into words, numbers and marks. Any text is allowed; what is none of these (spaces) is left out. */
export function tokens(text: string): readonly Token[] {
  const found: Token[] = [];
  let end = -1;
  for (const match of text.matchAll(PIECE)) {
    const from = match.index;
    const glued = from === end;
    end = from + match[0].length;
    const kind = match[1] !== undefined ? "number" : match[2] !== undefined ? "word" : "mark";
    found.push({ from, to: end, kind, glued, ...folded(match[0]) });
  }
  return found;
}

/** A single word folded. */
export function folded(word: string): Pick<Token, "written" | "text" | "key" | "bare" | "marked"> {
  const written = word.normalize("NFC");
  const text = written.toLowerCase();
  let tone = "";
  let letters = "";
  for (const one of text.normalize("NFD")) {
    const at = TONES.indexOf(one);
    if (at < 0) letters += one;
    else tone = String(at + 1);
  }
  const quality = plainY(letters.normalize("NFC"));
  const bare = plainY(letters.replace(MARKS, "").replaceAll("đ", "d"));
  return { written, text, key: quality + tone, bare, marked: tone !== "" || quality !== bare };
}

/** Whether a sentence was written without marks, or almost: then a word without them may be any that loses them. */
export function isLoose(sentence: readonly Token[]): boolean {
  const known = loose.get(sentence);
  if (known !== undefined) return known;
  const spoken = sentence.filter(({ kind }) => kind === "word");
  const found = spoken.filter(({ marked }) => marked).length * 4 < spoken.length;
  loose.set(sentence, found);
  return found;
}

const loose = new WeakMap<readonly Token[], boolean>();

/** A phrase of the vocabulary, cut once. */
export function phrase(words: string): readonly Token[] {
  return tokens(words).filter((one) => one.kind !== "mark");
}

/** How a token meets a word of the vocabulary; null where it does not. */
export function meets(token: Token, word: Token): Grade | null {
  if (token.kind !== word.kind) return null;
  if (token.kind === "number") return sameNumber(token.text, word.text) ? 0 : null;
  if (token.key === word.key) return 0;
  if (token.bare !== word.bare) return null;
  return token.marked ? 2 : 1;
}

/** How a token meets a long word that may be misspelt by one letter; null where it does not. */
export function nearly(token: Token, word: Token): Grade | null {
  const grade = meets(token, word);
  if (grade !== null || token.kind !== "word" || word.kind !== "word") return grade;
  const [a, b] = [token.bare.length, word.bare.length];
  if (Math.min(a, b) < 5 || Math.abs(a - b) > 1) return null;
  return oneSlip(token.bare, word.bare) ? 3 : null;
}

/** Where a phrase begins at a token: the place after it, and its worst grade; null where it does not. */
export function phraseAt(
  sentence: readonly Token[],
  at: number,
  words: readonly Token[],
  meet: (token: Token, word: Token) => Grade | null = meets,
): { to: number; grade: Grade } | null {
  if (words.length === 0 || at + words.length > sentence.length) return null;
  let grade: Grade = 0;
  for (let i = 0; i < words.length; i += 1) {
    const [token, word] = [sentence[at + i], words[i]];
    const one = token === undefined || word === undefined ? null : meet(token, word);
    if (one === null) return null;
    if (one > grade) grade = one;
  }
  return { to: at + words.length, grade };
}

function plainY(letters: string): string {
  return LONE_Y.test(letters) ? `${letters.slice(0, -1)}i` : letters;
}

function sameNumber(a: string, b: string): boolean {
  return a === b || (/^\d+$/.test(a) && /^\d+$/.test(b) && Number(a) === Number(b));
}

/** Whether two words differ by one letter: put in, left out, taken for another, or two changed about. */
function oneSlip(a: string, b: string): boolean {
  let same = 0;
  while (same < a.length && same < b.length && a[same] === b[same]) same += 1;
  const [restA, restB] = [a.slice(same), b.slice(same)];
  if (restA.length === restB.length) {
    const swapped = restA[0] === restB[1] && restA[1] === restB[0] && restA.slice(2) === restB.slice(2);
    return restA.slice(1) === restB.slice(1) || swapped;
  }
  return restA === restB.slice(1) || restB === restA.slice(1);
}
