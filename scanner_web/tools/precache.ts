/**
 * Writes into the service worker which built files it keeps, each with its digest, and what it says without a
 * network; the worker stays one file, `sw.js`.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PLACE = /(["'`])__NGUON_PRECACHE__\1/;
const UI = /^(?:tokens|nguon|scan|coop)\.css$|^(?:icons|art|mark)\.svg$|^font\/.*\.woff2$/;
const LEFT_OUT = /^sw\.js$|^zxing|\.wasm$|\.map$|\.json$/; // the decoder is kept once it has been used

/** The plugin. `root`: `scanner_web`. */
export function precachePlugin(root: string): Plugin {
  return {
    name: "nguon-precache",
    apply: "build",
    generateBundle(_options, bundle) {
      const worker = bundle["sw.js"];
      if (worker?.type !== "chunk") return;
      if (worker.imports.length) this.error("the service worker must be one file");
      const built = Object.values(bundle)
        .filter(({ fileName }) => !LEFT_OUT.test(fileName))
        .map((file) => entry(`/assets/${file.fileName}`, file.type === "chunk" ? file.code : file.source));
      const ui = readdirSync(join(root, "ui"), { recursive: true, encoding: "utf-8" })
        .map((path) => path.replaceAll("\\", "/"))
        .filter((path) => UI.test(path))
        .map((path) => entry(`/static/${path}`, readFileSync(join(root, "ui", path))));
      const files = [...built, ...ui].sort((a, b) => (a.url < b.url ? -1 : 1));
      const name = createHash("sha256").update(JSON.stringify(files)).digest("hex").slice(0, 12);
      const offline = { vi: offlineWords(root, "vi"), en: offlineWords(root, "en") };
      const list = JSON.stringify(JSON.stringify({ name, files, offline }));
      if (!PLACE.test(worker.code)) this.error("the service worker has no place for its list");
      worker.code = worker.code.replace(PLACE, () => list);
    },
  };
}

function entry(url: string, bytes: string | Uint8Array): { url: string; integrity: string } {
  return { url, integrity: `sha256-${createHash("sha256").update(bytes).digest("base64")}` };
}

function offlineWords(root: string, lang: string): unknown {
  const messages = JSON.parse(readFileSync(join(root, "..", "nguon", "locales", `${lang}.json`), "utf-8"));
  return messages.notice.offline;
}
