// Tells the stories of bundles as the pages do, for tests: JSON lines in, JSON lines out.
//
// In: {"bundle" (base64), "trust" (a trust file), "chain" (bytes and sets in hexadecimal), "now", "documents" (the
// digests that are kept, hexadecimal), "origin", "facts" (the chain's, as pages name them), "scans" (as /api/v1/scans tells them, or null),
// "anchorEvery" (seconds)}. Out: for each language the story's model, and as `said` banner, tem, notes and reasons.
import { join } from "node:path";
import { createInterface } from "node:readline";
import { notes, temNote } from "../page/actions";
import { banner } from "../page/banner";
import { Catalogue, type Lang } from "../page/i18n";
import { readScans } from "../page/scans";
import { reasonLines, steps } from "../page/steps";
import { Names } from "../page/story/names";
import { storyModel } from "../page/story/storymodel";
import { heed, suspicions } from "../page/word";
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
  const scans = readScans(asked.scans);
  const proven = await verify(new Uint8Array(Buffer.from(asked.bundle, "base64")), trust, chain, now);
  const found = heed(proven, scans ? suspicions(scans) : []);
  const kept = new Set<string>(asked.documents);
  const context = {
    now,
    documentUrl: (digest: string) => (kept.has(digest) ? `/blobs/${digest}` : null),
    origin: asked.origin,
    chain: asked.facts,
  };
  const models = catalogues.map((c) => {
    const names = new Names(found.descriptions, c);
    const model = storyModel(found, context, c);
    const said = {
      banner: banner(found, names, c, asked),
      tem: model.product ? temNote(found, scans, c) : null,
      notes: notes(found, names, c),
      reasons: reasonLines(found, names, c),
      steps: steps(found, names, c).map(({ proof: _, ...step }) => step),
    };
    return [c.lang, { ...model, said }];
  });
  const out = { verdict: found.verdict, reasons: found.reasons, ...Object.fromEntries(models) };
  process.stdout.write(`${JSON.stringify(out)}\n`);
}
