/**
 * Numbers as people write and say them: 12 · 1,5 · 1.200 · mười hai · hai mươi lăm · trăm rưỡi · ba chục · hai phẩy năm.
 *
 *     number     = figures [scale] / hundreds
 *     hundreds   = small "trăm" [rest], tens = small "mươi" [small] / "mười" [small] / "chục"
 *     half       = "rưỡi" after a number: half of its last scale
 *
 * "2 trăm năm" (205 or 250?) and "1,200" (a comma before three figures) are read, and told to be doubtful.
 */
import { folded, type Grade, isLoose, meets, type Token } from "./fold";
import words from "./words.json";

/** A number met in a sentence: tokens `at` up to, not including, `to`. */
export interface Spoken {
  readonly value: number;
  readonly at: number;
  readonly to: number;
  /** It was written in figures. */
  readonly figures: boolean;
  /** It may mean another number; what is read is the likelier. */
  readonly doubtful: boolean;
  readonly grade: Grade;
}

const DIGITS: readonly (readonly [Word, number])[] = Object.entries(words.digits).map(([word, value]) => [
  folded(word),
  value,
]);
const [TEN, TENS, DOZEN, HUNDRED, THOUSAND, HALF, AND, POINT] = [
  words.scales.ten,
  words.scales.tens,
  words.scales.dozen,
  words.scales.hundred,
  words.scales.thousand,
  words.scales.half,
  words.scales.and,
  words.scales.point,
].map((list) => list.map(folded));
/** Small numbers that only stand behind another: "mốt" in "hai mốt" is one. */
const TRAILING = words.scales.trailing.map(folded);

type Word = Pick<Token, "written" | "text" | "key" | "bare" | "marked">;

/** The number that begins at a token, or null. */
export function numberAt(sentence: readonly Token[], at: number): Spoken | null {
  const reader = new Reader(sentence, at);
  const token = sentence[at];
  if (token === undefined) return null;
  const value = token.kind === "number" ? reader.figures() : reader.hundreds();
  if (value === null) return null;
  const whole = reader.point(value) ?? reader.half(value) ?? value;
  return {
    value: whole,
    at,
    to: reader.at,
    figures: token.kind === "number",
    doubtful: reader.doubtful,
    grade: reader.grade,
  };
}

/** A single digit, in figures or words, that may stand behind a unit: "3 yến 2", "hai tạ mốt"; null if none is there. */
export function tailAt(sentence: readonly Token[], at: number): { text: string; to: number } | null {
  const token = sentence[at];
  if (token === undefined) return null;
  if (token.kind === "number") return /^\d{1,3}$/.test(token.text) ? { text: token.text, to: at + 1 } : null;
  const reader = new Reader(sentence, at);
  const value = reader.digit(true);
  return value === null || value === 0 ? null : { text: String(value), to: reader.at };
}

/** Whether a token is the word "rưỡi". */
export function isHalf(token: Token | undefined): boolean {
  return token !== undefined && one(token, HALF, true) !== null;
}

class Reader {
  doubtful = false;
  grade: Grade = 0;
  private scale = 1;

  constructor(
    private readonly sentence: readonly Token[],
    public at: number,
  ) {}

  figures(): number | null {
    const token = this.sentence[this.at];
    if (token === undefined) return null;
    const { value, doubtful } = written(token.text);
    this.at += 1;
    this.doubtful = doubtful;
    if (this.take(TENS) || this.take(DOZEN)) return this.scaled(value, 10);
    if (this.take(HUNDRED)) return this.rest(this.scaled(value, 100), 10);
    if (this.take(THOUSAND)) return this.rest(this.scaled(value, 1000), 100);
    return value;
  }

  /** hundreds = small "trăm" [rest] / tens / "trăm" [rest]. */
  hundreds(): number | null {
    const start = this.at;
    const first = this.tens();
    if (first === null) {
      if (this.take(HUNDRED)) return this.rest(this.scaled(1, 100), 10);
      return this.take(THOUSAND) ? this.rest(this.scaled(1, 1000), 100) : null;
    }
    if (this.take(HUNDRED)) {
      const hundreds = this.rest(this.scaled(first, 100), 10);
      return this.take(THOUSAND) ? this.rest(this.scaled(hundreds, 1000), 100) : hundreds;
    }
    if (this.take(THOUSAND)) return this.rest(this.scaled(first, 1000), 100);
    if (this.at === start) return null;
    return first;
  }

