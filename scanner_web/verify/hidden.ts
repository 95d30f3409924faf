/**
 * The second layer of a tem: a code under a scratch-off, whose first opening is recorded (DESIGN §3.8).
 *
 *     leaf = SHA-256(0x00 ‖ salt ‖ serial ‖ code)     at the tem's index, under the root of the roll's `nguon:hidden`
 *
 * What an opening proves: that the code under this layer is the one that was printed there. Not when it was first read,
 * nor how often: that is the word of who answers.
 */
import { bytesEqual, concat, utf8 } from "./encoding";
import { LedgerError } from "./errors";
import { leafHash, verifyInclusion } from "./merkle";
import { serialIndex } from "./tem";

/** Bytes of a salt. */
export const SALT_SIZE = 16;

/** What shows that a code stands under the second layer of a tem. */
export interface Opening {
  /** 16 bytes. */
  readonly salt: Uint8Array;
  /** Hash of salt, serial and code, 32 bytes. */
  readonly leaf: Uint8Array;
  /** Of the leaf at the tem's index, under the root that the roll's event carries. */
  readonly inclusion: readonly Uint8Array[];
}

/**
 * Check that a code stands under the second layer of a tem.
 *
 * @param opening what the issuer showed.
 * @param serial of the tem, which carries its index.
 * @param code as typed.
 * @param count of `nguon:hidden` in the roll's event, which is the roll's.
 * @param root likewise: `Roll.hidden` of a verified tem.
 *
 * Throws `hidden.code` (the code or the serial is another one), `proof.inclusion` (the leaf is not in the tree).
 */
export function checkOpening(
  opening: Opening,
  serial: string,
  code: string,
  count: number,
  root: Uint8Array,
): void {
  const { salt, leaf, inclusion } = opening;
  const index = serialIndex(serial);
  const told = leafHash(concat(salt, utf8(serial), utf8(normalised(code))));
  if (index === null || salt.length !== SALT_SIZE || !bytesEqual(told, leaf)) {
    throw new LedgerError("hidden.code");
  }
  verifyInclusion(leaf, BigInt(index), BigInt(count), inclusion, root);
}

/** A typed code as it is printed: upper case, no spaces or hyphens, O as 0, I and L as 1 (Crockford). */
export function normalised(typed: string): string {
  return typed
    .toUpperCase()
    .replace(/[ \-\t\r\n]/g, "")
    .replaceAll("O", "0")
    .replace(/[IL]/g, "1");
}
