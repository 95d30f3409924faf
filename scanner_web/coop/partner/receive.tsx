/** Receiving: the camera never closes, each label is told at once, the checklist fills; then it is signed. */

import { useEffect, useRef, useState } from "preact/hooks";
import { said } from "../../page/story/terms.ts";
import type { Decision } from "../../scan/decide.ts";
import { isObject } from "../../verify/json.ts";
import { lotUri } from "../../verify/target.ts";
import type { App, ScreenProps } from "../app/app.ts";
import { Page } from "../app/frame.tsx";
import { Icon, Note } from "../app/parts.tsx";
import { Signed, useSigning } from "./answer.tsx";
import { Banner, Checklist, type Told, type What } from "./checklist.tsx";
import type { Claim } from "./claims.ts";
import { receiving } from "./events.ts";
import { Looker, ownHost } from "./looker.tsx";
import { Sounds } from "./sounds.ts";
import { Missing, useTable } from "./table.tsx";
import { cameOf, csv, linesOf, type Scanned, toneOf, totals } from "./tally.ts";

const AGAIN = 2_500; // milliseconds: a label that stays in sight is no second scan

/** What was done of a delivery so far; kept, so that a phone that dies loses nothing. */
interface Progress {
  readonly scanned: readonly Scanned[];
  readonly byHand: Readonly<Record<string, number>>;
}

const NOTHING: Progress = { scanned: [], byHand: {} };

/** `#/shop/receive/:index` */
export function ReceiveScreen({ app, params }: ScreenProps) {
  const { table } = useTable(app);
  const claim = table?.toAnswer.find(({ index }) => String(index) === params.index);
  if (!claim) return <Missing app={app} told={table !== null} back="/shop" />;
  return <Receiving app={app} claim={claim} others={table?.toAnswer ?? []} />;
}

function Receiving(props: { readonly app: App; readonly claim: Claim; readonly others: readonly Claim[] }) {
  const { app, claim } = props;
  const { c } = app;
  const [progress, setProgress] = useProgress(app, claim);
  const [told, setTold] = useState<Told | null>(null);
  const [sound, setSound] = useState(true);
  const [confirming, setConfirming] = useState(false);
  const signing = useSigning(app);
  const sounds = useRef(new Sounds());
  const lately = useRef(new Map<string, number>());
  const now = useRef(progress);
  now.current = progress;
  useEffect(() => () => sounds.current.close(), []);
  const change = (next: Progress) => {
    now.current = next;
    setProgress(next);
  };
  const tell = (next: Told) => {
    setTold(next);
    if (sound) sounds.current.tell(next.tone);
  };
  const known = new Set(claim.goods.map(({ uri }) => uri));

  const take = async (what: What) => {
    const before = now.current.scanned;
    if (before.some(({ code }) => code === what.path)) return tell({ tone: "aside", word: "twice", what });
    const asked = await verdictOf(app, what.path);
    const ordered = known.size === 0 || known.has(what.lot);
    const verdict = !ordered && toneOf(asked.verdict) !== "stop" ? "extra" : asked.verdict;
    const tone = toneOf(verdict);
    if (now.current.scanned.some(({ code }) => code === what.path)) return;
    const { product } = asked;
    const one = { code: what.path, lot: what.lot, gtin: what.gtin, product, tone, verdict };
    change({ ...now.current, scanned: [...now.current.scanned, one] });
    tell({ tone, word: verdict, what: { ...what, product } });
  };

  const found = (decisions: readonly Decision[], typed: boolean) => {
    const moment = performance.now();
    for (const decision of decisions) {
      const what = whatOf(decision);
      const seen = lately.current.get(what.path);
      lately.current.set(what.path, moment);
      if (!typed && seen !== undefined && moment - seen < AGAIN) continue;
      if (decision.kind === "page") void take(what);
      else if (decision.kind === "pallet") pallet(decision.sscc, what);
      else tell({ tone: "stop", word: decision.kind === "product" ? "article" : "foreign", what });
    }
  };

  const pallet = (sscc: string, what: What) => {
    const uri = `https://id.gs1.org/00/${sscc}`;
    const names = (each: Claim) => each.about.includes(uri) || each.goods.some(({ unit }) => unit === uri);
    const other = props.others.find(
      (each) => each.state === "claimed" && each.index !== claim.index && names(each),
    );
    if (names(claim)) tell({ tone: "good", word: "unit", what });
    else if (other) app.go(`/shop/receive/${other.index}`);
    else tell({ tone: "aside", word: "no_unit", what });
  };

  const lines = linesOf(claim.goods, progress.scanned, progress.byHand);
  const sums = totals(lines);
  const reason = (verdict: string) => c.t(`partner.verdict.${verdict}`);
  const begun = lines.some(({ state }) => state !== "todo");
  const sign = () =>
    signing.sign(
      (desk) => receiving(claim, cameOf(lines, reason), desk),
      c.t("partner.said.receive", { by: claim.byName, n: sums.received, k: sums.aside }),
    );
  const exportAll = () => {
    const head = ["product", "lot", "expected", "received", "aside", "why"].map((name) =>
      c.t(`partner.csv.${name}`),
    );
    const rows = lines.map((line) => [
      line.product,
      line.lot,
      line.expected,
      line.received,
      line.aside,
      line.why ? reason(line.why) : "",
    ]);
    save(csv([head, ...rows]), `nhan-hang-${claim.index}.csv`);
  };

  if (confirming || signing.slip)
    return (
      <Page
        app={app}
        title={c.t(signing.slip ? "partner.confirm.signed" : "partner.confirm.title")}
        back={signing.slip ? "/shop" : () => setConfirming(false)}
        end={
          !signing.slip && (
            <button type="button" class="btn big sign" data-sign disabled={signing.busy} onClick={sign}>
              <Icon name="pen" />
              {c.t("retail.receive", { n: sums.received, k: sums.aside })}
            </button>
          )
        }
      >
        {!signing.slip && (
          <>
            <p class="lead2">{c.t("partner.confirm.body", { by: claim.byName })}</p>
            <Checklist app={app} lines={lines} onCount={null} />
            {sums.missing > 0 && (
              <Note tone="caution" icon="warn" title={c.t("partner.confirm.missing", { n: sums.missing })}>
                <p>{c.t("partner.confirm.missing_body", { by: claim.byName })}</p>
              </Note>
            )}
          </>
        )}
        <Signed app={app} signing={signing} />
      </Page>
    );
  return (
    <Page
      app={app}
      title={c.t("partner.receive.title", { by: claim.byName })}
      back="/shop"
      wide
      nav="none"
      end={
        <button type="button" class="btn big sign" disabled={!begun} onClick={() => setConfirming(true)}>
          <Icon name="pen" />
          {c.t("retail.receive", { n: sums.received, k: sums.aside })}
        </button>
      }
    >
      <div class="receive">
        <div class="receive__look">
          <Looker c={c} looking={true} onFound={found} />
          <Banner app={app} told={told} />
          <div class="btns two receive__do">
            <button type="button" class="btn sec2" aria-pressed={sound} onClick={() => setSound(!sound)}>
              <Icon name="sound" />
              {c.t(sound ? "partner.sound.on" : "partner.sound.off")}
            </button>
            <button
              type="button"
              class="btn sec2"
              disabled={progress.scanned.length === 0}
              onClick={() => {
                change({ ...progress, scanned: progress.scanned.slice(0, -1) });
                setTold(null);
                lately.current.clear();
              }}
            >
              <Icon name="back" />
              {c.t("partner.undo")}
            </button>
          </div>
        </div>
        <div class="receive__list">
          <p class="row sb receive__sum" role="status">
            <span>{c.t("retail.must")}</span>
            <b class="nb">
              {c.number(sums.received + sums.aside)} / {c.number(sums.expected)}
            </b>
          </p>
          <div class="prog" aria-hidden="true">
            <i
              style={{
                width: `${sums.expected ? Math.min(100, (100 * (sums.received + sums.aside)) / sums.expected) : 0}%`,
              }}
            />
          </div>
          <Checklist
            app={app}
            lines={lines}
            onCount={(uri, amount) => change({ ...progress, byHand: { ...progress.byHand, [uri]: amount } })}
          />
          <div class="btns two receive__more">
            <button type="button" class="btn sec2" onClick={exportAll}>
              <Icon name="file" />
              {c.t("partner.export")}
            </button>
            <a class="btn sec2" href={`#/partner/deny/${claim.index}`}>
              <Icon name="x" />
              {c.t("partner.receive.deny")}
            </a>
          </div>
        </div>
      </div>
    </Page>
  );
}

