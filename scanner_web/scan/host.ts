/**
 * Whose host a code names, told before anything is opened: ours, one made to look like ours, or another's.
 *
 *     same letters to the eye     ngu0n.example, nguοn.example (Greek), xn--nguon-…       skeletons are equal
 *     one slip of the pen         nguom.example, ngoun.example                             one edit apart
 *     ours inside another's       nguon.example.vip, nguon-example.com, nguon.shop         our name within theirs
 *     ours before an @            https://nguon.example@evil.example/                      a user name, no host
 *
 * A skeleton keeps what the eye keeps: letters without marks, look-alikes folded together (after Unicode TS 39).
 */

import { readable } from "./punycode.ts";

/** What is told of a host. `marks[i]`: the character i of `shown` is not as in ours. */
export interface HostFinding {
  readonly kind: "ours" | "lookalike" | "foreign";
  /** As the address writes it, ASCII. */
  readonly host: string;
  /** As a person reads it, `xn--` decoded. */
  readonly shown: readonly string[];
  readonly marks: readonly boolean[];
}

const FOLDED: ReadonlyMap<string, string> = new Map(
  Object.entries({
    a: "аɑαａ",
    b: "ЬƄв",
    c: "сϲⅽ",
    d: "đԁɗⅾ",
    e: "еєҽ3",
    g: "ɡցq9",
    h: "һհ",
    i: "іıɩιl1|ӏ!jјⅰⅼ",
    k: "кκ",
    m: "мⅿ",
    n: "пոռηñ",
    o: "оοօσ0٥०ơøθ",
    p: "рρ",
    r: "гᴦ",
    s: "ѕꜱ5$",
    t: "тτ7",
    u: "υսцưvνѵ",
    w: "ԝωш",
    x: "хχ",
    y: "уγү",
    z: "ᴢ2",
  }).flatMap(([plain, likes]) => Array.from(likes, (like): [string, string] => [like, plain])),
);
const PAIRS: readonly (readonly [string, string])[] = [
  ["rn", "m"],
  ["uu", "w"],
];
const SHORTEST_NAME = 4;

/**
 * What to say of an address before it is opened.
 *
 * @param address - the code's text, an http(s) URL
 * @param ours - our own host
 * @returns null where the text is no web address
 */
export function hostOf(address: string, ours: string): HostFinding | null {
  let url: URL;
  try {
    url = new URL(address.trim());
  } catch {
    return null;
  }
  if (url.protocol !== "https:" && url.protocol !== "http:") return null;
  const own = ours.toLowerCase();
  const host = url.host.toLowerCase();
  const shown = Array.from(readable(host));
  if (host === own && !url.username) return { kind: "ours", host, shown, marks: shown.map(() => false) };
  const claimed = url.username ? skeleton(decodeURI(url.username)).includes(skeleton(own)) : false;
  const close = claimed || looksLike(shown.join(""), own);
  return {
    kind: close ? "lookalike" : "foreign",
    host,
    shown,
    marks: close ? differing(shown, Array.from(own)) : shown.map(() => false),
  };
}

/** What the eye keeps of a name: no marks, no case, look-alikes as one letter. */
export function skeleton(name: string): string {
  const bare = name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  let folded = Array.from(bare, (c) => FOLDED.get(c) ?? c).join("");
  for (const [pair, one] of PAIRS) folded = folded.replaceAll(pair, one);
  return folded;
}

function looksLike(host: string, ours: string): boolean {
  const theirs = skeleton(host);
  const own = skeleton(ours);
  if (theirs === own || distance(theirs, own) <= (own.length >= 10 ? 2 : 1)) return true;
  const joined = (name: string) => name.replaceAll(/[.-]/g, "");
  if (joined(theirs).includes(joined(own))) return true;
  const name = own.split(".")[0] ?? "";
  if (name.length < SHORTEST_NAME) return false;
  return theirs
    .split(/[.-]/)
    .some((label) => label === name || (label.length > SHORTEST_NAME && distance(label, name) <= 1));
}

/** Least number of letters put in, left out, changed or swapped with their neighbour (Damerau, restricted). */
function distance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)];
  const at = (i: number, j: number) => rows[i]?.[j] ?? Number.POSITIVE_INFINITY;
  for (let i = 1; i <= a.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= b.length; j++) {
      let best = Math.min(
        at(i - 1, j) + 1,
        at(i, j - 1) + 1,
        at(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, at(i - 2, j - 2) + 1);
      rows[i]?.push(best);
    }
  }
  return at(a.length, b.length);
}

/** Which letters of a name have no counterpart in ours, by the longest common subsequence. */
function differing(theirs: readonly string[], ours: readonly string[]): boolean[] {
  const common: number[][] = Array.from({ length: theirs.length + 1 }, () =>
    new Array<number>(ours.length + 1).fill(0),
  );
  const at = (i: number, j: number) => common[i]?.[j] ?? 0;
  for (let i = theirs.length - 1; i >= 0; i--) {
    for (let j = ours.length - 1; j >= 0; j--) {
      const row = common[i];
      if (row) row[j] = theirs[i] === ours[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
    }
  }
  const marks = theirs.map(() => true);
  for (let i = 0, j = 0; i < theirs.length && j < ours.length; ) {
    if (theirs[i] === ours[j] && at(i, j) === at(i + 1, j + 1) + 1) {
      marks[i] = false;
      i++;
      j++;
    } else if (at(i + 1, j) >= at(i, j + 1)) i++;
    else j++;
  }
  return marks;
}
