/** zxing-cpp in WebAssembly, from our own assets: a chunk of its own, loaded where the browser has no decoder. */

import { prepareZXingModule, type ReaderOptions, readBarcodes } from "zxing-wasm/reader";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";
import type { Read } from "./decide.ts";
import type { Decoder, Picture } from "./decoder.ts";

const FORMATS: Readonly<Record<string, Read["format"]>> = {
  QRCode: "qr_code",
  QRCodeModel2: "qr_code",
  DataMatrix: "data_matrix",
  EAN13: "ean_13",
  "EAN-13": "ean_13",
  Code128: "code_128",
};
const QUICK: ReaderOptions = {
  formats: ["QRCode", "DataMatrix", "EAN13", "Code128"],
  tryHarder: false,
  tryInvert: false,
  tryDownscale: true,
  maxNumberOfSymbols: 4,
  textMode: "Plain",
};
const THOROUGH: ReaderOptions = { ...QUICK, tryHarder: true, tryInvert: true, maxNumberOfSymbols: 16 };
const CAMERA_SIDE = 960;
const PICTURE_SIDE = 2400;

/** The decoder, once its WebAssembly is there. */
export async function zxingDecoder(): Promise<Decoder> {
  await prepareZXingModule({
    overrides: {
      locateFile: (path: string, folder: string) => (path.endsWith(".wasm") ? wasm : folder + path),
    },
    fireImmediately: true,
  });
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  if (!context) throw new Error("no canvas to read pictures from");
  return {
    name: "zxing",
    async read(picture, many) {
      const pixels = pixelsOf(picture, many ? PICTURE_SIDE : CAMERA_SIDE, context);
      if (!pixels) return [];
      const found = await readBarcodes(pixels, many ? THOROUGH : QUICK);
      return found.flatMap((one): readonly Read[] => {
        const format = FORMATS[one.format];
        return one.isValid && format ? [{ text: one.text, format, symbol: one.symbologyIdentifier }] : [];
      });
    },
  };
}

function pixelsOf(picture: Picture, side: number, context: CanvasRenderingContext2D): ImageData | null {
  const [width, height] =
    picture instanceof HTMLVideoElement
      ? [picture.videoWidth, picture.videoHeight]
      : [picture.width, picture.height];
  if (!width || !height) return null;
  const scale = Math.min(1, side / Math.max(width, height));
  const { canvas } = context;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  return context.getImageData(0, 0, canvas.width, canvas.height);
}
