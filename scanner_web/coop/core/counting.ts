/**
 * Counting what was signed with this phone's key (DESIGN §1, P6): one proof shows how many entries the log has under
 * `by` of a key, and which. What this phone did not sign, somebody else has signed with its key. And what the log
 * promised in a receipt must stand where it promised.
 */
import { newestFinal } from "../../chain/index.ts";
import { parseBundle } from "../../verify/bundle.ts";
import type { Anchor } from "../../verify/chain.ts";
import { b64Decode, bytesEqual, hexEncode, utf8 } from "../../verify/encoding.ts";
import { LedgerError } from "../../verify/errors.ts";
import { parseLeaf } from "../../verify/leaf.ts";
import { openBundle } from "../../verify/opening.ts";
import { keyUri } from "../../verify/subjects.ts";
import type { TrustFile } from "../../verify/trustfile.ts";
import { type Raised, raise } from "./alarms.ts";
import type { Api } from "./api.ts";
import { ownKids } from "./keys.ts";
import type { Signed } from "./slips.ts";
import type { Store } from "./store.ts";
import { trustFile } from "./trust.ts";

/** An entry under this key's name that this phone did not make. */
export interface Foreign {
  readonly index: number;
  /** When the ledger took it in, milliseconds since 1970. */
  readonly time: number;
  /** The JWS; null where its content is withheld. */
  readonly statement: string | null;
}

/** What the log has of a key, against what its phone knows. */
export interface Counted {
  readonly kid: string;
  /** Entries under the key, pending ones included. */
  readonly signed: number;
  /** Those that this phone made. */
  readonly mine: number;
  readonly foreign: readonly Foreign[];
  /** Receipts that the log does not keep: their entries are not where they were promised. */
  readonly unkept: readonly Signed[];
  /** Leaves under the bundle's checkpoint. */
  readonly size: number;
  readonly root: Uint8Array;
  /** Whether the contract was asked and holds this very checkpoint. */
  readonly anchored: boolean;
}

/** What the contract's newest final anchor is; null where nobody says. */
export type AskAnchor = (trust: TrustFile) => Promise<Anchor | null>;

/**
 * Count what the log has of each key that this phone has had, against what it signed. A foreign signature and a promise
 * that was not kept are alarms; entries that stand in an anchored log are noted as such.
 *
 * Throws `ApiError` where the service does not answer (`not_found.size` before the first anchor), and what the bundle
 * breaks: `bundle.…`, `proof.…`, `note.…`.
 */
export async function countOwn(
  store: Store,
  api: Pick<Api, "signedWith" | "trustFile">,
  askAnchor: AskAnchor = newestFinal,
): Promise<readonly Counted[]> {
  const trust = await trustFile(store, () => api.trustFile());
  const counted: Counted[] = [];
  for (const kid of await ownKids(store)) {
    const anchor = await askAnchor(trust);
    let bundle = await api.signedWith(keyUri(kid), null);
    if (anchor && anchor.size !== sizeOf(bundle)) {
      bundle = await api.signedWith(keyUri(kid), anchor.size).catch(() => bundle);
    }
    // read only now: what is being signed meanwhile is remembered before it is sent
    const signed = await store.read((rooms) => rooms.all("signed"));
    const found = await count(utf8(bundle), trust, kid, signed, anchor);
    await note(store, found);
    counted.push(found);
  }
  return counted;
}

/**
 * What a bundle of `by` this key proves, against what a phone remembers to have signed.
 *
 * Throws `bundle.other_target` where it is of another subject, and what it breaks.
 */
export async function count(
  bytes: Uint8Array,
  trust: TrustFile,
  kid: string,
  remembered: readonly Signed[],
  anchor: Anchor | null,
): Promise<Counted> {
  const bundle = parseBundle(bytes);
  const [subject] = bundle.subjects;
  if (subject.role !== "by" || subject.uri !== keyUri(kid)) throw new LedgerError("bundle.other_target");
  const { checkpoint, first } = await openBundle(bundle, trust);
  const own = remembered.filter((signed) => signed.kid === kid);
  const known = new Set(own.map(({ commitment }) => commitment));
  const leaves = new Map([...subject.entries, ...subject.pending].map(({ index, leaf }) => [index, leaf]));
  const foreign = first.entries
    .filter(({ index }) => !known.has(commitmentOf(leaves.get(index))))
    .map(({ index, time, statement }) => ({ index, time, statement: statement?.raw ?? null }));
  const size = Number(checkpoint.size);
  return {
    kid,
    signed: first.entries.length,
    mine: first.entries.length - foreign.length,
    foreign,
    unkept: own.filter(
      ({ index, leaf }) =>
        index !== undefined &&
        leaf !== undefined &&
        index < size &&
        !bytesEqual(leaves.get(index) ?? new Uint8Array(), b64Decode(leaf)),
    ),
    size,
    root: checkpoint.root,
    anchored: anchor !== null && anchor.size === size && bytesEqual(anchor.root, checkpoint.root),
  };
}

/** Keep what a count has found. */
async function note(store: Store, { kid, foreign, unkept, size, anchored }: Counted): Promise<void> {
  const at = new Date().toISOString();
  const raised: Raised[] = [
    ...foreign.map(({ index, time, statement }) => ({
      code: "key.foreign",
      params: { kid, index, time },
      evidence: statement ?? `${kid} ${index}`,
    })),
    ...unkept.map(({ index, leaf = "" }) => ({
      code: "receipt.unkept",
      params: { kid, index, size },
      evidence: leaf,
    })),
  ];
  const broken = new Set(unkept.map(({ commitment }) => commitment));
  await store.write(async (rooms) => {
    for (const alarm of raised) await raise(rooms, alarm, at);
    for (const signed of anchored ? await rooms.all("signed") : []) {
      const isThere = signed.kid === kid && signed.index !== undefined && signed.index < size;
      if (isThere && signed.anchored === undefined && !broken.has(signed.commitment)) {
        await rooms.put("signed", signed.commitment, { ...signed, anchored: size });
      }
    }
  });
}

function commitmentOf(leaf: Uint8Array | undefined): string {
  const parsed = leaf && parseLeaf(leaf);
  return parsed && parsed.kind !== 3 ? hexEncode(parsed.commitment) : "";
}

/** Leaves under a bundle's checkpoint, as it says; 0 where it cannot be read. */
function sizeOf(bundle: string): number {
  try {
    return Number(parseBundle(utf8(bundle)).checkpoint.split("\n")[1]);
  } catch (error) {
    if (error instanceof LedgerError) return 0;
    throw error;
  }
}
