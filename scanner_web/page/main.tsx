/**
 * The verify page in the buyer's browser: the server's verdict stays painted and is marked while the browser checks all
 * of it itself; then the page is replaced by what was verified.
 */

import { type ComponentChild, render } from "preact";
import { TrustedChain } from "../chain/index.ts";
import { LedgerError } from "../verify/errors.ts";
import { hexEncode, parseBundle } from "../verify/index.ts";
import { hostOf, parseCode, type Target } from "../verify/target.ts";
import type { TrustFile } from "../verify/trustfile.ts";
import { VERDICTS, type Verdict } from "../verify/verdict.ts";
import { CheckedPage, type Result, type Surroundings } from "./app.tsx";
import { type Checked, check, SourceError } from "./check.ts";
import { chainName, frame } from "./frame.tsx";
import { type Catalogue, loadCatalogue } from "./i18n.ts";
import { loadRest } from "./later.ts";
import { MalformedPage } from "./malformed.tsx";
import { markFailed, markRunning } from "./running.tsx";
import { fetchScans, type Scans, sendReport } from "./scans.ts";
import { dossierUrl, proofHint, proofUrl, ServiceSource } from "./source.ts";
import { Stored } from "./stored.tsx";
import { blobPath } from "./story/index.tsx";
import { Top } from "./top.tsx";
import { deviceMemory, readTrust } from "./trust.ts";
import { TrustAlarms } from "./trustalarms.tsx";
import { heed, suspicion, suspicions } from "./word.ts";

const TRUST_MODULE = "/trust.js";
const SCANS_WAIT = 1500;
/** Whose answer is a page that no script replaces. */
const OPENING = "/opening";

async function start(main: HTMLElement): Promise<void> {
  const printed = [...document.body.childNodes];
  const lang = document.documentElement.lang === "en" ? "en" : "vi";
  const started = performance.now();
  const file = trustFile();
  file.catch(() => {}); // awaited below
  const c = await loadCatalogue(lang);
  const running = markRunning(main, c);
  try {
    const trusted = await readTrust(await file, document.documentElement.dataset.trust ?? null, deviceMemory);
    const { trust } = trusted;
    const code = scannedCode(hostOf(trust.origin));
    const around = surroundings(main, trust, code, c);
    const alarms = <TrustAlarms trusted={trusted} c={c} />;
    let target: Target;
    try {
      target = parseCode(code, hostOf(trust.origin));
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      const differs = differing(main, "malformed", null);
      show(
        main,
        "malformed",
        <MalformedPage
          error={error}
          around={around}
          differs={differs}
          alarms={alarms}
          onWhole={() => whole(main)}
          c={c}
        />,
      );
      frame(main, printed, trust.chainId, heading(main), c);
      return;
    }
    if (target.lot === null) throw new SourceError("code.no_lot"); // such a code has no verdict, whoever claims one
    const hint = proofHint(main.dataset.proof ?? null, location.href);
    const scans = target.serial === null ? null : soon(fetchScans(code), SCANS_WAIT);
    const pinned = Number(new URLSearchParams(location.search).get("size") ?? "");
    const checked = await check(
      {
        trust,
        source: new ServiceSource(target, hint),
        chain: new TrustedChain(trust),
        expect: target,
        size: Number.isSafeInteger(pinned) && pinned > 0 ? pinned : null,
        now: () => new Date(),
      },
      running.stage,
    );
    loadRest(c).catch(() => {}); // the page says so itself
    const said = await scans;
    const result = resultOf(checked, {
      main,
      target,
      scans: said,
      pending: hint.pending,
      hinted: hint.size,
      started,
    });
    if (result.differs !== null) report(code, result);
    const above = (
      <>
        {alarms}
        <Stored chain={result.found.chain} at={document.documentElement.dataset.stored} c={c} />
      </>
    );
    show(
      main,
      result.found.verdict,
      <CheckedPage result={result} around={around} alarms={above} onWhole={() => whole(main)} c={c} />,
    );
    frame(main, printed, trust.chainId, heading(main), c);
  } catch (error) {
    running.clear();
    const known = error instanceof SourceError || error instanceof LedgerError;
    markFailed(main, known ? error.code : "page.error", c);
    if (!known) throw error;
  }
}

/** The trust file, base64. @throws SourceError */
async function trustFile(): Promise<string> {
  try {
    const module: { readonly default?: unknown } = await import(/* @vite-ignore */ TRUST_MODULE);
    return String(module.default);
  } catch {
    throw new SourceError("trust.missing");
  }
}

