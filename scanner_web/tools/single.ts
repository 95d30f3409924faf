/** What makes one file of a page: drawings and fonts inside it, and a policy that lets only this very script run. */

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

const SPRITES = ["icons.svg", "art.svg"];
const STATIC = /url\(\/static\/([a-z0-9/._-]+)\)/g;
const SCRIPT = /<script type="module"[^>]*>([\s\S]*?)<\/script>/g;
const STYLE = /<style[^>]*>([\s\S]*?)<\/style>/g;
const POLICY = "__NGUON_POLICY__";

/** Style sheets of `ui/` name files by the service's paths: here they are files to be built in. */
export function uiPlugin(root: string): Plugin {
  return {
    name: "nguon-ui",
    enforce: "pre",
    transform: (code, id) =>
      id.endsWith(".css")
        ? code.replace(STATIC, (_, path: string) => `url(${join(root, "ui", path)})`)
        : null,
  };
}

/** The icons and pictures of the pages, as symbols of the page itself, and its own icon. */
export function spritesPlugin(root: string): Plugin {
  return {
    name: "nguon-sprites",
    transformIndexHtml: (html) =>
      html
        .replace("<!--icon-->", () => {
          const mark = readFileSync(join(root, "ui", "mark.svg")).toString("base64");
          return `<link rel="icon" href="data:image/svg+xml;base64,${mark}">`;
        })
        .replace("<!--sprites-->", () =>
          SPRITES.map((name) =>
            readFileSync(join(root, "ui", name), "utf-8")
              .trim()
              .replace("<svg ", '<svg class="vh" aria-hidden="true" '),
          ).join("\n"),
        ),
  };
}

/** Puts the digests of script and style into the page's policy, and the page's own beside it, as `sha256sum` does. */
export function policyPlugin(): Plugin {
  return {
    name: "nguon-policy",
    enforce: "post",
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const names = Object.keys(bundle);
        const page = bundle["standalone.html"];
        if (page?.type !== "asset" || names.length !== 1) this.error(`more than one file: ${names.join()}`);
        const html = String(page.source).replace(' crossorigin=""', "").replace(" crossorigin>", ">");
        const rules = [
          "default-src 'none'",
          `script-src ${hashes(html, SCRIPT)}`,
          `style-src ${hashes(html, STYLE)}`,
          "font-src data:",
          "img-src data: blob:",
          "connect-src 'none'",
          "base-uri 'none'",
          "form-action 'none'",
        ];
        page.source = html.replace(POLICY, () => rules.join("; "));
        const source = `${digest(page.source).toString("hex")}  standalone.html\n`;
        this.emitFile({ type: "asset", fileName: "SHA256", source });
      },
    },
  };
}

function hashes(html: string, element: RegExp): string {
  return [...html.matchAll(element)]
    .map(([, text]) => `'sha256-${digest(text ?? "").toString("base64")}'`)
    .join(" ");
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
