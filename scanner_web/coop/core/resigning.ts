/** Signing anew with another key what was signed with one that is gone: header and payload stay, the key changes. */
import { b64urlDecode, hexEncode } from "../../verify/encoding.ts";
import { parseStatement } from "../../verify/jws.ts";
import type { PhoneKey } from "./keys.ts";
import { signStatement } from "./statement.ts";

/** The same statements under another key. The ledger knows their payloads again, and records none twice. */
export function resigned(statements: readonly string[], key: PhoneKey): Promise<readonly string[]> {
  return Promise.all(
    statements.map((raw) => {
      const { header, payloadSegment } = parseStatement(raw);
      const { typ, about, from, seen } = header;
      const heading = { typ, about, from, seen: seen && { size: seen.size, root: hexEncode(seen.root) } };
      return signStatement(key, heading, b64urlDecode(payloadSegment));
    }),
  );
}