/** What was scanned: never what the HTML says, but the address that the page was opened by. */
function scannedCode(host: string): string {
  const { pathname, search } = location;
  if (pathname.startsWith("/01/")) return `https://${host}${pathname}`;
  return new URLSearchParams(search).get("code") ?? "";
}

function surroundings(main: HTMLElement, trust: TrustFile, code: string, c: Catalogue): Surroundings {
  const { phone, email, anchorEvery } = main.dataset;
  const query = new URLSearchParams(location.search);
  query.delete("lang");
  const again = `${location.pathname}?${query.size > 0 ? `${query}&` : ""}lang=`;
  return {
    code,
    again: `${again}${document.documentElement.lang}`,
    support: { phone: phone ?? null, email: email ?? null },
    anchorEvery: Number(anchorEvery) || 1800,
    origin: trust.origin,
    chain: {
      name: chainName(trust.chainId),
      chainId: trust.chainId,
      contract: trust.contract,
      logId: `0x${hexEncode(trust.logId)}`,
    },
    documentUrl: blobPath,
    top: <Top link={again} c={c} />,
    reports: true,
  };
}

function resultOf(
  checked: Checked,
  on: {
    main: HTMLElement;
    target: Target;
    scans: Scans | null;
    hinted: number | null;
    pending: number | null;
    started: number;
  },
): Result {
  const suspected = on.main.dataset.verdict === "suspect_copy" && on.scans === null;
  const word = suspected ? [suspicion("scan.conflict")] : on.scans ? suspicions(on.scans) : [];
  const found = heed(checked.found, word);
  const standalone = document.documentElement.dataset.standalone !== undefined;
  return {
    found,
    now: new Date(),
    seconds: (performance.now() - on.started) / 1000,
    checkpoint: checkpointOf(checked.bundle),
    proofUrl: found.size > 0 ? proofUrl(on.target, found.size, on.pending) : null,
    dossier: standalone && found.size > 0 ? dossierUrl(on.target) : null,
    scans: on.scans,
    differs: differing(on.main, found.verdict, { size: found.size, hinted: on.hinted }),
  };
}

/**
 * The server's verdict where it is another than the browser's. A browser that could not ask the chain knows less, not
 * otherwise; and an anchor that came since the page was printed may have made things better.
 */
function differing(
  main: HTMLElement,
  own: Verdict,
  at: { size: number; hinted: number | null } | null,
): Verdict | null {
  const server = VERDICTS.find((verdict) => verdict === main.dataset.verdict) ?? null;
  if (server === null || server === own || own === "chain_unreachable") return null;
  const moved = at !== null && at.hinted !== null && at.size > at.hinted;
  return moved && VERDICTS.indexOf(own) > VERDICTS.indexOf(server) ? null : server;
}

function report(code: string, { found, differs }: Result): void {
  const reasons = found.reasons.map((reason) => reason.code).join(", ");
  const text = `browser ${found.verdict} (${reasons}), server ${differs}, size ${found.size}`;
  void sendReport({ code, kind: "disagreement", text: text.slice(0, 1000) });
}

function checkpointOf(bundle: Uint8Array): string {
  try {
    return parseBundle(bundle).checkpoint;
  } catch {
    return "";
  }
}

function show(main: HTMLElement, verdict: Verdict, page: ComponentChild): void {
  const focused = main.contains(document.activeElement) ? document.activeElement?.getAttribute("href") : null;
  main.replaceChildren();
  render(page, main);
  main.dataset.checked = verdict;
  tell(heading(main));
  if (focused) main.querySelector<HTMLElement>(`[href="${CSS.escape(focused)}"]`)?.focus();
}

/** All of it is drawn: what the address points at may have come last. */
function whole(main: HTMLElement): void {
  main.dataset.check = "done";
  const { hash } = location;
  if (hash.length > 1) document.getElementById(decodeURIComponent(hash.slice(1)))?.scrollIntoView();
}

function heading(main: HTMLElement): string {
  return main.querySelector("h1")?.textContent ?? "";
}

/** Say the result to who listens to the page. */
function tell(text: string): void {
  const live = document.createElement("p");
  live.className = "vh";
  live.setAttribute("role", "status");
  document.body.append(live);
  setTimeout(() => {
    live.textContent = text;
  }, 100);
}

function soon<T>(promise: Promise<T | null>, wait: number): Promise<T | null> {
  return Promise.race([promise, new Promise<null>((resolve) => setTimeout(() => resolve(null), wait))]);
}

const main = document.getElementById("main");
if (main?.dataset.verdict !== undefined && location.pathname !== OPENING) void start(main);
