/** How we know: the commitments behind a verdict, one sentence each; `api/pages/proofs.py` again (DESIGN §3). */

import { hexEncode } from "../../verify/encoding";
import { subjectKey } from "../../verify/subjects";
import { lotUri } from "../../verify/target";
import type { KeyRecord } from "../../verify/trust";
import type { Verification } from "../../verify/verification";
import type { Catalogue } from "../i18n";
import type { EvidencePart, Fact, StoryContext } from "./model";
import type { Names } from "./names";

/** What was checked against what, innermost first. */
export function evidence(
  found: Verification,
  context: StoryContext,
  names: Names,
  c: Catalogue,
): EvidencePart[] {
  const part = (name: string, facts: Fact[], values = {}): EvidencePart[] =>
    facts.length
      ? [{ title: c.t(`evidence.${name}.title`), sentence: c.t(`evidence.${name}.body`, values), facts }]
      : [];
  const { agreed, endpoints } = found.chain;
  return [
    ...part("entries", entries(found, c)),
    ...part("signers", signers(found, names, c)),
    ...part("checkpoint", found.size ? checkpoint(found.size, found.root, c) : []),
    ...part("anchor", anchor(found, context, c), { agreed, n: endpoints }),
    {
      title: c.t("evidence.contract_title"),
      sentence: c.t("evidence.contract_body"),
      facts: contract(found, context, c),
    },
  ];
}

function entries(found: Verification, c: Catalogue): Fact[] {
  return found.entries.map((entry) => ({
    label: c.t("evidence.entry", { n: entry.ordinal, i: entry.index }),
    value: entry.statement ? hexEncode(entry.statement.commitment) : c.t("story.withheld"),
    mono: entry.statement !== null,
  }));
}

function signers(found: Verification, names: Names, c: Catalogue): Fact[] {
  const used = new Map<string, KeyRecord>();
  for (const { signer } of found.entries) if (signer) used.set(signer.kid, signer);
  return [...used].map(([kid, key]) =>
    mono(`${names.partyShort(key.org)}, ${c.t(`custody.${key.custody}`)}`, kid),
  );
}

function checkpoint(size: number, root: Uint8Array, c: Catalogue): Fact[] {
  return [plain(c.t("evidence.size"), c.number(size)), mono(c.t("evidence.root"), hexEncode(root))];
}

function anchor(found: Verification, context: StoryContext, c: Catalogue): Fact[] {
  const { latest, block } = found.chain;
  if (latest === null) return [];
  const { anchorBlock, anchorTx } = context.chain;
  return [
    plain(c.t("evidence.anchored_at"), c.moment(new Date(latest.time * 1000))),
    ...checkpoint(latest.size, latest.root, c),
    ...(typeof anchorBlock === "number" ? [plain(c.t("evidence.block"), c.number(anchorBlock))] : []),
    ...(anchorTx ? [mono(c.t("evidence.tx"), anchorTx)] : []),
    ...(block === null ? [] : [plain(c.t("evidence.asked_at"), c.number(block))]),
  ];
}

function contract(found: Verification, { chain, origin }: StoryContext, c: Catalogue): Fact[] {
  const lot = found.target ? lotUri(found.target) : null;
  return [
    plain(c.t("evidence.chain"), `${chain.name} (${chain.chainId})`),
    mono(c.t("evidence.contract"), chain.contract),
    mono(c.t("evidence.log_id"), chain.logId),
    plain(c.t("evidence.origin"), origin),
    ...(lot === null ? [] : [mono(c.t("evidence.subject"), hexEncode(subjectKey("about", lot)))]),
  ];
}

function plain(label: string, value: string): Fact {
  return { label, value, mono: false };
}

function mono(label: string, value: string): Fact {
  return { label, value, mono: true };
}
