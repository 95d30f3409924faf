/**
 * What the phone keeps: named rooms of values in one IndexedDB database, or in memory where a browser has none.
 *
 *     key       the signing key; keys that it followed
 *     slips     what was recorded, sent or not (`outbox.ts`)
 *     photos    pictures that are still to be sent
 *     signed    every statement that this phone signed, by its commitment, with its receipt
 *     meta      session, trust file, alarms, counters
 *     workbook  the last workbook
 *
 * A write is atomic over all rooms and is on disk when it is said to be done. Inside a transaction nothing may be
 * awaited but the transaction itself: IndexedDB ends one that idles.
 */
import { LedgerError } from "../../verify/errors.ts";
import type { KeptKey } from "./keys.ts";
import { MemoryStore } from "./memory.ts";
import type { Photo, Signed, Slip, SlipState } from "./slips.ts";

/** What each room holds. */
export interface Rooms {
  readonly key: KeptKey;
  readonly slips: Slip;
  readonly photos: Photo;
  readonly signed: Signed;
  readonly meta: unknown;
  readonly workbook: unknown;
}

export type Room = keyof Rooms;

/** Practice has a database of its own, from which nothing is ever sent. */
export type StoreName = "nguon-app" | "nguon-practice";

/** One consistent look into the rooms. */
export interface Reading {
  get<R extends Room>(room: R, key: string): Promise<Rooms[R] | undefined>;
  /** All values of a room, by key. */
  all<R extends Room>(room: R): Promise<readonly Rooms[R][]>;
  /** The slips that are not recorded; few, however many there are. */
  unrecorded(): Promise<readonly Slip[]>;
}

/** A look that changes what it sees: all of it or nothing. */
export interface Writing extends Reading {
  put<R extends Room>(room: R, key: string, value: Rooms[R]): Promise<void>;
  delete(room: Room, key: string): Promise<void>;
}

/** Rooms under one name. Several tabs may have the same one open. */
export interface Store {
  readonly name: StoreName;
  /** Whether it outlives the page; false: only in memory, and the screen must say so. */
  readonly kept: boolean;
  /** Throws `store.failed`. */
  read<T>(work: (rooms: Reading) => Promise<T>): Promise<T>;
  /** On disk when it resolves. Throws `store.full` where the phone has no room, else `store.failed`. */
  write<T>(work: (rooms: Writing) => Promise<T>): Promise<T>;
  close(): void;
}

const STATE = "state";
const UNRECORDED: readonly SlipState[] = ["waiting", "sending", "refused"];

export const ROOMS: readonly Room[] = ["key", "slips", "photos", "signed", "meta", "workbook"];

/** From each version to the next; only ever added to. */
const MIGRATIONS: readonly ((database: IDBDatabase, change: IDBTransaction) => void)[] = [
  (database) => {
    for (const room of ROOMS) database.createObjectStore(room);
  },
  (_database, change) => {
    change.objectStore("slips").createIndex(STATE, STATE);
  },
];
const PATIENCE = 10_000; // milliseconds; some browsers never answer the first time

/** The rooms of this name; in memory where the browser keeps nothing. */
export async function openStore(name: StoreName): Promise<Store> {
  const store = new DatabaseStore(name);
  try {
    await store.read(async () => undefined);
    return store;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return new MemoryStore(name);
  }
}

/**
 * Ask the browser not to evict what is kept here, when space runs out or after weeks without a visit.
 *
 * @returns whether it promises so; without, the app works, and the unsent count asks to be sent soon.
 */
export async function persist(): Promise<boolean> {
  try {
    return (await navigator.storage.persisted()) || (await navigator.storage.persist());
  } catch {
    return false;
  }
}

/** Rooms in IndexedDB. */
class DatabaseStore implements Store {
  readonly kept = true;
  #database: Promise<IDBDatabase> | null = null;

  constructor(readonly name: StoreName) {}

  async read<T>(work: (rooms: Reading) => Promise<T>): Promise<T> {
    return this.#run("readonly", work);
  }

  async write<T>(work: (rooms: Writing) => Promise<T>): Promise<T> {
    return this.#run("readwrite", work);
  }

  close(): void {
    this.#database?.then((database) => database.close()).catch(() => undefined);
    this.#database = null;
  }

  async #run<T>(mode: "readonly" | "readwrite", work: (rooms: Writing) => Promise<T>): Promise<T> {
    const transaction = await this.#begin(mode);
    const done = new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(trouble(transaction.error));
    });
    done.catch(() => undefined); // whoever waits for it hears of it
    try {
      const result = await work(roomsOf(transaction));
      await done;
      return result;
    } catch (error) {
      abort(transaction);
      await done.catch((why: unknown) => {
        if (why instanceof LedgerError && why.code === "store.full") throw why;
      });
      throw error instanceof DOMException ? trouble(error) : error;
    }
  }

  async #begin(mode: "readonly" | "readwrite"): Promise<IDBTransaction> {
    for (let turn = 0; ; turn++) {
      this.#database ??= this.#open();
      try {
        // a promise that only the system's cache holds is none
        return (await this.#database).transaction(ROOMS, mode, { durability: "strict" });
      } catch (error) {
        this.#database = null; // closed from outside: opened again, once
        if (turn > 0 || error instanceof LedgerError)
          throw error instanceof LedgerError ? error : trouble(error);
      }
    }
  }

  async #open(): Promise<IDBDatabase> {
    try {
      return await this.#opened(MIGRATIONS.length);
    } catch (error) {
      // a newer script has been here: what it added is left alone
      if (error instanceof DOMException && error.name === "VersionError") return this.#opened();
      throw trouble(error);
    }
  }

  #opened(version?: number): Promise<IDBDatabase> {
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new LedgerError("store.failed", { why: "timeout" })), PATIENCE);
      const request = indexedDB.open(this.name, version);
      request.onupgradeneeded = ({ oldVersion }) => {
        const { result, transaction } = request;
        if (transaction) for (const migrate of MIGRATIONS.slice(oldVersion)) migrate(result, transaction);
      };
      request.onerror = () => {
        clearTimeout(late);
        reject(request.error);
      };
      request.onsuccess = () => {
        clearTimeout(late);
        const database = request.result;
        const forget = () => {
          database.close();
          this.#database = null;
        };
        database.onversionchange = forget; // another tab has a newer script
        database.onclose = forget;
        resolve(database);
      };
    });
  }
}

function roomsOf(transaction: IDBTransaction): Writing {
  const room = (name: Room) => transaction.objectStore(name);
  return {
    get: (name, key) => answered(room(name).get(key)),
    all: (name) => answered(room(name).getAll()),
    unrecorded: async () => {
      const states = room("slips").index(STATE);
      return (await Promise.all(UNRECORDED.map((state) => answered<Slip[]>(states.getAll(state))))).flat();
    },
    put: async (name, key, value) => {
      await answered(room(name).put(value, key));
    },
    delete: async (name, key) => {
      await answered(room(name).delete(key));
    },
  };
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(trouble(request.error));
  });
}

function abort(transaction: IDBTransaction): void {
  try {
    transaction.abort();
  } catch {
    // it has ended already
  }
}

/** What IndexedDB complains of, as a code of ours. */
function trouble(error: unknown): LedgerError {
  if (error instanceof LedgerError) return error;
  const why = error instanceof Error ? error.name : "";
  return new LedgerError(why === "QuotaExceededError" ? "store.full" : "store.failed", { why });
}
