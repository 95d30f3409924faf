/**
 * What is foreseen of an answer sheet before it is signed: what the ledger would refuse, and what is likely a slip.
 *
 * A slip is asked about, never blocked: a good harvest is no mistake.
 */
import { orNull } from "../../verify/errors";
import type { Workbook } from "../workbook";
import { asksOf, completed, lotWords } from "./asking";
import { kilograms, madeOf, takenOf } from "./goods";
import { containerUri } from "./ids";
import { growingAt, isAmount, lotAt, readingsOf, type Taken, textOf } from "./stock";
import { LINES, type Line, stepOf } from "./table";
import type { StepRecord } from "./template";
import type { Ask, Draft, Foreseen } from "./types";
import { figure, plainAmount, sayAmount } from "./units";
import { both, dayAt, large, type Said, say, sayWhen, shortDay } from "./words";

const FUTURE = 5 * 60_000;
/** By what part two scales may differ, as the ledger allows. */
const SCALES = 0.01;

/** Everything that is foreseen, refusals first. */
export function foresee(
  sheet: Draft,
  workbook: Workbook,
  now: Date,
  lines: readonly Line[] = LINES,
): Foreseen[] {
  const step = stepOf(sheet.line, sheet.step, lines);
  if (step === null) {
    return [];
  }
  const draft = completed(step, sheet, workbook);
  const about = { step, draft, workbook, now };
  const found = [
    ...future(about),
    ...interval(about),
    ...codes(about),
    ...use(about),
    ...balance(about),
    ...figures(about),
    ...limits(about),
    ...certificates(about),
  ];
  return [
    ...found.filter(({ level }) => level === "refuse"),
    ...found.filter(({ level }) => level === "ask"),
  ];
}

interface About {
  readonly step: StepRecord;
  readonly draft: Draft;
  readonly workbook: Workbook;
  readonly now: Date;
}

function future({ draft, now }: About): Foreseen[] {
  const isAhead = Date.parse(draft.when) > now.getTime() + FUTURE;
  return isAhead ? [refuse("time.future", null, say("future", { when: sayWhen(draft.when, now) }))] : [];
}

/** A harvest within the days that must pass after a treatment. */
function interval({ step, draft, workbook, now }: About): Foreseen[] {
  if (step.event.does !== "harvesting") {
    return [];
  }
  const place = textOf(draft.answers.place);
  const day = dayAt(draft.when);
  const treated = growingAt(place, step.line, workbook).filter((lot) => (lot.sprayedUntil ?? "") >= day);
  return treated.map((lot) => {
    const name = workbook.places.find((item) => item.uri === place)?.name;
    const where = name === undefined ? capital(lotWords(lot, workbook)) : large(name);
    const said = say("interval", { place: where, day: shortDay(lot.sprayedUntil ?? "", now) });
    return refuse("interval.pre_harvest", "place", said);
  });
}

/** Codes that are none, packs that are no whole number. */
function codes({ step, draft, workbook }: About): Foreseen[] {
  const container = textOf(draft.answers.container);
  const wrong = container !== null && orNull(() => containerUri(container)) === null;
  const parts = asksOf(step, draft, workbook).filter((ask) => {
    const answer = draft.answers[ask.id];
    return isAmount(answer) && answer.uom === null && !Number.isInteger(answer.base);
  });
  return [
    ...(wrong ? [refuse("dl.syntax", "container", say("container"))] : []),
    ...parts.map((ask) => refuse("quantity.unit", ask.id, say("whole"))),
  ];
}

/** More is taken from a lot than is left of it. */
function use({ step, draft, workbook }: About): Foreseen[] {
  const { does, action, step: name } = step.event;
  const uses = does !== "object" || action === "DELETE" || name === "shipping" || name === "retail_selling";
  if (!uses || (does === "aggregation" && action === "DELETE")) {
    return [];
  }
  const over = (item: Taken) =>
    item.lot?.left != null && item.base !== null && item.base > item.lot.left + 1e-6;
  return takenOf(step, draft, workbook)
    .filter(over)
    .map((item) => {
      const lot = lotAt(item.uri, workbook);
      const amount = (base: number) => both((lang) => sayAmount(plainAmount(base, item.uom), lang));
      const values = { left: amount(lot?.left ?? 0), taken: amount(item.base ?? 0) };
      const said = say("exceeded", { ...values, lot: lot ? `${lot.product}, ${lot.lot}` : "" });
      return ask("balance.exceeded", step.event.takes[0]?.amount ?? null, said);
    });
}

