/** The standalone verifier's page: what is opened, how far its check is, what it came to. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { TrustedChain } from "../chain/index.ts";
import { CheckedPage, type Result, type Surroundings } from "../page/app.tsx";
import { check, type Source, SourceError, type Stage } from "../page/check.ts";
import { ChainRibbon, chainName } from "../page/frame.tsx";
import type { Catalogue, Lang } from "../page/i18n.ts";
import { MalformedPage } from "../page/malformed.tsx";
import { blobPath } from "../page/story/index.tsx";
import { hexEncode, LedgerError, parseBundle } from "../verify/index.ts";
import { hostOf, parseCode, type Target, targetOfUri } from "../verify/target.ts";
import type { Pinned } from "./inside.ts";
import { useLinks } from "./links.ts";
import { Pin } from "./pin.tsx";
import { DossierSource, FileSource, type From, OriginSource } from "./source.ts";
import { Running, Start, Top } from "./start.tsx";

/** What the reader asked to have checked. */
type Asked =
  | { readonly what: "inside"; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly what: "file"; readonly bytes: Uint8Array<ArrayBuffer>; readonly name: string }
  | { readonly what: "code"; readonly code: string };

type Shown =
  | { readonly at: "start"; readonly trouble: string }
  | { readonly at: "running"; readonly stage: Stage }
  | { readonly at: "malformed"; readonly error: LedgerError; readonly code: string }
  | { readonly at: "done"; readonly result: Result; readonly from: From };

const nothing = () => {};

/** All of it. `inside`: the bundle of a dossier; `documents`: addresses of the photos in this file, by SHA-256. */
export function App(props: {
  pinned: Pinned;
  inside: Uint8Array<ArrayBuffer> | null;
  documents: ReadonlyMap<string, string>;
  first: Lang;
  catalogues: Readonly<Record<Lang, Catalogue>>;
}) {
  const { pinned, inside, documents, catalogues } = props;
  const { trust } = pinned;
  const host = hostOf(trust.origin);
  const [lang, setLang] = useState(props.first);
  const [asked, ask] = useState<Asked | null>(inside && { what: "inside", bytes: inside });
  const [shown, show] = useState<Shown>({ at: "start", trouble: "" });
  const turn = useRef(0);
  const main = useRef<HTMLElement>(null);
  const c = catalogues[lang];

  const run = async (wanted: Asked | null) => {
    const mine = ++turn.current;
    const say = (next: Shown) => mine === turn.current && show(next);
    ask(wanted);
    if (wanted === null) return say({ at: "start", trouble: "" });
    say({ at: "running", stage: "anchored" });
    scrollTo(0, 0);
    try {
      say(await judge(wanted, pinned, (stage) => say({ at: "running", stage })));
    } catch (error) {
      if (error instanceof LedgerError && wanted.what === "code")
        return say({ at: "malformed", error, code: wanted.code });
      if (!(error instanceof SourceError) && !(error instanceof LedgerError)) throw error;
      say({ at: "start", trouble: error.code });
    }
  };
  const openFile = async (file: File) =>
    run({ what: "file", bytes: new Uint8Array(await file.arrayBuffer()), name: file.name });
  const openCode = (code: string) => void run({ what: "code", code });

  useEffect(() => {
    if (inside) void run({ what: "inside", bytes: inside });
  }, [inside]);
  useDropped(openFile);
  useLinks(main, {
    host,
    trust: pinned.bytes,
    again: () => void run(asked),
    start: () => void run(null),
    code: openCode,
  });
  useEffect(() => {
    document.documentElement.lang = lang;
    const title = main.current?.querySelector("h1")?.textContent ?? c.t("standalone.title");
    document.title = c.t("page.title", { title });
  }, [lang, shown, c]);

  const top = <Top lang={lang} onLang={setLang} onHome={() => void run(null)} c={c} />;
  const around = useMemo(
    (): Surroundings => ({
      code: asked?.what === "code" ? asked.code : "",
      again: "#again",
      support: { phone: null, email: null },
      anchorEvery: 1800,
      origin: trust.origin,
      chain: {
        name: chainName(trust.chainId),
        chainId: trust.chainId,
        contract: trust.contract,
        logId: `0x${hexEncode(trust.logId)}`,
      },
      documentUrl: (digest) => documents.get(digest) ?? `https://${host}${blobPath(digest)}`,
      top,
      reports: false,
    }),
    [asked, trust, documents, lang],
  );
  const verdict =
    shown.at === "done" ? shown.result.found.verdict : shown.at === "malformed" ? "malformed" : undefined;
  return (
    <>
      <a class="skip" href="#main">
        {c.t("nav.skip")}
      </a>
      <ChainRibbon chainId={trust.chainId} c={c} />
      <main id="main" ref={main} data-at={shown.at} data-checked={verdict}>
        {shown.at === "start" ? (
          <Start trouble={shown.trouble} host={host} top={top} onFile={openFile} onCode={openCode} c={c} />
        ) : null}
        {shown.at === "running" ? <Running stage={shown.stage} top={top} c={c} /> : null}
        {shown.at === "malformed" ? (
          <MalformedPage
            error={shown.error}
            around={around}
            differs={null}
            alarms={null}
            onWhole={nothing}
            c={c}
          />
        ) : null}
        {shown.at === "done" ? (
          <CheckedPage result={shown.result} around={around} alarms={null} onWhole={nothing} c={c} />
        ) : null}
        <Pin
          pinned={pinned}
          from={shown.at === "done" ? shown.from : null}
          silent={verdict === "chain_unreachable"}
          onStart={shown.at === "done" || shown.at === "malformed" ? () => void run(null) : null}
          c={c}
        />
      </main>
      <p class="vh" role="status">
        {shown.at === "done" ? c.t(`verdict.${shown.result.found.verdict}.title`) : ""}
      </p>
    </>
  );
}

