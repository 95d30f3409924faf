/**
 * What things are called: names from verified descriptions, and a plain word where nothing describes them;
 * `api/pages/names.py` again.
 */

import { type Catalogue, printable } from "../i18n";
import { byLocalName, type Members, text } from "./terms";

const TAIL = /\s*\([^()]*\)$/;
const PRODUCT = /^(https:\/\/id\.gs1\.org\/01\/\d{14})(?:\/|$)/;
const LOT = /^https:\/\/id\.gs1\.org\/01\/(\d{14})\/10\/([^/]+)$/;
const UNIT = /^https:\/\/id\.gs1\.org\/00\/(\d{18})$/;
const GDTI = /^\d{13}(?=.)/s;
const CODED = /(?:%[0-9A-Fa-f]{2})+/g;

/** URI to the attributes of its newest valid description. */
export type Descriptions = ReadonlyMap<string, Members>;

/** A name without a remark in brackets at its end. */
export function short(name: string): string {
  return name.replace(TAIL, "") || name;
}

/** Percent-encoded, all but letters, digits and `_.-~`. */
export function quote(value: string): string {
  const coded = encodeURIComponent(value);
  return coded.replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** Percent-decoded as UTF-8; what is none becomes U+FFFD. */
export function unquote(value: string): string {
  return value.replace(CODED, (run) =>
    new TextDecoder().decode(Uint8Array.from(run.slice(1).split("%"), (byte) => Number.parseInt(byte, 16))),
  );
}

/** What stands after the last slash. */
export function lastPart(uri: string): string {
  return uri.slice(uri.lastIndexOf("/") + 1);
}

/** A document's own number: what stands after the 13 digits of its type in a GDTI (GS1 General Specifications). */
export function documentNumber(uri: string): string {
  return lastPart(uri).replace(GDTI, "");
}

/** The product's URI of a lot or an instance; the URI itself where it is neither. */
export function productOf(uri: string): string {
  return PRODUCT.exec(uri)?.[1] ?? uri;
}

/** The lot number of a lot's URI, percent-decoded; empty for anything else. */
export function lotOf(uri: string): string {
  return unquote(LOT.exec(uri)?.[2] ?? "");
}

/** The path of a lot's page on this host; empty for anything that is no lot. */
export function lotPath(uri: string): string {
  const match = LOT.exec(uri);
  return match ? `/01/${match[1]}/10/${quote(unquote(match[2] ?? ""))}` : "";
}

/** The serial shipping container code of a logistic unit's URI; empty for anything else. */
export function ssccOf(uri: string): string {
  return UNIT.exec(uri)?.[1] ?? "";
}

/** The path of a lot's passport; a lot that ends like a file name keeps its dot percent-coded. */
export function passportPath(target: { gtin: string; lot: string | null; serial: string | null }): string {
  const parts = [target.gtin, target.lot ?? "", ...(target.serial ? [target.serial] : [])].map(quote);
  return `/passport/${parts.join("/").replace(/\.(pdf|json)$/, "%2E$1")}`;
}

/** The descriptions of one verification, asked by URI. */
export class Names {
  readonly #descriptions: Descriptions;
  readonly #c: Catalogue;

  constructor(descriptions: Descriptions, catalogue: Catalogue) {
    this.#descriptions = descriptions;
    this.#c = catalogue;
  }

  /** A text attribute of a description, by local name; empty where there is none. */
  said(uri: string, name: string): string {
    return printable(text(byLocalName(this.#descriptions.get(uri), name)));
  }

  /** A product's name, whole. */
  product(uri: string): string {
    const product = productOf(uri);
    const name = this.said(product, "descriptionShort") || this.said(product, "name");
    return name || this.#c.t("name.product", { code: lastPart(product) });
  }

  /** A product's name for use inside a sentence, without remarks. */
  goods(uri: string): string {
    if (!uri.includes("/01/")) return uri.startsWith("urn:uuid:") ? this.#c.t("name.season") : uri;
    return short(this.product(uri));
  }

  /** A product's name and its lot. */
  withLot(uri: string): string {
    const lot = lotOf(uri);
    return lot ? this.#c.t("name.with_lot", { name: this.goods(uri), lot }) : this.goods(uri);
  }

  /** An organisation's name, whole. */
  party(uri: string): string {
    return this.said(uri, "name") || this.#c.t("name.party", { code: lastPart(uri) });
  }

  partyShort(uri: string): string {
    return short(this.party(uri));
  }

  /** A place's name; empty where nothing describes it (its number tells a reader nothing). */
  place(uri: string): string {
    return uri ? short(this.said(uri, "name")) : "";
  }

  /** An organisation's or place's address, as far as it is described. */
  address(uri: string): string {
    const parts = ["streetAddressOne", "city", "state"].map((name) => this.said(uri, name));
    return parts.filter(Boolean).join(", ");
  }
}