/** More comes out than went in, or another part of it than usually does. */
function balance({ step, draft, workbook }: About): Foreseen[] {
  const taken = takenOf(step, draft, workbook);
  const came = kilograms(taken);
  const found: Foreseen[] = [];
  const weigh = (value: number) => both((lang) => sayAmount(plainAmount(value, "KGM"), lang));
  if (step.event.does === "transformation" && came !== null && came > 0) {
    const made = madeOf(step, draft, workbook, () => "X").map(({ amount }) => amount);
    const went = kilograms(made);
    if (went !== null && went > came * (1 + SCALES)) {
      found.push(ask("balance.exceeded", "amount", say("more", { out: weigh(went), in: weigh(came) })));
      return found;
    }
  }
  for (const item of asksOf(step, draft, workbook)) {
    const answer = draft.answers[item.id];
    const share = item.kind === "amount" ? item.share : undefined;
    const before = step.event.does === "transformation" ? came : kilograms(lotsOf(item, draft, workbook));
    if (share === undefined || !isAmount(answer) || answer.uom !== "KGM" || !before) {
      continue;
    }
    const pct = (answer.base / before) * 100;
    if (pct < share[0] || pct > share[1]) {
      const values = { out: weigh(answer.base), in: weigh(before), pct: number(Math.round(pct * 10) / 10) };
      found.push(
        ask(
          "measure.yield",
          item.id,
          say("yield", { ...values, lo: number(share[0]), hi: number(share[1]) }),
        ),
      );
    }
  }
  return found;
}

/** The lots that an amount is of, as much as is left of them. */
function lotsOf(item: Ask, draft: Draft, workbook: Workbook) {
  const uri = item.kind === "amount" ? textOf(draft.answers[item.of ?? ""]) : null;
  const lot = lotAt(uri, workbook);
  return lot === null ? [{ base: null, uom: null }] : [{ base: lot.left, uom: lot.uom }];
}

/** Figures outside what is usual. */
function figures({ step, draft, workbook }: About): Foreseen[] {
  return asksOf(step, draft, workbook).flatMap((item): Foreseen[] => {
    const answer = draft.answers[item.id];
    const outside = (
      value: number,
      usual: readonly [number, number] | undefined,
      what: Said,
      say: (value: number) => Said,
    ) =>
      usual !== undefined && (value < usual[0] || value > usual[1])
        ? [unusual(item, what, value, usual, say)]
        : [];
    if (item.kind === "amount" && isAmount(answer)) {
      const { uom } = answer;
      return outside(answer.base, item.usual, item.label, (value) =>
        both((lang) => sayAmount(plainAmount(value, uom), lang)),
      );
    }
    if (item.kind === "number" && typeof answer === "number") {
      return outside(answer, item.usual, item.label, number);
    }
    return readingsOf(answer).flatMap(({ parameter, value }) => {
      const measured = step.measured.get(parameter);
      const unit = measured?.unit ?? "";
      return measured
        ? outside(value, measured.usual, capital(measured.name), (one) =>
            both((lang) => `${figure(one, lang)} ${unit}`.trim()),
          )
        : [];
    });
  });
}

function unusual(
  item: Ask,
  what: Said,
  value: number,
  usual: readonly [number, number],
  text: (value: number) => Said,
): Foreseen {
  const values = { what, value: text(value), lo: text(usual[0]), hi: text(usual[1]) };
  return ask("measure.range", item.id, say("range", values));
}

/** A laboratory's figure beyond its limit, though the result says that it conforms. */
function limits({ step, draft }: About): Foreseen[] {
  if (textOf(draft.answers.result) !== "conformant") {
    return [];
  }
  return step.asks.flatMap((item) =>
    readingsOf(draft.answers[item.id]).flatMap(({ parameter, value }) => {
      const measured = step.measured.get(parameter);
      const [most, least] = [measured?.report["nguon:limitMax"], measured?.report["nguon:limitMin"]];
      const broken =
        typeof most === "number" && value > most
          ? most
          : typeof least === "number" && value < least
            ? least
            : null;
      if (measured === undefined || broken === null) {
        return [];
      }
      const text = (one: number) => both((lang) => `${figure(one, lang)} ${measured.unit}`.trim());
      const values = { what: capital(measured.name), value: text(value), limit: text(broken) };
      return [ask("measure.limit", item.id, say("limit", values))];
    }),
  );
}

/** A certificate that would cover it and is out of date, with none of its standard in force. */
function certificates({ step, draft, workbook, now }: About): Foreseen[] {
  const day = dayAt(draft.when);
  const begins = (text: string) =>
    step.event.certificates.some((word) => text.toLowerCase().startsWith(word.toLowerCase()));
  const covering = workbook.certificates.filter(({ name, standard }) => begins(standard) || begins(name));
  const isCovered = (standard: string) =>
    covering.some((item) => item.standard === standard && item.validFrom <= day && day <= item.validUntil);
  return covering
    .filter(({ standard, validUntil }) => validUntil < day && !isCovered(standard))
    .map(({ name, validUntil }) =>
      ask("certificate.expired", null, say("expired", { name, day: shortDay(validUntil, now) })),
    );
}

function number(value: number): Said {
  return both((lang) => figure(value, lang));
}

function capital(words: { readonly vi: string; readonly en: string }): Said {
  return { vi: large(words.vi), en: large(words.en) };
}

function refuse(code: string, about: string | null, sentence: Foreseen["sentence"]): Foreseen {
  return { level: "refuse", code, ask: about, sentence };
}

function ask(code: string, about: string | null, sentence: Foreseen["sentence"]): Foreseen {
  return { level: "ask", code, ask: about, sentence };
}