  private tens(): number | null {
    if (this.take(TEN)) return 10 + (this.digit(true) ?? 0);
    if (this.take(DOZEN)) return this.scaled(1, 10);
    const before = this.at;
    const first = this.digit(false);
    if (first === null) return null;
    if (first === 0 && !this.pointAhead()) {
      this.at = before;
      return null;
    }
    if (this.take(TENS)) return this.scaled(first, 10) + (this.digit(true) ?? 0);
    if (this.take(DOZEN)) return this.scaled(first, 10) + (this.trailing() ?? 0);
    const short = this.trailing();
    return short === null ? first : first * 10 + short;
  }

  /** What follows a scale: "linh năm", tens, or a lone digit that is tenths of the scale ("trăm hai" = 120). */
  private rest(sum: number, tenth: number): number {
    const before = this.at;
    if (this.take(AND)) {
      const small = this.sentence[this.at]?.kind === "number" ? this.figuresBelow(100) : this.tens();
      if (small !== null) return sum + small;
      this.at = before;
      return sum;
    }
    const small = this.tens();
    if (small === null) return sum;
    if (small < 10) {
      if (sum >= 2 * tenth * 10) this.doubtful = true;
      return sum + small * tenth;
    }
    if (tenth === 100 && this.take(HUNDRED)) return sum + small * 100;
    return sum + small;
  }

  private figuresBelow(limit: number): number | null {
    const token = this.sentence[this.at];
    if (token === undefined || !/^\d+$/.test(token.text) || Number(token.text) >= limit) return null;
    this.at += 1;
    return Number(token.text);
  }

  /** "mười hai phẩy năm": decimals spoken one by one. */
  point(value: number): number | null {
    const before = this.at;
    if (!this.take(POINT)) return null;
    let decimals = "";
    for (let digit = this.digit(false); digit !== null; digit = this.digit(false)) decimals += String(digit);
    if (decimals !== "") return Number(`${value}.${decimals}`);
    this.at = before;
    return null;
  }

  private pointAhead(): boolean {
    const next = this.sentence[this.at];
    return next !== undefined && one(next, POINT, isLoose(this.sentence)) !== null;
  }

  /** "chục rưỡi" = 15, "trăm rưỡi" = 150, "mười hai rưỡi" = 12.5. */
  half(value: number): number | null {
    return this.take(HALF) ? value + this.scale / 2 : null;
  }

  digit(behind: boolean): number | null {
    const token = this.sentence[this.at];
    if (token === undefined || token.kind !== "word") return null;
    let best: readonly [Grade, number] | null = null;
    for (const [word, value] of DIGITS) {
      if (!behind && TRAILING.some((trailing) => trailing.key === word.key)) continue;
      const grade = graded(token, word, isLoose(this.sentence));
      if (grade !== null && (best === null || grade < best[0])) best = [grade, value];
    }
    if (best === null) return null;
    this.spend(best[0]);
    return best[1];
  }

  private trailing(): number | null {
    const token = this.sentence[this.at];
    if (token === undefined || one(token, TRAILING, isLoose(this.sentence)) === null) return null;
    return this.digit(true);
  }

  private take(list: readonly Word[] | undefined): boolean {
    const token = this.sentence[this.at];
    const grade = token === undefined ? null : one(token, list, isLoose(this.sentence));
    if (grade === null) return false;
    this.spend(grade);
    return true;
  }

  private spend(grade: Grade): void {
    this.at += 1;
    if (grade > this.grade) this.grade = grade;
  }

  private scaled(value: number, scale: number): number {
    this.scale = scale;
    return value * scale;
  }
}

/** Figures: "1.200" and "12.000" are thousands, "1,5" and "1.5" decimals; "1,200" is read as 1.2, and doubtful. */
function written(text: string): { value: number; doubtful: boolean } {
  if (/^[1-9]\d{0,2}(\.\d{3})+(,\d+)?$/.test(text)) {
    return { value: Number(text.replaceAll(".", "").replace(",", ".")), doubtful: false };
  }
  const parts = text.split(/[.,]/);
  if (parts.length > 2) return { value: Number(parts.join("")), doubtful: true };
  const doubtful = text.includes(",") && /^[1-9]/.test(text) && parts[1]?.length === 3;
  return { value: Number(parts.join(".")), doubtful };
}

function one(token: Token, list: readonly Word[] | undefined, loose: boolean): Grade | null {
  let best: Grade | null = null;
  for (const word of list ?? []) {
    const grade = graded(token, word, loose);
    if (grade !== null && (best === null || grade < best)) best = grade;
  }
  return best;
}

/** Small words are too like others for wrong marks; without marks they count in sentences that have none. */
function graded(token: Token, word: Word, loose: boolean): Grade | null {
  const grade = meets(token, { ...word, kind: "word", from: 0, to: 0, glued: false });
  return grade === 2 || (grade === 1 && !loose) ? null : grade;
}