/** What a code says before anybody is asked. */
function whatOf(decision: Decision): What {
  if (decision.kind === "page") {
    const { target, path } = decision;
    return { path, lot: lotUri(target) ?? "", gtin: target.gtin, number: target.lot ?? "", product: null };
  }
  const path =
    decision.kind === "pallet"
      ? decision.path
      : `${decision.kind} ${"text" in decision ? decision.text : decision.gtin}`;
  return { path, lot: "", gtin: "", number: decision.kind === "pallet" ? decision.sscc : "", product: null };
}

/** The verdict on a label; `unchecked` where nobody answers. */
async function verdictOf(
  app: App,
  path: string,
): Promise<{ readonly verdict: string; readonly product: string | null }> {
  try {
    const code = encodeURIComponent(`https://${ownHost()}${path}`);
    const answer = await app.api.get(`/api/v1/verify?code=${code}`);
    const verdict = isObject(answer) && typeof answer.verdict === "string" ? answer.verdict : "unchecked";
    const told = isObject(answer) && isObject(answer.product) ? answer.product.attributes : null;
    return { verdict, product: said(told, "descriptionShort") || said(told, "name") || null };
  } catch {
    return { verdict: "unchecked", product: null };
  }
}

/** What was scanned, kept under the claim; labels that were not checked are asked about again when the screen opens. */
function useProgress(app: App, claim: Claim): [Progress, (next: Progress) => void] {
  const [progress, setProgress] = useState<Progress>(NOTHING);
  const key = `receive ${claim.eventId}`;
  const { store } = app;
  useEffect(() => {
    let here = true;
    const open = async () => {
      const kept = await store.read((rooms) => rooms.get("meta", key));
      if (!here || !isProgress(kept)) return;
      const scanned = await Promise.all(
        kept.scanned.map(async (one) => {
          if (one.verdict !== "unchecked") return one;
          const { verdict } = await verdictOf(app, one.code);
          return { ...one, verdict, tone: toneOf(verdict) };
        }),
      );
      if (here) setProgress({ ...kept, scanned });
    };
    void open().catch(() => undefined); // nothing was kept: begun anew
    return () => {
      here = false;
    };
  }, [store, key]);
  const change = (next: Progress) => {
    setProgress(next);
    void store.write((rooms) => rooms.put("meta", key, next)).catch(() => undefined);
  };
  return [progress, change];
}

function isProgress(value: unknown): value is Progress {
  return typeof value === "object" && value !== null && "scanned" in value && "byHand" in value;
}

/** Let the browser keep a text as a file. */
export function save(text: string, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv;charset=utf-8" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
