/** Rooms in memory: gone with the page. What the app falls back to, and says so. */
import type { Reading, Room, Rooms, Store, StoreName, Writing } from "./store.ts";

type Shelves = { readonly [R in Room]: Map<string, Rooms[R]> };

/** Values are copied in and out, and writes are atomic and one after another, as IndexedDB has it. */
export class MemoryStore implements Store {
  readonly kept = false;
  #shelves: Shelves = {
    key: new Map(),
    slips: new Map(),
    photos: new Map(),
    signed: new Map(),
    meta: new Map(),
    workbook: new Map(),
  };
  #turn: Promise<unknown> = Promise.resolve();

  constructor(readonly name: StoreName) {}

  read<T>(work: (rooms: Reading) => Promise<T>): Promise<T> {
    return this.write(work);
  }

  write<T>(work: (rooms: Writing) => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      const { key, slips, photos, signed, meta, workbook } = this.#shelves;
      const copy: Shelves = {
        key: new Map(key),
        slips: new Map(slips),
        photos: new Map(photos),
        signed: new Map(signed),
        meta: new Map(meta),
        workbook: new Map(workbook),
      };
      const result = await work(roomsOf(copy));
      this.#shelves = copy;
      return result;
    };
    const turn = this.#turn.then(run);
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  close(): void {}
}

function roomsOf(shelves: Shelves): Writing {
  return {
    get: async (room, key) => structuredClone(shelves[room].get(key)),
    all: async (room) =>
      [...shelves[room]]
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([, value]) => structuredClone(value)),
    unrecorded: async () =>
      [...shelves.slips.values()]
        .filter(({ state }) => state !== "recorded")
        .map((slip) => structuredClone(slip)),
    put: async (room, key, value) => {
      shelves[room].set(key, structuredClone(value));
    },
    delete: async (room, key) => {
      shelves[room].delete(key);
    },
  };
}
