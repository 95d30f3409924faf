/** An answer sheet, or an event, in one plain sentence, as it is read aloud before it is signed. */
import { isObject, type JsonObject, type JsonValue } from "../../verify/json";
import type { LotInHand, Workbook } from "../workbook";
import { completed, lotWords } from "./asking";
import { takenOf } from "./goods";
import {
  isAmount,
  isSeason,
  lotAt,
  productAt,
  productBehind,
  productsOf,
  readingsOf,
  sharesOf,
  textOf,
} from "./stock";
import { LINES, type Line, stepOf } from "./table";
import type { StepRecord } from "./template";
import type { Amount, AmountAsk, Answer, Ask, ChoiceAsk, Draft, Lang } from "./types";
import { figure, packOf, plainAmount, sayAmount } from "./units";
import { large, placeName, productName, say, sayWhen, shortDay, small } from "./words";

const MISSING = "…";

/**
 * A draft in one sentence: "Hái 12,4 kg hoa trà hoa vàng tươi ở vườn A03, hôm nay 24/11, 6:30". What is not answered yet
 * is three dots, or left out where the sentence can do without.
 */
export function tell(
  draft: Draft,
  workbook: Workbook,
  lang: Lang,
  now: Date,
  lines: readonly Line[] = LINES,
): string {
  const step = stepOf(draft.line, draft.step, lines);
  if (step === null) {
    return MISSING;
  }
  const teller = new Teller(step, completed(step, draft, workbook), workbook, lang, now);
  const whole = step.tell[lang].replace(/\[([^\]]*)\]/g, (_, part: string) => teller.part(part));
  return large(teller.filled(whole));
}

/** An event as it stands in the book; a declaration of error says what it withdraws. */
export function tellEvent(
  event: JsonObject,
  workbook: Workbook,
  lang: Lang,
  now: Date,
  lines: readonly Line[] = LINES,
): string {
  const { errorDeclaration, ...told } = event;
  if (isObject(errorDeclaration)) {
    return say("withdrawn", { what: tellEvent(told, workbook, lang, now, lines) })[lang];
  }
  const when = sayWhen(typeof event.eventTime === "string" ? event.eventTime : "", now);
  const uri = idOf(event.bizLocation) ?? idOf(event.readPoint);
  const place = workbook.places.find((item) => item.uri === uri);
  const what = [
    event.outputQuantityList,
    event.quantityList,
    event.childQuantityList,
    event.inputQuantityList,
  ]
    .map((list) => goodsIn(list, workbook, lang))
    .find((text) => text !== "");
  const values = {
    step: stepName(event, workbook, lines)[lang],
    what: what ?? "",
    place: place === undefined ? "" : placeName(place.name),
    when,
  };
  const key = what ? (place ? "event_at" : "event") : place ? "at" : "bare";
  return large(say(key, values)[lang]);
}

class Teller {
  constructor(
    private readonly step: StepRecord,
    private readonly draft: Draft,
    private readonly workbook: Workbook,
    private readonly lang: Lang,
    private readonly now: Date,
  ) {}

  /** A part that is left out where something in it was not answered. */
  part(text: string): string {
    const names = [...text.matchAll(/\{(\w+)\}/g)].map((found) => found[1] ?? "");
    return names.every((name) => this.named(name) !== null) ? text : "";
  }

  filled(text: string): string {
    return text.replace(/\{(\w+)\}/g, (_, name: string) => this.named(name) ?? MISSING);
  }

  private named(name: string): string | null {
    if (name === "when") {
      return sayWhen(this.draft.when, this.now)[this.lang];
    }
    const ask = this.step.asks.find((item) => item.id === name);
    return ask === undefined ? null : this.answer(ask);
  }

  private answer(ask: Ask): string | null {
    const answer = this.draft.answers[ask.id] ?? null;
    const text = textOf(answer);
    switch (ask.kind) {
      case "place": {
        const place = this.workbook.places.find((item) => item.uri === text);
        return place ? placeName(place.name) : text === null ? null : this.workbook.org.name;
      }
      case "product": {
        const product = productAt(text, this.workbook);
        return product && (product.uom === null ? packedName(product.name) : productName(product.name));
      }
      case "partner":
        return this.workbook.partners.find((item) => item.uri === text)?.name ?? null;
      case "choice":
        return this.choice(ask, text);
      case "lot":
      case "lots":
        return this.lots(ask.id, answer);
      case "amount":
        return ask.each === undefined ? this.amount(answer, ask) : this.each(ask.id, ask.each);
      case "readings":
        return this.readings(answer);
      case "number":
        return typeof answer === "number" ? figure(answer, this.lang) : null;
      case "day":
        return text === null ? null : shortDay(text, this.now);
      case "text":
        return text?.trim() || null;
      default:
        return null;
    }
  }

  private choice(ask: ChoiceAsk, code: string | null): string | null {
    const name = ask.choices.find((item) => item.code === code)?.name[this.lang];
    return name === undefined ? null : small(name);
  }

