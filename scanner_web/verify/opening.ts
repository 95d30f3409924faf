/**
 * Opening a bundle: from bytes to entries that are proven, signed and filed right, or a broken commitment.
 *
 * What is checked here, in this order, needs the bundle and the trust file only:
 *
 * 1. the checkpoint is signed by the log's key and bears its origin;
 * 2. its last leaf is a snapshot, whose map root counts the leaves before it;
 * 3. the pending checkpoint, if any, extends it;
 * 4. of every subject: the map's answer; as many entries as it counts, in order, the newest the map's head; pending
 *    entries after them without a gap; each leaf included and filed under the subject with that ordinal; no payload
 *    twice;
 * 5. of every statement shown: its digest is the leaf's commitment, its kind and its subjects are the leaf's exactly;
 * 6. the log's time never decreases;
 * 7. every signature holds at its index, by keys whose own story is in the bundle; a key statement that is withheld
 *    where it decides one breaks it.
 */
import type { Bundle, Entry, SubjectProof } from "./bundle";
import { MAX_TIME } from "./dates";
import { bytesEqual } from "./encoding";
import { LedgerError, orNull } from "./errors";
import { type Jwk, KINDS, parseJwk, parseStatement, type Statement, signatureCheck } from "./jws";
import { ordinalOf, parseLeaf, type SnapshotLeaf, type StatementLeaf } from "./leaf";
import { resolve } from "./lotmap";
import { leafHash, verifyConsistency, verifyInclusion } from "./merkle";
import { type Checkpoint, openCheckpoint } from "./note";
import { keyUri, type Role, subjectKey } from "./subjects";
import { type KeyRecord, Keyring } from "./trust";
import type { TrustFile } from "./trustfile";
import type { VerifiedEntry } from "./verification";

/** A subject's proven entries, oldest first. */
export interface OpenedSubject {
  readonly role: Role;
  readonly uri: string;
  readonly entries: readonly VerifiedEntry[];
}

/** A bundle whose every commitment holds. */
export interface OpenedBundle {
  readonly checkpoint: Checkpoint;
  readonly first: OpenedSubject;
  readonly subjects: readonly OpenedSubject[];
  readonly keyring: Keyring;
  /** How many signatures of statements were checked. */
  readonly signatures: number;
  get(role: Role, uri: string): OpenedSubject | undefined;
}

/** Check a bundle's commitments. Throws the first `LedgerError` that does not hold. */
export async function openBundle(bundle: Bundle, trust: TrustFile): Promise<OpenedBundle> {
  if (bundle.origin !== trust.origin) {
    throw new LedgerError("bundle.origin", { origin: bundle.origin });
  }
  const checkpoint = await openCheckpoint(bundle.checkpoint, trust.logKey, trust.origin);
  const snapshot = openSnapshot(bundle, checkpoint);
  const pending = await openPending(bundle, checkpoint, trust);
  const reader = new EntryReader(checkpoint, pending, statementsOf(bundle));
  const read = bundle.subjects.map((subject) => ({
    role: subject.role,
    uri: subject.uri,
    entries: reader.read(subject, snapshot.mapRoot),
  }));
  reader.checkTimes(snapshot);
  const { statements } = reader;
  const keyStatements = [...statements].filter(([, { header }]) => header.typ === "key+jws");
  const signed = await rightlySigned(statements, trust.registrars, keyStatements);
  const keyring = new Keyring(trust.registrars, keyStatements, (statement) => signed.has(statement));
  const stories = new Map(read.map((subject) => [named(subject.role, subject.uri), subject.entries]));
  const signers = new Map<number, KeyRecord | null>();
  for (const [index, statement] of statements) {
    const record = keyring.checkSignature(index, statement);
    signers.set(index, record);
    if (record !== null) {
      checkKeyStory(record.kid, index, stories.get(named("about", keyUri(record.kid))));
    }
  }
  const opened = read.map(({ role, uri, entries }) => ({
    role,
    uri,
    entries: entries.map(
      ({ index, ordinal, leaf, statement, pending: isPending }): VerifiedEntry => ({
        index,
        ordinal,
        time: Number(leaf.time),
        role,
        uri,
        kind: leaf.kind,
        statement,
        signer: signers.get(index) ?? null,
        pending: isPending,
        voidedBy: null,
      }),
    ),
  }));
  const [first = { role: "about", uri: "", entries: [] }] = opened;
  const byName = new Map(opened.map((subject) => [named(subject.role, subject.uri), subject]));
  return {
    checkpoint,
    first,
    subjects: opened,
    keyring,
    signatures: statements.size,
    get: (role, uri) => byName.get(named(role, uri)),
  };
}

