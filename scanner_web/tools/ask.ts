// Asks chains as the pages do, for tests: JSON lines in, JSON lines out.
//
// In: {"rpcs", "chainId", "contract", "logId", "quorum", "finality", "keys", "timeout"}; ids and keys in hexadecimal,
// `timeout` in milliseconds. Out: the answer, sets as sorted lists, the root in hexadecimal.
import { createInterface } from "node:readline";
import { askPlace } from "../chain/index.ts";

for await (const line of createInterface({ input: process.stdin })) {
  const { keys, timeout, ...place } = JSON.parse(line);
  const answer = await askPlace(place, keys, { timeout });
  const sorted = (set: ReadonlySet<string>) => [...set].sort();
  const root = answer.latest && Buffer.from(answer.latest.root).toString("hex");
  const latest = answer.latest && { ...answer.latest, root };
  const said = { ...answer, latest, recalled: sorted(answer.recalled), asked: sorted(answer.asked) };
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
