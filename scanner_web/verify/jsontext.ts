/** The texts in JSON: bytes, escapes and Unicode form. */
import { bytesEqual, concat, utf8 } from "./encoding";

declare class TextDecoder {
  constructor(label: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

/** One character a byte: where all are ASCII, the text itself. */
export const LATIN = new TextDecoder("latin1");
const LOSSY = new TextDecoder("utf-8", { ignoreBOM: true });
const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
/** What a letter after a backslash stands for. */
export const ESCAPES: Readonly<Record<string, string>> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/** Characters younger than Unicode 14 that normalization moves: to the ledger they are unassigned, and stay. */
const YOUNG =
  /\u0897|[\u1acf-\u1aff\u{105c0}-\u{105ff}\u{10d40}-\u{10d8f}\u{10ec0}-\u{10eff}\u{11380}-\u{113ff}\u{11f00}-\u{11f5f}\u{16100}-\u{1613f}\u{16d40}-\u{16d7f}\u{1e030}-\u{1e08f}\u{1e4d0}-\u{1e4ff}\u{1e5d0}-\u{1e5ff}\u{1e6c0}-\u{1e6ff}]/u;

/** Whether a text is in Unicode form NFC. */
export function isNfc(text: string): boolean {
  return text.split(YOUNG).every((part) => part.normalize("NFC") === part);
}

/** The text of UTF-8 bytes, or how many of them are right. */
export function decodeText(bytes: Uint8Array): string | number {
  try {
    return UTF8.decode(bytes);
  } catch {
    let right = 0;
    for (const character of LOSSY.decode(bytes)) {
      const written = utf8(character);
      if (!bytesEqual(written, bytes.subarray(right, right + written.length))) {
        break;
      }
      right += written.length;
    }
    return right;
  }
}

/** The text of a string whose escapes are right, or how many bytes of it are right once they are resolved. */
export function decodeEscaped(data: Uint8Array, start: number, end: number): string | number {
  const parts: Uint8Array[] = [];
  let begin = start;
  for (let at = start; at < end; ) {
    if (data[at] !== 0x5c) {
      at++;
      continue;
    }
    parts.push(data.subarray(begin, at));
    let units = "";
    do {
      const isUnit = data[at + 1] === 0x75;
      const digits = LATIN.decode(data.subarray(at + 2, at + 6));
      units += isUnit
        ? String.fromCharCode(Number.parseInt(digits, 16))
        : (ESCAPES[String.fromCharCode(data[at + 1] ?? 0)] ?? "");
      at += isUnit ? 6 : 2;
    } while (at < end && data[at] === 0x5c);
    parts.push(utf8(units));
    begin = at;
  }
  return decodeText(concat(...parts, data.subarray(begin, end)));
}
