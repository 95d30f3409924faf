/** The legal file in words: rows of a table, each value with the entry it comes from; `api/pages/legal.py` again. */

import type { Verification } from "../../verify/verification";
import type { Catalogue } from "../i18n";
import { fileOf, parseNi } from "./documents";
import type { LegalFile } from "./legalfile";
import type { Item, Source, Stage, Value } from "./legalmodel";
import type { LegalLine, LegalRow, StoryContext } from "./model";
import { documentNumber, type Names, unquote } from "./names";
import { EventReader } from "./reading";
import { Teller } from "./sentences";

const LAW = "circular";
// One by one, so that the words of the law's other list stay out of the page's catalogue.
const LABELS: Readonly<Record<string, string>> = {
  name: "legal.name",
  image: "legal.image",
  producer: "legal.producer",
  address: "legal.address",
  stages: "legal.stages",
  time: "legal.time",
  code: "legal.code",
  brand: "legal.brand",
  expiry: "legal.expiry",
  standards: "legal.standards",
};
const AS_IT_IS = new Set(["name", "address", "standard", "brand", "variety", "model"]);
const CODE = new Set(["01", "10", "21"]);
const GS1 = "://id.gs1.org/";

/** The circular's ten items, worded. */
export function legalRows(
  file: LegalFile,
  found: Verification,
  names: Names,
  c: Catalogue,
  own: ReadonlySet<string>,
  context: StoryContext,
): LegalRow[] {
  const words = new LegalWords(found, new Teller(names, c, own), c, context);
  return file.items.map((item) => ({
    law: LAW,
    code: item.code,
    label: c.t(LABELS[item.code] ?? ""),
    lines: item.code === "stages" ? file.stages.map((stage) => words.stage(stage)) : words.lines(item),
    state: item.status,
    reason: words.reason(item),
  }));
}

class LegalWords {
  readonly #c: Catalogue;
  readonly #teller: Teller;
  readonly #context: StoryContext;
  readonly #events: ReadonlyMap<number, EventReader>;

  constructor(found: Verification, teller: Teller, c: Catalogue, context: StoryContext) {
    this.#c = c;
    this.#teller = teller;
    this.#context = context;
    const shown = found.entries.filter((entry) => entry.statement);
    this.#events = new Map(shown.map((entry) => [entry.index, new EventReader(entry.statement?.payload)]));
  }

  /** Why an item is not all there; for an optional one that there is none; empty where it is present. */
  reason(item: Item): string {
    if (item.reason) return this.#c.t(`legal.reason.${item.reason}`);
    return item.values.length ? "" : this.#c.t("legal.none");
  }

  /** One stage: when, what, where, with the code of the place (Circular 02/2024, item 5). */
  stage(stage: Stage): LegalLine {
    const event = this.#events.get(stage.index);
    const title = event ? this.#teller.tell(event).title : stage.step;
    const where = [stage.placeName, stage.placeAddress, codeOf(stage.place)].filter(Boolean).join(", ");
    const parts = [this.#c.date(stage.when), title, where].filter(Boolean);
    return this.#line(parts.join(" · "), { kind: "entry", index: stage.index });
  }

  lines(item: Item): LegalLine[] {
    return item.values.map((value) => ({
      ...this.#line(this.#value(value), value.source),
      document: value.part === "image" ? fileOf(parseNi(value.text), this.#context) : null,
    }));
  }

  #value(value: Value): string {
    const c = this.#c;
    if (CODE.has(value.part)) return `(${value.part}) ${value.text}`;
    if (AS_IT_IS.has(value.part)) return value.text;
    if (value.part === "image") return c.t("legal.image_photo", { uri: value.text });
    if (value.part === "certificate") return this.#certificate(value);
    const label = c.t(`product.${value.part}`);
    return c.t("legal.part.labelled", { label, value: value.day ? c.date(value.day) : value.text });
  }

  #certificate({ text, day, ended }: Value): string {
    const c = this.#c;
    if (text.startsWith("https://")) return c.t("certificate.unknown", { code: documentNumber(text) });
    if (!day) return text;
    const date = c.t(ended ? "certificate.expired" : "certificate.until", { date: c.date(day) });
    return c.t("legal.part.labelled", { label: text, value: date });
  }

  #line(text: string, { kind, index }: Source): LegalLine {
    return {
      text,
      source: index === null ? "" : this.#c.t(`legal.source.${kind}`, { i: String(index) }),
      href: kind === "entry" && index !== null ? `#e${index}` : "",
      document: null,
    };
  }
}

/** A GS1 URI as application identifiers and values: `(414) 9521001000031 (254) SAY-02`; any other as it is. */
export function codeOf(uri: string): string {
  const parts = uri.slice(uri.indexOf(GS1) + GS1.length).split("/");
  if (!uri.includes(GS1) || parts.length % 2) return uri;
  const pairs = parts.flatMap((ai, at) => (at % 2 ? [] : [`(${ai}) ${unquote(parts[at + 1] ?? "")}`]));
  return pairs.join(" ");
}
