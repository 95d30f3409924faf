/**
 * The outbox: what was recorded on this phone, on its way into the ledger.
 *
 * 1. `add` answers when the slip is on disk; a phone that is full keeps it in the page, says so, and sends it from there.
 * 2. Slips are sent one at a time, in the order they were recorded; one that is not recorded yet holds back those after
 *    it that share a subject with it, and nobody else.
 * 3. A slip is `recorded` when each of its receipts has been checked against its own statement, and not before. That
 *    is written together with the receipts; a phone that dies before sends the same bytes again, and the ledger answers
 *    them with the first receipts.
 * 4. The service's refusal of a slip stays with it, until it is put right, set aside or sent again. What nobody answered,
 *    or something else in the service's place, is tried again later.
 * 5. A receipt that does not hold is an alarm, kept with its evidence; the slip goes on waiting.
 *
 * Nothing here is ever deleted but the bytes of photos whose slip is recorded.
 */
import { LedgerError } from "../../verify/errors.ts";
import type { TrustFile } from "../../verify/trustfile.ts";
import type { Recorded } from "./api.ts";
import { hrefOf, pack, unpack } from "./baggage.ts";
import type { PhoneKey } from "./keys.ts";
import { checkReceipts } from "./receipts.ts";
import { resigned } from "./resigning.ts";
import { Drainer } from "./sending.ts";
import { inOrder, placed, Shelf } from "./shelf.ts";
import { isSettled, type NewSlip, type Photo, type Slip, signedOf, toldBy } from "./slips.ts";
import type { Store } from "./store.ts";
import { type Turns, turnsOf } from "./turns.ts";

export type { NewSlip, Photo, Problem, Receipt, Slip, SlipState, Unsigned } from "./slips.ts";

/** What the outbox asks of the service; `Api` is one. Each throws `ApiError`. */
export interface Sender {
  statements(statements: readonly string[], possessions?: readonly string[]): Promise<Recorded>;
  hostedStatements(asked: Slip["hosted"], possessions?: readonly string[]): Promise<Recorded>;
  blob(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<string>;
}

/** What an outbox works with. */
export interface OutboxOptions {
  /** Null: practice. Nothing is ever sent. */
  readonly sender: Sender | null;
  /** Whom to trust with receipts. Throws `ApiError` where it cannot be had yet. */
  readonly trust: () => Promise<TrustFile>;
  /** `/417/` URI of whose session this is; null: no session. Slips of others wait for theirs. */
  readonly org?: () => string | null;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  /** 0 ≤ x < 1. */
  readonly random?: () => number;
  readonly turns?: Turns;
}

/** Why sending ended before all was sent. */
export type Stopped = "offline" | "busy" | "signin" | "practice" | null;

/** What came of sending. */
export interface DrainResult {
  readonly recorded: number;
  readonly refused: number;
  /** Still unsent. */
  readonly waiting: number;
  readonly stopped: Stopped;
  /** When the next is due, milliseconds since 1970; null: nothing is, or not by itself. */
  readonly next: number | null;
}

/** What came of reading a file. */
export interface ImportResult {
  readonly added: number;
  /** Already here. */
  readonly known: number;
}

const COUNTER = "counter";

/** Slips on this phone. Several tabs may have one each over the same store. */
export class Outbox {
  readonly #store: Store;
  readonly #options: OutboxOptions;
  readonly #turns: Turns;
  readonly #shelf: Shelf;
  readonly #drainer: Drainer;
  #running: Promise<DrainResult> | null = null;
  #again: { readonly all: boolean } | null = null;

  constructor(store: Store, options: OutboxOptions) {
    this.#store = store;
    this.#options = options;
    this.#turns = options.turns ?? turnsOf(store);
    this.#shelf = new Shelf(store);
    this.#drainer = new Drainer(this.#shelf, options);
  }

  /** Stop listening to other tabs. */
  close(): void {
    this.#shelf.close();
  }

  /**
   * Keep a slip; it is on disk when this resolves.
   *
   * Throws what the ledger would refuse its statements with; `store.full` where the phone has no room, with the slip's
   * id in `params.slip`: it is in the page, among `slips()`, can be exported, and is sent from here.
   */
  async add(slip: NewSlip): Promise<Slip> {
    return this.#shelf.add(slipOf(slip, new Date(this.#now()).toISOString()));
  }