/** Check what was asked for. @throws SourceError, LedgerError (a code that is none of ours) */
async function judge(asked: Asked, { trust }: Pinned, stage: (now: Stage) => void): Promise<Shown> {
  const started = performance.now();
  const host = hostOf(trust.origin);
  let expect: Target | null = null;
  let source: Source;
  let from: () => From = () => "file";
  if (asked.what === "code") {
    expect = parseCode(asked.code, host);
    if (expect.lot === null) throw new SourceError("code.no_lot");
    source = new OriginSource(host, expect);
    from = () => "network";
  } else if (asked.what === "inside") {
    expect = lotOf(asked.bytes);
    const dossier = new DossierSource(asked.bytes, expect && new OriginSource(host, expect));
    source = dossier;
    from = () => dossier.from;
  } else source = new FileSource(asked.bytes);
  const chain = new TrustedChain(trust);
  const { found, bundle } = await check(
    { trust, source, chain, expect, size: null, now: () => new Date() },
    stage,
  );
  const result: Result = {
    found,
    now: new Date(),
    seconds: (performance.now() - started) / 1000,
    checkpoint: checkpointOf(bundle),
    proofUrl: URL.createObjectURL(new Blob([new Uint8Array(bundle)], { type: "application/json" })),
    dossier: null,
    scans: null,
    differs: null,
  };
  return { at: "done", result, from: from() };
}

/** What a bundle is about; null where it cannot be read, which the check then says. */
function lotOf(bytes: Uint8Array): Target | null {
  try {
    const { subjects, tem } = parseBundle(bytes);
    const lots = subjects.map(({ uri }) => targetOfUri(uri, tem?.serial ?? null));
    return lots.find((lot) => lot !== null) ?? null;
  } catch {
    return null;
  }
}

function checkpointOf(bundle: Uint8Array): string {
  try {
    return parseBundle(bundle).checkpoint;
  } catch {
    return "";
  }
}

/** A file that is dropped anywhere on the page is opened. */
function useDropped(open: (file: File) => void): void {
  const latest = useRef(open);
  latest.current = open;
  useEffect(() => {
    const over = (event: DragEvent) => event.preventDefault();
    const drop = (event: DragEvent) => {
      event.preventDefault();
      const file = event.dataTransfer?.files[0];
      if (file) latest.current(file);
    };
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  }, []);
}