  private amount(answer: Answer, ask?: AmountAsk): string | null {
    if (!isAmount(answer)) {
      return null;
    }
    const product = ask === undefined ? null : productBehind(ask, this.draft, this.workbook);
    const isBare = answer.unit === plainAmount(1, null).unit && product !== null;
    return sayAmount(isBare ? { ...answer, unit: packOf(product).code } : answer, this.lang);
  }

  /** "0,8 kg hoa loại, 2 kg cuống" of an ask that is asked for each product. */
  private each(id: string, kinds: Parameters<typeof productsOf>[0]): string | null {
    const parts = productsOf(kinds, this.step.line, this.workbook).flatMap((product) => {
      const amount = this.amount(this.draft.answers[`${id}/${product.gtin}`] ?? null);
      return amount === null ? [] : [`${amount} ${productName(product.name)}`];
    });
    return parts.length === 0 ? null : parts.join(", ");
  }

  private lots(id: string, answer: Answer): string | null {
    const taking = this.step.event.takes.find((item) => "lots" in item && item.lots === id);
    const isAlone = taking?.amount !== undefined && this.step.tell[this.lang].includes(`{${taking.amount}}`);
    const taken = isAlone ? [] : takenOf(this.step, this.draft, this.workbook);
    const parts = sharesOf(answer).map(({ lot: uri }) => {
      const lot = lotAt(uri, this.workbook);
      const item = taken.find((one) => one.uri === uri);
      const amount = item && item.base !== null ? this.plain(item.base, item.uom, lot) : null;
      return lot === null ? numberIn(uri) : this.lot(lot, amount);
    });
    return parts.length === 0 ? null : parts.join(", ");
  }

  private lot(lot: LotInHand, amount: string | null): string {
    if (isSeason(lot)) {
      return lotWords(lot, this.workbook)[this.lang];
    }
    const product = productName(lot.product.split(",")[0] ?? lot.product);
    const values = { product, number: lot.lot };
    return (amount === null ? say("lot", values) : say("of", { ...values, amount }))[this.lang];
  }

  private plain(base: number, uom: string | null, lot: LotInHand | null): string {
    return sayAmount(
      counted(base, uom, lot && productAt(`https://id.gs1.org/01/${lot.gtin}`, this.workbook)),
      this.lang,
    );
  }

  private readings(answer: Answer): string | null {
    const parts = readingsOf(answer).flatMap(({ parameter, value }) => {
      const measured = this.step.measured.get(parameter);
      const unit = measured?.unit ? ` ${measured.unit}` : "";
      return measured === undefined ? [] : [`${measured.name[this.lang]} ${figure(value, this.lang)}${unit}`];
    });
    return parts.length === 0 ? null : parts.join(", ");
  }
}

/** A packed product's name behind its number: "29 hộp hoa trà hoa vàng sấy 100 g" of "Hoa trà …, hộp 100 g". */
function packedName(name: string): string {
  return productName(name).replace(/,\s*\p{L}[\p{L}\p{M}]*\s+(?=\d)/u, " ");
}

function counted(base: number, uom: string | null, product: Parameters<typeof packOf>[0] | null): Amount {
  const amount = plainAmount(base, uom);
  return uom === null && product !== null ? { ...amount, unit: packOf(product).code } : amount;
}

/** "12,4 kg hoa trà hoa vàng tươi" of a list of quantities; empty where there is none. */
function goodsIn(list: JsonValue | undefined, workbook: Workbook, lang: Lang): string {
  const items: readonly JsonValue[] = Array.isArray(list) ? list : [];
  const parts = items.flatMap((item) => {
    if (!isObject(item) || typeof item.epcClass !== "string") {
      return [];
    }
    const uri = item.epcClass.split("/10/")[0] ?? "";
    const product = productAt(uri, workbook);
    const lot = lotAt(item.epcClass, workbook);
    const name = product ? product.name : (lot?.product ?? numberIn(item.epcClass));
    const uom = typeof item.uom === "string" ? item.uom : null;
    const said = uom === null ? packedName(name) : productName(name);
    return [
      typeof item.quantity === "number"
        ? `${sayAmount(counted(item.quantity, uom, product), lang)} ${said}`
        : said,
    ];
  });
  return parts.join(", ");
}

/** What the step of an event is called in the organisation's lines, else the last part of its URI. */
function stepName(event: JsonObject, workbook: Workbook, lines: readonly Line[]) {
  const local = typeof event.bizStep === "string" ? (event.bizStep.split("/").at(-1) ?? "") : "";
  const own = lines.filter(({ code }) => workbook.org.lines.includes(code));
  const steps = [...own, ...lines].flatMap((line) => line.steps).filter((step) => step.event.step === local);
  const isAggregation = event.type === "AggregationEvent";
  const fitting = steps.filter((step) => (step.event.does === "aggregation") === isAggregation);
  const named = fitting.find((step) => step.event.disposition === event.disposition) ?? fitting[0];
  return named?.name ?? { vi: local, en: local };
}

function idOf(value: JsonValue | undefined): string | null {
  return isObject(value) && typeof value.id === "string" ? value.id : null;
}

function numberIn(uri: string): string {
  return decodeURIComponent(uri.split("/").at(-1) ?? uri);
}
