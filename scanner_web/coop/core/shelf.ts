/** Slips where they are kept: in the store, or, where the phone has no room, in this page only. */
import { LedgerError } from "../../verify/errors.ts";
import { MemoryStore } from "./memory.ts";
import { type Slip, signedOf, toldBy } from "./slips.ts";
import type { Store, Writing } from "./store.ts";

const CHANNEL = "nguon-outbox";
const PLACE = "place";

/** All slips of one store; several tabs may have a shelf each. */
export class Shelf {
  readonly #listeners = new Set<() => void>();
  readonly #unkept = new Map<string, Slip>();
  readonly #channel: BroadcastChannel | null;

  constructor(readonly store: Store) {
    this.#channel =
      store.kept && "BroadcastChannel" in globalThis
        ? new BroadcastChannel(`${CHANNEL} ${store.name}`)
        : null;
    if (this.#channel) this.#channel.onmessage = () => this.tell(false);
  }

  /** Stop listening to other tabs. */
  close(): void {
    this.#channel?.close();
  }

  /** In the order of sending; what could not be written down, as it is known in this page. */
  async slips(): Promise<readonly Slip[]> {
    return this.#withUnkept(await this.store.read((rooms) => rooms.all("slips")));
  }

  /** Those that are not recorded, in the order of sending. */
  async unrecorded(): Promise<readonly Slip[]> {
    const slips = this.#withUnkept(await this.store.read((rooms) => rooms.unrecorded()));
    return slips.filter(({ state }) => state !== "recorded");
  }

  /** Keep a new slip; it is on disk when this resolves. Throws `store.full`, `store.failed`: then it is in this page. */
  async add(fresh: Slip): Promise<Slip> {
    try {
      return await this.store.write((rooms) => placed(rooms, fresh));
    } catch (error) {
      if (!isTrouble(error)) throw error;
      const last = Math.max(0, ...(await this.slips()).map(({ place }) => place));
      this.#unkept.set(fresh.id, { ...fresh, place: last + 1, unkept: true });
      throw new LedgerError(error.code, { ...error.params, slip: fresh.id });
    } finally {
      this.tell();
    }
  }

  /**
   * Change a slip where it is kept; in this page where the phone has no room even for that. One that is recorded stays
   * so, whatever another tab thinks.
   */
  async change(id: string, change: (slip: Slip, rooms: Writing) => Slip | Promise<Slip>): Promise<void> {
    try {
      const inPage = this.#unkept.get(id);
      if (inPage) return await this.#changeInPage(inPage, change);
      await this.store.write(async (rooms) => {
        const slip = await rooms.get("slips", id);
        if (!slip || slip.state === "recorded") return;
        await rooms.put("slips", id, await change(slip, rooms));
      });
    } catch (error) {
      if (!isTrouble(error)) throw error;
      const slip = await this.store.read((rooms) => rooms.get("slips", id));
      if (slip) await this.#changeInPage(slip, change);
    } finally {
      this.tell();
    }
  }

  /** Write down what could not be: there may be room by now. */
  async keepUnkept(): Promise<void> {
    for (const { unkept: _unkept, ...slip } of [...this.#unkept.values()]) {
      try {
        await this.store.write(async (rooms) => {
          const kept = await rooms.get("slips", slip.id);
          if (!kept) await placed(rooms, slip);
          else if (kept.state !== "recorded") await written(rooms, { ...slip, place: kept.place });
        });
      } catch (error) {
        if (isTrouble(error)) return;
        throw error;
      }
      this.#unkept.delete(slip.id);
      this.tell();
    }
  }

  #withUnkept(kept: readonly Slip[]): readonly Slip[] {
    return [...kept.filter(({ id }) => !this.#unkept.has(id)), ...this.#unkept.values()].sort(inOrder);
  }

  async #changeInPage(
    slip: Slip,
    change: (slip: Slip, rooms: Writing) => Slip | Promise<Slip>,
  ): Promise<void> {
    if (slip.state === "recorded") return;
    // what else the change writes is written down with the slip, once there is room
    const changed = await new MemoryStore(this.store.name).write(async (rooms) => change(slip, rooms));
    this.#unkept.set(slip.id, { ...changed, unkept: true });
  }

  /** Be told when anything changes, in this tab or another. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tell whoever listens; `others`: the other tabs too. */
  tell(others = true): void {
    for (const listener of [...this.#listeners]) listener();
    if (others) this.#channel?.postMessage("changed");
  }
}

/** Give a slip its place and write it down, with what it was signed with, within a transaction. */
export async function placed(rooms: Writing, slip: Slip): Promise<Slip> {
  const wrong = slip.fixes === undefined ? undefined : await rooms.get("slips", slip.fixes);
  // what puts a refused slip right goes where that stood: before whatever it holds back
  const place = wrong?.state === "refused" ? wrong.place : await nextPlace(rooms);
  const kept = { ...slip, place };
  await written(rooms, kept);
  if (wrong) await rooms.put("slips", wrong.id, { ...wrong, fixedBy: kept.id });
  return kept;
}

async function nextPlace(rooms: Writing): Promise<number> {
  const last = await rooms.get("meta", PLACE);
  const places = typeof last === "number" ? [last] : (await rooms.all("slips")).map(({ place }) => place);
  const next = Math.max(0, ...places) + 1;
  await rooms.put("meta", PLACE, next);
  return next;
}

/** Write a slip down, with what it was signed with and what was promised of that. */
async function written(rooms: Writing, slip: Slip): Promise<void> {
  await rooms.put("slips", slip.id, slip);
  for (const [number, statement] of toldBy(slip.statements).statements.entries()) {
    const receipt = slip.receipts?.[number];
    const signed = signedOf(statement, slip.id, slip.at);
    const promised = receipt && { index: receipt.index, leaf: receipt.leaf };
    await rooms.put("signed", signed.commitment, { ...signed, ...promised });
  }
}

/** As slips are sent. */
export function inOrder(one: Slip, other: Slip): number {
  return one.place - other.place || (one.at < other.at ? -1 : 1);
}

function isTrouble(error: unknown): error is LedgerError {
  return error instanceof LedgerError && error.code.startsWith("store.");
}
