/**
 * Reading symbols out of pictures: by the browser's own BarcodeDetector where it knows all four, else by zxing-cpp
 * compiled to WebAssembly, which is fetched from this very service only then.
 */

import type { Read } from "./decide.ts";

/** What is read out of: a running camera, or one picture. */
export type Picture = HTMLVideoElement | ImageBitmap;

/** Something that reads symbols. `many`: look longer, for all that a still picture holds. */
export interface Decoder {
  readonly name: "native" | "zxing";
  read(picture: Picture, many: boolean): Promise<readonly Read[]>;
}

const FORMATS = ["qr_code", "data_matrix", "ean_13", "code_128"] as const;

interface Detected {
  readonly rawValue: string;
  readonly format: string;
}

interface Detector {
  detect(picture: Picture): Promise<readonly Detected[]>;
}

interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

declare global {
  var BarcodeDetector: DetectorClass | undefined;
}

/** The decoder of this browser. */
export async function findDecoder(): Promise<Decoder> {
  return (await nativeDecoder()) ?? (await wasmDecoder());
}

/** The decoder in WebAssembly, about 410 kB once; it reads damaged and turned symbols that others miss. */
export async function wasmDecoder(): Promise<Decoder> {
  const { zxingDecoder } = await import("./zxing.ts");
  return zxingDecoder();
}

/** The browser's own; null where it has none that knows all four. */
export async function nativeDecoder(): Promise<Decoder | null> {
  const found = globalThis.BarcodeDetector;
  if (!found) return null;
  try {
    const known = await found.getSupportedFormats();
    if (!FORMATS.every((format) => known.includes(format))) return null;
    const detector = new found({ formats: FORMATS });
    return { name: "native", read: async (picture) => (await detector.detect(picture)).flatMap(readOf) };
  } catch {
    return null; // a browser that names it without the service behind it
  }
}

function readOf(detected: Detected): readonly Read[] {
  const format = FORMATS.find((name) => name === detected.format);
  return format && detected.rawValue ? [{ text: detected.rawValue, format, symbol: "" }] : [];
}