  /**
   * Keep a photo until it is sent; what names it is answered.
   *
   * @returns its `ni:` URI. Throws `store.full`: the slip can be recorded without it.
   */
  async addPhoto(bytes: Uint8Array<ArrayBuffer>, mediaType: string): Promise<string> {
    const href = hrefOf(bytes);
    const photo: Photo = { href, mediaType, bytes, at: new Date(this.#now()).toISOString(), sent: false };
    await this.#store.write((rooms) => rooms.put("photos", href, photo));
    return href;
  }

  /** A photo that is still here; null once it was sent with its slip. */
  async photo(href: string): Promise<Photo | null> {
    return (await this.#store.read((rooms) => rooms.get("photos", href))) ?? null;
  }

  /** All that was ever recorded here, in the order of sending. */
  slips(): Promise<readonly Slip[]> {
    return this.#shelf.slips();
  }

  /** How many are not in the ledger yet, refused ones that nobody has dealt with included. */
  async unsent(): Promise<number> {
    return (await this.#shelf.unrecorded()).filter((slip) => !isSettled(slip)).length;
  }

  /** A number that this phone has never given before, for names of lots. */
  nextCounter(): Promise<number> {
    return this.#store.write(async (rooms) => {
      const last = await rooms.get("meta", COUNTER);
      const next = (typeof last === "number" ? last : 0) + 1;
      await rooms.put("meta", COUNTER, next);
      return next;
    });
  }

  /** Be told when anything changes, in this tab or another. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    return this.#shelf.subscribe(listener);
  }

  /** Note that nobody wants a refused slip any more: it stays, and holds nothing back. */
  async setAside(id: string): Promise<void> {
    await this.#shelf.change(id, (slip) => (slip.state === "refused" ? { ...slip, setAside: true } : slip));
  }

  /** Send a refused slip again as it is: what stood in its way may be gone. */
  async retry(id: string): Promise<void> {
    await this.#shelf.change(id, (slip) => {
      const { setAside: _aside, ...rest } = slip;
      return slip.state === "refused" && !slip.fixedBy ? { ...rest, state: "waiting", due: 0 } : slip;
    });
  }

  /** Sign what another key of this person signed, and the ledger never took, anew with this one; then send it again. */
  async resign(id: string, key: PhoneKey): Promise<void> {
    const found = (await this.slips()).find((slip) => slip.id === id);
    if (!found || found.state === "recorded" || found.statements.length === 0) return;
    const statements = await resigned(found.statements, key);
    const at = new Date(this.#now()).toISOString();
    const told = toldBy(statements);
    await this.#shelf.change(id, async (slip, rooms) => {
      if (slip.state === "recorded") return slip;
      for (const statement of told.statements) {
        const signed = signedOf(statement, id, at);
        await rooms.put("signed", signed.commitment, signed);
      }
      const earlier = [...slip.earlier, ...slip.statements];
      return { ...slip, statements, earlier, state: "waiting", due: 0 };
    });
  }

  /**
   * Send what is due, one drainer over all tabs; called again meanwhile, it goes once more over what is left.
   *
   * @param all also what is to wait a while yet: somebody pressed the button, or the network came back.
   */
  drain(all = false): Promise<DrainResult> {
    if (!this.#options.sender) return this.#drainer.result(0, 0, "practice");
    if (this.#running) {
      this.#again = { all: all || this.#again?.all === true };
      return this.#running;
    }
    const { sender } = this.#options;
    const run = async (): Promise<DrainResult> => {
      let result = await this.#turns.run(() => this.#drainer.drain(sender, all));
      while (this.#again) {
        const again = this.#again;
        this.#again = null;
        const { recorded, refused } = result;
        result = await this.#turns.run(() => this.#drainer.drain(sender, again.all));
        result = { ...result, recorded: recorded + result.recorded, refused: refused + result.refused };
      }
      return result;
    };
    const running = run().finally(() => {
      this.#running = null;
      this.#again = null;
    });
    this.#running = running;
    return running;
  }

  /** All slips with their statements, receipts and photos as one JSON file. */
  async exportAll(): Promise<Blob> {
    const slips = await this.slips();
    const photos = await this.#store.read((rooms) => rooms.all("photos"));
    const at = new Date(this.#now()).toISOString();
    return new Blob([pack({ at, slips, photos })], { type: "application/json" });
  }

  /**
   * Take in what another phone, or this one before, has exported. What is here already stays as it is. What was recorded
   * there is so here where its receipts hold; else it is sent again, and answered with its first receipts.
   *
   * Throws `import.syntax`, `store.full`.
   */
  async importAll(file: Blob): Promise<ImportResult> {
    const { slips: packed, photos } = unpack(await file.text());
    const slips = await Promise.all(packed.map((slip) => this.#proven(slip)));
    const result = await this.#store.write(async (rooms) => {
      const here = await rooms.all("slips");
      const known = new Set(here.flatMap(({ id, statements }) => [id, ...statements]));
      let added = 0;
      for (const slip of [...slips].sort(inOrder)) {
        if ([slip.id, ...slip.statements].some((name) => known.has(name))) continue;
        await placed(rooms, slip);
        added++;
      }
      for (const photo of photos) {
        if (!(await rooms.get("photos", photo.href))) await rooms.put("photos", photo.href, photo);
      }
      return { added, known: slips.length - added };
    });
    this.#shelf.tell();
    return result;
  }

  async #proven(slip: Slip): Promise<Slip> {
    if (slip.state !== "recorded") return slip;
    const { receipts = [], ...rest } = slip;
    try {
      await checkReceipts(slip, receipts, await this.#options.trust());
      return slip;
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      return { ...rest, state: "waiting" };
    }
  }

  #now(): number {
    return (this.#options.now ?? Date.now)();
  }
}

/** A slip as it is kept first. Throws what the ledger would refuse its statements with. */
function slipOf(slip: NewSlip, at: string): Slip {
  const { draft, sentence, statements, hosted = [], possessions = [], photos = [], org = null, fixes } = slip;
  const { subjects, eventIds } = toldBy(statements, hosted);
  return {
    id: crypto.randomUUID(),
    place: 0,
    at,
    draft,
    sentence,
    statements,
    earlier: [],
    hosted,
    possessions,
    eventIds,
    subjects,
    photos,
    org,
    state: "waiting",
    tries: 0,
    due: 0,
    ...(fixes !== undefined && { fixes }),
  };
}
