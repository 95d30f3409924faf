/** The standalone verifier: one file that checks bundles anywhere, with the trust file inside it. */

import "../ui/tokens.css";
import "../ui/nguon.css";
import "./standalone.css";
import en from "virtual:nguon-catalogue/standalone/en";
import vi from "virtual:nguon-catalogue/standalone/vi";
import { render } from "preact";
import { Catalogue, type Lang } from "../page/i18n.ts";
import { sprites } from "../page/story/index.tsx";
import { App } from "./app.tsx";
import { bundleInside, documentsInside, pinnedTrust } from "./inside.ts";
import { Unfilled } from "./start.tsx";

const catalogues: Readonly<Record<Lang, Catalogue>> = {
  vi: new Catalogue("vi", vi),
  en: new Catalogue("en", en),
};

Object.assign(sprites, { icons: "", art: "" });
const root = document.getElementById("root");
if (root) {
  const lang = navigator.language.startsWith("en") ? "en" : "vi";
  const pinned = pinnedTrust();
  root.replaceChildren();
  render(
    pinned === null ? (
      <Unfilled catalogues={catalogues} />
    ) : (
      <App
        pinned={pinned}
        inside={bundleInside()}
        documents={documentsInside()}
        first={lang}
        catalogues={catalogues}
      />
    ),
    root,
  );
}
