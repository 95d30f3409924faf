/**
 * Alarms: promises of the log that were broken, and signatures that this phone did not make. They are kept with what
 * proves them until somebody has looked at them, and after.
 */
import type { Store, Writing } from "./store.ts";

/** Something that must never happen, and did. */
export interface Alarm {
  readonly id: string;
  /** ISO 8601. */
  readonly at: string;
  /** `receipt.…`, `proof.…`, `note.…`: of a receipt. `key.foreign`: a signature. `trust.changed`. */
  readonly code: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** What proves it: a receipt, a statement, a file, as text. */
  readonly evidence: string;
  /** Somebody has looked at it. */
  readonly seen: boolean;
}

/** What an alarm is raised with. */
export type Raised = Pick<Alarm, "code" | "params" | "evidence">;

const PREFIX = "alarm ";

/** All alarms ever raised here, newest first. */
export async function alarms(store: Store): Promise<readonly Alarm[]> {
  const kept = await store.read((rooms) => rooms.all("meta"));
  return kept.filter(isAlarm).sort((one, other) => (one.at < other.at ? 1 : -1));
}

/** Keep an alarm, within a transaction; the same one of the same slip, or with the same evidence, is kept once. */
export async function raise(rooms: Writing, raised: Raised, at: string): Promise<void> {
  const known = (await rooms.all("meta")).filter(isAlarm);
  const { slip } = raised.params;
  const isKnown = known
    .filter(({ code }) => code === raised.code)
    .some(
      ({ evidence, params }) => evidence === raised.evidence || (slip !== undefined && params.slip === slip),
    );
  if (isKnown) return;
  const id = crypto.randomUUID();
  const alarm: Alarm = { ...raised, id, at, seen: false };
  await rooms.put("meta", PREFIX + id, alarm);
}

/** Note that somebody has looked at an alarm. It stays. */
export async function noteSeen(store: Store, id: string): Promise<void> {
  await store.write(async (rooms) => {
    const alarm = await rooms.get("meta", PREFIX + id);
    if (isAlarm(alarm)) await rooms.put("meta", PREFIX + id, { ...alarm, seen: true });
  });
}

function isAlarm(value: unknown): value is Alarm {
  return (
    typeof value === "object" && value !== null && "code" in value && "evidence" in value && "seen" in value
  );
}