interface ReadEntry {
  readonly index: number;
  readonly ordinal: number;
  readonly leaf: StatementLeaf;
  readonly statement: Statement | null;
  readonly pending: boolean;
}

function named(role: Role, uri: string): string {
  return `${role} ${uri}`;
}

function openSnapshot(bundle: Bundle, checkpoint: Checkpoint): SnapshotLeaf {
  const leaf = parseLeaf(bundle.snapshot.leaf);
  if (leaf.kind !== 3 || leaf.index !== checkpoint.size - 1n) {
    throw new LedgerError("bundle.snapshot");
  }
  const hash = leafHash(bundle.snapshot.leaf);
  verifyInclusion(hash, leaf.index, checkpoint.size, bundle.snapshot.inclusion, checkpoint.root);
  return leaf;
}

async function openPending(
  bundle: Bundle,
  checkpoint: Checkpoint,
  trust: TrustFile,
): Promise<Checkpoint | null> {
  if (bundle.pendingCheckpoint === null) {
    if (bundle.consistency.length > 0 || bundle.subjects.some(({ pending }) => pending.length > 0)) {
      throw new LedgerError("bundle.pending");
    }
    return null;
  }
  const pending = await openCheckpoint(bundle.pendingCheckpoint, trust.logKey, trust.origin);
  verifyConsistency(checkpoint.size, checkpoint.root, pending.size, pending.root, bundle.consistency);
  return pending;
}

/** The statements shown, by index: an entry under several subjects may be shown under one only. */
function statementsOf(bundle: Bundle): ReadonlyMap<number, string> {
  const shown = new Map<number, string>();
  for (const { entries, pending } of bundle.subjects) {
    for (const { index, statement } of [...entries, ...pending]) {
      if (statement !== null) {
        const known = shown.get(index) ?? statement;
        if (known !== statement) {
          throw new LedgerError("bundle.commitment", { index });
        }
        shown.set(index, known);
      }
    }
  }
  return shown;
}

/** Reads the entries of all subjects, each leaf and statement once. */
class EntryReader {
  readonly statements = new Map<number, Statement>();
  private readonly leaves = new Map<number, StatementLeaf>();
  private readonly proven = new Map<number, { readonly entry: Entry; readonly leaf: StatementLeaf }>();

  constructor(
    private readonly checkpoint: Checkpoint,
    private readonly pending: Checkpoint | null,
    private readonly shown: ReadonlyMap<number, string>,
  ) {}

  read(subject: SubjectProof, mapRoot: Uint8Array): ReadEntry[] {
    const { uri } = subject;
    const key = subjectKey(subject.role, uri);
    const head = resolve(mapRoot, key, subject.map);
    const counted = head?.ordinal ?? 0;
    if (subject.entries.length !== counted) {
      throw new LedgerError("bundle.count", { uri, counted, shown: subject.entries.length });
    }
    const read: ReadEntry[] = [];
    for (const entry of subject.entries) {
      if (entry.index >= this.checkpoint.size - 1n) {
        throw misplaced(subject, entry);
      }
      read.push(this.readEntry(subject, entry, key, read, this.checkpoint, false));
    }
    const newest = subject.entries[counted - 1];
    if (head !== null && newest !== undefined && !bytesEqual(leafHash(newest.leaf), head.head)) {
      throw new LedgerError("bundle.head", { uri });
    }
    for (const entry of subject.pending) {
      if (this.pending === null || entry.index < this.checkpoint.size) {
        throw misplaced(subject, entry);
      }
      read.push(this.readEntry(subject, entry, key, read, this.pending, true));
    }
    // an old release, logged again, would undo a new recall
    const payloads = read.flatMap(({ statement }) => statement?.payloadSegment ?? []);
    if (new Set(payloads).size !== payloads.length) {
      throw new LedgerError("bundle.replayed", { uri });
    }
    return read;
  }

  /** Check that the log's time never decreases over all leaves seen, and that a calendar has it. */
  checkTimes(snapshot: SnapshotLeaf): void {
    const times = [...this.leaves].map(([index, { time }]) => ({ index: BigInt(index), time }));
    const all = [{ index: snapshot.index, time: snapshot.time }, ...times];
    all.sort((one, other) => (one.index < other.index ? -1 : 1));
    if (all.some(({ time }, place) => time > MAX_TIME || time < (all[place - 1]?.time ?? 0n))) {
      throw new LedgerError("bundle.time");
    }
  }

