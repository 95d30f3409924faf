/**
 * The journey: what the lot and everything it was made from went through, oldest first; `api/pages/story.py` again.
 *
 * Entries of one day and one signer stand together. A withdrawn entry stays, struck, with its correction under it; one
 * whose content is withheld stays too, as an empty line.
 */

import type { Verification } from "../../verify/verification";
import { type Day, dayOf, inVietnam } from "../format";
import type { Catalogue } from "../i18n";
import { attachments, fileOf } from "./documents";
import { Hands } from "./hands";
import type { Document, StoryContext, StoryGroup, StoryLine } from "./model";
import { lotOf, type Names } from "./names";
import type { EventReader } from "./reading";
import { Teller } from "./sentences";
import { eventsOf, stands, type Told } from "./told";

/** The groups of the journey. */
export function story(
  found: Verification,
  names: Names,
  catalogue: Catalogue,
  own: ReadonlySet<string>,
  context: StoryContext,
): StoryGroup[] {
  const told = eventsOf(found);
  const writer = new Writer(names, catalogue, own, told, context);
  const groups: Told[][] = [];
  for (const item of told.filter((item) => !writer.isSpokenFor(item))) {
    const last = groups.at(-1);
    if (last?.[0] && dayOf(last[0].when) === dayOf(item.when) && org(last[0]) === org(item)) last.push(item);
    else groups.push([item]);
  }
  return groups.flatMap((group) => writer.group(group));
}

/** How soon after it happened entries were written: half of them within a time, the slowest within another. */
export function promptness(told: readonly Told[], c: Catalogue): string {
  const late = told
    .filter((item) => item.event?.time && !item.event.isError)
    .map((item) => Math.max(0, item.entry.time - item.when.ms) / 1000)
    .sort((a, b) => a - b);
  const usual = late[Math.floor((late.length - 1) / 2)];
  const worst = late.at(-1);
  if (usual === undefined || worst === undefined) return "";
  return c.t("story.prompt", { usual: c.duration(usual), worst: c.duration(worst) });
}

function org(item: Told): string {
  return item.entry.signer?.org ?? "";
}

class Writer {
  readonly #names: Names;
  readonly #c: Catalogue;
  readonly #own: ReadonlySet<string>;
  readonly #context: StoryContext;
  readonly #teller: Teller;
  readonly #told: ReadonlyMap<number, Told>;
  readonly #withdrawing: ReadonlySet<number | null>;
  readonly #hands: Hands;

  constructor(
    names: Names,
    catalogue: Catalogue,
    own: ReadonlySet<string>,
    told: readonly Told[],
    context: StoryContext,
  ) {
    this.#names = names;
    this.#c = catalogue;
    this.#own = own;
    this.#context = context;
    this.#teller = new Teller(names, catalogue, own);
    this.#told = new Map(told.map((item) => [item.entry.index, item]));
    this.#hands = new Hands(told.filter(stands), names, catalogue, this.#teller);
    this.#withdrawing = new Set(told.map((item) => item.entry.voidedBy).filter((index) => index !== null));
  }

  /** A declaration of error that withdraws an entry shown is told under that entry. */
  isSpokenFor(item: Told): boolean {
    return this.#withdrawing.has(item.entry.index);
  }

  group(items: readonly Told[]): StoryGroup[] {
    const [first] = items;
    if (!first) return [];
    const { signer } = first.entry;
    const shown = items.find((item) => item.event !== null)?.event;
    return [
      {
        day: this.#c.date(first.when),
        iso: dayOf(first.when),
        icon: shown ? this.#teller.tell(shown).icon : "file",
        lab: signer?.role === "laboratory",
        signer: signer ? this.#names.partyShort(signer.org) : "",
        custody: signer ? this.#c.t(`custody.${signer.custody}`) : "",
        entered: this.#entered(items),
        lines: items.map((item) => this.#line(item)),
      },
    ];
  }

  #line({ entry, event }: Told): StoryLine {
    const blank = {
      index: entry.index,
      details: [],
      lot: this.#lot(entry.uri),
      struck: false,
      correction: "",
      pending: entry.pending,
      withheld: false,
      alert: false,
      documents: [],
      hands: [],
    };
    if (event === null) {
      const details = [this.#c.t("story.withheld_body")];
      return { ...blank, title: this.#c.t("story.withheld"), details, withheld: true };
    }
    if (event.isError) return { ...blank, title: this.#c.t("story.error") };
    const sentence = this.#teller.tell(event);
    return {
      ...blank,
      title: sentence.title,
      details: sentence.details,
      lot: this.#lot(entry.uri, sentence.details),
      struck: entry.voidedBy !== null,
      correction: this.#correction(entry.voidedBy),
      alert: sentence.alert,
      documents: this.#documents(event),
      hands: this.#hands.of(entry.index),
    };
  }

  #documents(event: EventReader): Document[] {
    return attachments(event.payload).map(({ title, digest, mediaType }) => ({
      title: title || this.#c.t("story.document"),
      file: fileOf(digest, this.#context),
      image: mediaType.startsWith("image/"),
    }));
  }

  #lot(uri: string, said: readonly string[] = []): string {
    const lot = this.#own.has(uri) ? "" : lotOf(uri);
    if (!lot || said.some((detail) => detail.includes(lot))) return "";
    return this.#c.t("story.lot", { lot });
  }

  #correction(index: number | null): string {
    if (index === null) return "";
    const declaration = this.#told.get(index);
    const reason = declaration?.event?.errorReason;
    if (!declaration || !reason) return this.#c.t("story.corrected");
    const date = this.#c.date(new Date(declaration.entry.time));
    return this.#c.t("story.corrected_why", {
      date,
      reason: this.#c.maybe(`correction.${reason}`) || reason,
    });
  }

  #entered(items: readonly Told[]): string {
    const days: Day[] = items.map((item) => dayOf(inVietnam(new Date(item.entry.time)))).sort();
    const [first = "", last = ""] = [days[0], days.at(-1)];
    if (first === last) return this.#c.t("story.entered", { date: this.#c.date(first) });
    return this.#c.t("story.entered_span", { first: this.#c.date(first), last: this.#c.date(last) });
  }
}
