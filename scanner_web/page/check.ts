/**
 * One check from beginning to end: chain, bundle of that very size, chain again about recalls, verdict.
 *
 *     newest final anchor -> bundle of that size (and what is pending) -> recalls of all that it names -> verify()
 *
 * The same order as `api/verifying.py`. Nothing here knows a page or a server: whoever runs it says where bundles come
 * from and how the chain is asked.
 */

import type { ChainAnswer } from "../verify/chain.ts";
import { LedgerError } from "../verify/errors.ts";
import { parseBundle, recallKeys, verify } from "../verify/index.ts";
import type { Target } from "../verify/target.ts";
import type { TrustFile } from "../verify/trustfile.ts";
import type { Verification } from "../verify/verification.ts";

const TRIES = 4;

/** Why no bundle came: `offline` where nobody answered, else the service's own code for its refusal. */
export class SourceError extends Error {
  readonly code: string;

  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** Where bundles come from. @throws SourceError */
export interface Source {
  /** The bundle at this size of the log; at its newest where that is null. */
  bundle(size: number | null): Promise<Uint8Array>;
}

/** How the chain is asked; never throws for a chain that cannot be reached. */
export interface Chain {
  answer(keys: readonly string[]): Promise<ChainAnswer>;
}

/** What is checked, and with what. */
export interface Question {
  readonly trust: TrustFile;
  readonly source: Source;
  readonly chain: Chain;
  /** What was scanned; null where a file is opened that says itself what it is about. */
  readonly expect: Target | null;
  /** An older size of the log to judge; null for the newest final anchor. */
  readonly size: number | null;
  readonly now: () => Date;
}

/** How far a check has come: `anchored` asks the chain, `whole` waits for the bundle, `recall` asks again, `signed` computes. */
export type Stage = "anchored" | "whole" | "recall" | "signed";

/** A verification, and the bytes that it was made from. */
export interface Checked {
  readonly found: Verification;
  readonly bundle: Uint8Array;
}

/**
 * Check what was scanned.
 *
 * @param stage is told what is under way
 * @throws SourceError when no bundle could be had: then nothing was checked
 */
export async function check(question: Question, stage: (now: Stage) => void = () => {}): Promise<Checked> {
  const { trust, source, chain, expect, now } = question;
  stage("anchored");
  const first = await chain.answer([]);
  let size = question.size ?? first.latest?.size ?? null;
  let bundle = new Uint8Array();
  let answer = first;
  for (let turn = 0; turn < TRIES; turn++) {
    stage("whole");
    bundle = await atSize(source, size, question.size !== null);
    stage("recall");
    answer = await recalls(chain, first, bundle);
    if (question.size !== null || answer.latest === null || answer.latest.size === size) break;
    size = answer.latest.size;
  }
  stage("signed");
  return { found: await verify(bundle, trust, answer, now(), expect), bundle };
}

/** The bundle of a size; where the service has none of it, the newest that it has: the verdict then says so. */
async function atSize(
  source: Source,
  size: number | null,
  pinned: boolean,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await source.bundle(size));
  } catch (error) {
    if (!(error instanceof SourceError) || error.code !== "not_found.size" || size === null || pinned)
      throw error;
    return new Uint8Array(await source.bundle(null));
  }
}

/** What the chain says of all that a bundle names. A chain that did not answer just now is not waited for again. */
async function recalls(chain: Chain, first: ChainAnswer, bundle: Uint8Array): Promise<ChainAnswer> {
  if (first.state === "unreachable") return first;
  try {
    return await chain.answer(recallKeys(parseBundle(bundle)));
  } catch (error) {
    if (error instanceof LedgerError) return first; // verify() says what is wrong with it
    throw error;
  }
}
