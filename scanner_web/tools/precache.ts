/**
 * Writes into the service worker which built files it keeps, each with its digest, and what it says without a
 * network; the worker stays one file, `sw.js`.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const PLACE = /(["'`])__NGUON_PRECACHE__\1/;
const UI = /^(?:tokens|nguon|scan)\.css$|^(?:icons|art|mark)\.svg$|^font\/.*\.woff2$/;
/** What only the cooperative's app needs: it is kept where that is used, not by everybody who scans. */
const APP_ENTRY = "coop/main.tsx";
const APP_UI = /^(?:coop|partner)\.css$|^steps\.svg$/;
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
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const shared = reached(chunks, (chunk) => !chunk.facadeModuleId?.endsWith(APP_ENTRY));
      const built = Object.values(bundle).filter(({ fileName }) => !LEFT_OUT.test(fileName));
      const listed = built.map((file) => ({
        ...entry(`/assets/${file.fileName}`, file.type === "chunk" ? file.code : file.source),
        app: file.type === "chunk" && !shared.has(file.fileName),
      }));
      const ui = readdirSync(join(root, "ui"), { recursive: true, encoding: "utf-8" })
        .map((path) => path.replaceAll("\\", "/"))
        .filter((path) => UI.test(path) || APP_UI.test(path))
        .map((path) => ({
          ...entry(`/static/${path}`, readFileSync(join(root, "ui", path))),
          app: APP_UI.test(path),
        }));
      const all = [...listed, ...ui].sort((a, b) => (a.url < b.url ? -1 : 1));
      const of = (app: boolean) =>
        all.filter((file) => file.app === app).map(({ url, integrity }) => ({ url, integrity }));
      const [files, app] = [of(false), of(true)];
      const name = createHash("sha256").update(JSON.stringify(all)).digest("hex").slice(0, 12);
      const offline = { vi: offlineWords(root, "vi"), en: offlineWords(root, "en") };
      const list = JSON.stringify(JSON.stringify({ name, files, app, offline }));
      if (!PLACE.test(worker.code)) this.error("the service worker has no place for its list");
      worker.code = worker.code.replace(PLACE, () => list);
    },
  };
}

interface Chunk {
  readonly fileName: string;
  readonly isEntry: boolean;
  readonly facadeModuleId: string | null;
  readonly imports: readonly string[];
  readonly dynamicImports: readonly string[];
}

/** The files that the entries asked for load, or may load later. */
function reached(chunks: readonly Chunk[], isAsked: (chunk: Chunk) => boolean): ReadonlySet<string> {
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const visit = (name: string): void => {
    const chunk = byName.get(name);
    if (!chunk || found.has(name)) return;
    found.add(name);
    for (const next of [...chunk.imports, ...chunk.dynamicImports]) visit(next);
  };
  for (const chunk of chunks) if (chunk.isEntry && isAsked(chunk)) visit(chunk.fileName);
  return found;
}

function entry(url: string, bytes: string | Uint8Array): { url: string; integrity: string } {
  return { url, integrity: `sha256-${createHash("sha256").update(bytes).digest("base64")}` };
}

function offlineWords(root: string, lang: string): unknown {
  const messages = JSON.parse(readFileSync(join(root, "..", "nguon", "locales", `${lang}.json`), "utf-8"));
  return messages.notice.offline;
}
