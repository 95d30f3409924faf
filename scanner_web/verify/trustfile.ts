import { LedgerError, orNull } from "./errors";
import { integer, type JsonObject, parseJson } from "./json";
import { type Jwk, parseJwk } from "./jws";
import { parseVkey, type Vkey } from "./note";
import { count, hash, list, object, text, wrong } from "./shape";

/** A further chain that the same log is anchored to: its marks and recalls count too. */
export interface OtherChain {
  readonly chainId: number;
  /** 0x and 40 hex digits. */
  readonly contract: string;
  /** 32 bytes, the log's id in the contract. */
  readonly logId: Uint8Array;
  /** URLs of endpoints. */
  readonly rpcs: readonly string[];
}

/** What must be known to check a log's bundles (DESIGN §3.6). */
export interface TrustFile extends OtherChain {
  /** The log's name, a scheme-less URL prefix. */
  readonly origin: string;
  /** The key that signs its checkpoints. */
  readonly logKey: Vkey;
  /** Keys that may admit others. */
  readonly registrars: readonly Jwk[];
  /** Block tag at which anchors count, or a number of blocks. */
  readonly finality: string;
  /** How many endpoints must give the same answer. */
  readonly quorum: number;
  readonly others: readonly OtherChain[];
}

/** Read a trust file. Throws `trust.syntax`: a member is missing or of another shape. */
export function parseTrustFile(bytes: Uint8Array): TrustFile {
  const found = orNull(() => {
    const value = object(parseJson(bytes));
    return {
      ...chain(value),
      origin: text(value.origin),
      logKey: parseVkey(text(value.logKey)),
      registrars: list(value.registrars).map(parseJwk),
      finality: finality(value),
      quorum: "quorum" in value ? count(value, "quorum", 1) : 1,
      others: list(value.others === undefined ? [] : value.others).map((item) => chain(object(item))),
    };
  });
  if (found === null) {
    throw new LedgerError("trust.syntax");
  }
  return found;
}

function chain(value: JsonObject): OtherChain {
  const contract = text(value.contract);
  const logId = text(value.logId);
  return {
    chainId: count(value, "chainId", 1),
    contract: /^0x[0-9a-fA-F]{40}$/.test(contract) ? contract : wrong(),
    logId: logId.startsWith("0x") ? hash(logId.slice(2).toLowerCase()) : wrong(),
    rpcs: list(value.rpcs).map((url) => (typeof url === "string" ? url : wrong())),
  };
}

function finality(value: JsonObject): string {
  const given = value.finality === undefined ? "finalized" : value.finality;
  const tag = typeof given === "string" ? given : String(integer(value, "finality"));
  return ["latest", "safe", "finalized"].includes(tag) || /^\p{Nd}+$/u.test(tag) ? tag : wrong();
}
