/** What stands behind each step, for who wants to see: numbers and hashes that anybody can compute again. */

import { hexEncode } from "../verify/encoding.ts";
import { subjectKey } from "../verify/subjects.ts";
import type { Verification, VerifiedEntry } from "../verify/verification.ts";
import type { Catalogue } from "./i18n.ts";
import type { StepName } from "./steps.ts";
import type { Fact } from "./story/model.ts";
import type { Names } from "./story/names.ts";

/** The facts of every step, by its name; a step that has none to show has an empty list. */
export function proofs(
  found: Verification,
  names: Names,
  c: Catalogue,
): ReadonlyMap<string, readonly Fact[]> {
  const shown: readonly (readonly [StepName, readonly Fact[]])[] = [
    ["tem", tem(found, c)],
    ["whole", whole(found, c)],
    ["unchanged", unchanged(found, c)],
    ["signed", signed(found, names, c)],
    ["append", append(found, c)],
    ["anchored", anchored(found, c)],
    ["recall", recall(found, c)],
  ];
  return new Map(shown);
}

function tem({ tem }: Verification, c: Catalogue): Fact[] {
  if (!tem?.roll || tem.index === null) return [];
  return [
    mono(c.t("proof.roll"), tem.roll.id),
    plain(c.t("proof.slot"), c.t("tem.place", { i: tem.index + 1, n: tem.roll.count })),
    mono(c.t("proof.roll_root"), hexEncode(tem.roll.root)),
  ];
}

/** The newest anchored entry of each subject is the head that the map names. */
function whole({ entries }: Verification, c: Catalogue): Fact[] {
  const heads = new Map<string, VerifiedEntry>();
  for (const entry of entries) {
    const kept = heads.get(entry.uri);
    if (!entry.pending && (kept === undefined || kept.ordinal < entry.ordinal)) heads.set(entry.uri, entry);
  }
  return [...heads.values()].flatMap((entry) => [
    plain(c.t("proof.head"), c.t("evidence.entry", { n: entry.ordinal, i: entry.index })),
    mono(c.t("evidence.subject"), hexEncode(subjectKey("about", entry.uri))),
  ]);
}

function unchanged({ entries }: Verification, c: Catalogue): Fact[] {
  return entries.flatMap((entry) =>
    entry.statement
      ? [
          mono(
            c.t("evidence.entry", { n: entry.ordinal, i: entry.index }),
            hexEncode(entry.statement.commitment),
          ),
        ]
      : [],
  );
}

function signed({ entries }: Verification, names: Names, c: Catalogue): Fact[] {
  const used = new Map<string, string>();
  for (const { signer } of entries)
    if (signer) used.set(signer.kid, `${names.partyShort(signer.org)}, ${c.t(`custody.${signer.custody}`)}`);
  return [...used].map(([kid, label]) => mono(`${label}, ES256`, kid));
}

function append({ size, root }: Verification, c: Catalogue): Fact[] {
  return size === 0
    ? []
    : [plain(c.t("evidence.size"), c.number(size)), mono(c.t("evidence.root"), hexEncode(root))];
}

function anchored({ chain }: Verification, c: Catalogue): Fact[] {
  if (chain.latest === null) return [];
  const asked = c.t("proof.asked", { n: chain.agreed, of: chain.endpoints });
  return [
    plain(c.t("evidence.anchored_at"), c.moment(new Date(chain.latest.time * 1000))),
    plain(c.t("evidence.size"), c.number(chain.latest.size)),
    mono(c.t("evidence.root"), hexEncode(chain.latest.root)),
    ...(chain.block === null ? [] : [plain(c.t("evidence.asked_at"), c.number(chain.block))]),
    plain(c.t("proof.endpoints"), asked),
  ];
}

function recall({ chain }: Verification, c: Catalogue): Fact[] {
  if (chain.state !== "ok" || chain.asked.size === 0) return [];
  const said = c.t("proof.recalls", { n: chain.asked.size, k: chain.recalled.size });
  return [
    mono(`recalled(${chain.asked.size})`, said),
    ...[...chain.recalled].map((key) => mono(c.t("evidence.subject"), key)),
  ];
}

function plain(label: string, value: string): Fact {
  return { label, value, mono: false };
}

function mono(label: string, value: string): Fact {
  return { label, value, mono: true };
}
