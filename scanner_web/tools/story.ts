// Tells the stories of bundles as the pages do, for tests: JSON lines in, JSON lines out.
//
// In: {"bundle" (base64), "trust" (a trust file), "chain" (bytes and sets in hexadecimal), "now", "documents" (the
// digests that are kept, hexadecimal), "origin", "facts" (the chain's, as pages name them)}. Out: for each language the
// story's model, with the verdict and the code's parts.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { Catalogue, type Lang } from "../page/i18n";
import { storyModel } from "../page/story/storymodel";
import { type ChainAnswer, hexDecode, parseTrustFile, verify } from "../verify/index";
import { LANGUAGES, readMessages } from "./catalogue";

const ROOT = process.env.NGUON_SCRIPTS ?? join(import.meta.dirname, "..");
const catalogues = LANGUAGES.map((lang: Lang) => new Catalogue(lang, readMessages(ROOT, lang)));

for await (const line of createInterface({ input: process.stdin })) {
  const asked = JSON.parse(line);
  const { latest, ...said } = asked.chain;
  const chain: ChainAnswer = {
    ...said,
    latest: latest && { ...latest, root: hexDecode(latest.root) },
    recalled: new Set(said.recalled),
    asked: new Set(said.asked),
  };
  const now = new Date(asked.now);
  const trust = parseTrustFile(new TextEncoder().encode(JSON.stringify(asked.trust)));
  const found = await verify(new Uint8Array(Buffer.from(asked.bundle, "base64")), trust, chain, now);
  const kept = new Set<string>(asked.documents);
  const context = {
    now,
    documentUrl: (digest: string) => (kept.has(digest) ? `/blobs/${digest}` : null),
    origin: asked.origin,
    chain: asked.facts,
  };
  const models = catalogues.map((c) => [c.lang, storyModel(found, context, c)]);
  const out = { verdict: found.verdict, reasons: found.reasons, ...Object.fromEntries(models) };
  process.stdout.write(`${JSON.stringify(out)}\n`);
}