  private readEntry(
    subject: SubjectProof,
    entry: Entry,
    key: Uint8Array,
    before: readonly ReadEntry[],
    checkpoint: Checkpoint,
    pending: boolean,
  ): ReadEntry {
    const { index } = entry;
    const ordinal = before.length + 1;
    if (index <= (before[ordinal - 2]?.index ?? -1)) {
      throw misplaced(subject, entry);
    }
    const leaf = this.leaf(entry, checkpoint);
    if (ordinalOf(leaf, key) !== BigInt(ordinal)) {
      throw new LedgerError("bundle.filing", { uri: subject.uri, index });
    }
    return { index, ordinal, leaf, statement: this.statement(index, leaf), pending };
  }

  /** The entry's leaf, included at its place; what was proven once is not proven again. */
  private leaf(entry: Entry, checkpoint: Checkpoint): StatementLeaf {
    const known = this.proven.get(entry.index);
    if (known !== undefined && isSameProof(known.entry, entry)) {
      return known.leaf;
    }
    const leaf = parseLeaf(entry.leaf);
    if (leaf.kind === 3) {
      throw new LedgerError("bundle.filing", { index: entry.index });
    }
    verifyInclusion(
      leafHash(entry.leaf),
      BigInt(entry.index),
      checkpoint.size,
      entry.inclusion,
      checkpoint.root,
    );
    this.leaves.set(entry.index, leaf);
    this.proven.set(entry.index, { entry, leaf });
    return leaf;
  }

  private statement(index: number, leaf: StatementLeaf): Statement | null {
    const known = this.statements.get(index);
    const raw = this.shown.get(index);
    if (known !== undefined || raw === undefined) {
      return known ?? null;
    }
    const statement = parseStatement(raw);
    if (!bytesEqual(statement.commitment, leaf.commitment)) {
      throw new LedgerError("bundle.commitment", { index });
    }
    const keys = statement.subjectKeys;
    if (
      KINDS[statement.header.typ] !== leaf.kind ||
      keys.length !== leaf.subjects.length ||
      !leaf.subjects.every((subject, place) => bytesEqual(subject.key, keys[place] ?? subject.key))
    ) {
      throw new LedgerError("bundle.filing", { index });
    }
    this.statements.set(index, statement);
    return statement;
  }
}

/** The statements whose signature is that of the key that they name, as far as anybody shows that key. */
async function rightlySigned(
  statements: ReadonlyMap<number, Statement>,
  registrars: readonly Jwk[],
  keyStatements: readonly (readonly [number, Statement])[],
): Promise<ReadonlySet<Statement>> {
  const told = keyStatements.map(([, { payload }]) => orNull(() => parseJwk(payload.jwk)));
  const jwks = [...registrars, ...told.filter((jwk) => jwk !== null)];
  const checks = new Map(
    [...new Map(jwks.map((jwk) => [jwk.kid, jwk]))].map(([kid, jwk]) => [kid, signatureCheck(jwk)]),
  );
  const signed = new Set<Statement>();
  await Promise.all(
    [...statements.values()].map(async (statement) => {
      if (await checks.get(statement.header.kid)?.(statement)) {
        signed.add(statement);
      }
    }),
  );
  return signed;
}

/** Check that a signing key's own story is there, and nothing of it withheld that decides the signature. */
function checkKeyStory(kid: string, index: number, story: readonly ReadEntry[] | undefined): void {
  if (story === undefined) {
    throw new LedgerError("bundle.key_missing", { kid });
  }
  if (story.some((entry) => entry.index < index && entry.statement === null && entry.leaf.kind === 2)) {
    throw new LedgerError("bundle.key_withheld", { kid });
  }
}

function isSameProof(one: Entry, other: Entry): boolean {
  return (
    bytesEqual(one.leaf, other.leaf) &&
    one.inclusion.length === other.inclusion.length &&
    one.inclusion.every((hash, place) => bytesEqual(hash, other.inclusion[place] ?? hash))
  );
}

function misplaced(subject: SubjectProof, entry: Entry): LedgerError {
  return new LedgerError("bundle.order", { uri: subject.uri, index: entry.index });
}
