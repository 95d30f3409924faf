/** DESIGN §3 again: what a browser, or anybody, needs to check a lot without believing the service. */
export {
  type AnchorHint,
  type Bundle,
  type Entry,
  parseBundle,
  recallKeys,
  type Slot,
  type SnapshotProof,
  type SubjectProof,
  type TemProof,
} from "./bundle";
export { type Anchor, type ChainAnswer, chainReasons } from "./chain";
export { hexDecode, hexEncode } from "./encoding";
export { canonicalOrNull } from "./epc";
export { LedgerError } from "./errors";
export type { EventFacts, Roll } from "./facts";
export { isObject, type JsonObject, type JsonValue, parseJson } from "./json";
export type { Header, Jwk, Seen, Statement, Typ } from "./jws";
export type { MapLeaf, MapProof } from "./lotmap";
export { type Description, validAt, validAtOrFirst } from "./masters";
export type { Vkey } from "./note";
export { sha256 } from "./sha256";
export type { Expiry, Recall } from "./state";
export { KEY_URI_PREFIX, keyUri, type Role, subjectKey } from "./subjects";
export { hostOf, instanceUri, lotUri, parseCode, productUri, type Target, targetOfUri } from "./target";
export { type KeyRecord, mayRecall, speaksFor } from "./trust";
export { type OtherChain, parseTrustFile, type TrustFile } from "./trustfile";
export { type Reason, VERDICTS, type Verdict, worst, worstFirst } from "./verdict";
export type { Ancestor, RecallFact, TemFact, Verification, VerifiedEntry } from "./verification";
export { verify } from "./verify";
