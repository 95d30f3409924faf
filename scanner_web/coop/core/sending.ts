/** Sending slips: what goes next, what an answer means, and when to try again. The rules stand in `outbox.ts`. */

import { LedgerError } from "../../verify/errors.ts";
import type { TrustFile } from "../../verify/trustfile.ts";
import { raise } from "./alarms.ts";
import { ApiError } from "./http.ts";
import type { DrainResult, OutboxOptions, Sender, Stopped } from "./outbox.ts";
import { checkReceipts } from "./receipts.ts";
import type { Shelf } from "./shelf.ts";
import { isSettled, isUnsent, type Problem, type Receipt, type Slip } from "./slips.ts";

const FIRST_PAUSE = 2_000; // milliseconds
const LONGEST_PAUSE = 10 * 60_000;
const FORGOTTEN = 7 * 86_400_000; // milliseconds; a photo that was taken for a slip and never recorded
const PATIENT = 3; // failures of the service one after another, before all waits

/** A receipt that does not hold. */
class BrokenPromise extends LedgerError {}

/** Sends what is on a shelf. */
export class Drainer {
  /** Nothing is sent before, unless somebody asks: nobody answered, or the service asked to wait. */
  #pause = 0;
  #failures = 0;

  constructor(
    private readonly shelf: Shelf,
    private readonly options: OutboxOptions,
  ) {}

  /** Send what is due; `all`: also what is to wait a while yet. */
  async drain(sender: Sender, all: boolean): Promise<DrainResult> {
    if (!all && this.#pause > this.#now()) return this.result(0, 0, "offline");
    let recorded = 0;
    let refused = 0;
    let trust: TrustFile | null = null;
    let stopped: Stopped = null;
    const tried = new Set<string>();
    await this.shelf.keepUnkept();
    for (let slip = await this.#next(tried, all); slip && !stopped; slip = await this.#next(tried, all)) {
      tried.add(slip.id);
      try {
        trust ??= await this.options.trust();
        await this.#send(slip, sender, trust);
        this.#failures = 0;
        recorded++;
      } catch (error) {
        if (!(error instanceof LedgerError)) throw error;
        const outcome = await this.#failed(slip, error);
        if (outcome === "refused") refused++;
        else stopped = outcome;
      }
    }
    if (recorded > 0) await this.#dropPhotos().catch(ignoreTrouble);
    await this.shelf.keepUnkept();
    return this.result(recorded, refused, stopped);
  }

  async result(recorded: number, refused: number, stopped: Stopped): Promise<DrainResult> {
    const unsent = (await this.shelf.unrecorded()).filter(isUnsent);
    const isOver = unsent.length === 0 || stopped === "signin" || stopped === "practice";
    const next = isOver ? null : Math.max(this.#pause, Math.min(...unsent.map(({ due }) => due)));
    return { recorded, refused, waiting: unsent.length, stopped, next };
  }

  /** The first slip whose time has come, and that no earlier one holds back. */
  async #next(tried: ReadonlySet<string>, all: boolean): Promise<Slip | null> {
    const held = new Set<string>();
    const org = this.options.org?.();
    for (const slip of await this.shelf.unrecorded()) {
      if (isSettled(slip)) continue;
      const isHeld = slip.subjects.some((uri) => held.has(uri));
      const isOurs = org === undefined || slip.org === null || slip.org === org;
      const isDue = isUnsent(slip) && !tried.has(slip.id) && (all || slip.due <= this.#now());
      if (isDue && isOurs && !isHeld) return slip;
      for (const uri of slip.subjects) held.add(uri);
    }
    return null;
  }

  async #send(slip: Slip, sender: Sender, trust: TrustFile): Promise<void> {
    await this.shelf.change(slip.id, (now) => ({ ...now, state: "sending", tries: now.tries + 1 }));
    await this.#sendPhotos(slip, sender);
    const { receipts } =
      slip.statements.length > 0
        ? await sender.statements(slip.statements, slip.possessions)
        : await sender.hostedStatements(slip.hosted, slip.possessions);
    const promised = await this.#check(slip, receipts, trust);
    await this.shelf.change(slip.id, async (now, rooms) => {
      for (const [commitment, { index, leaf }] of promised) {
        const signed = await rooms.get("signed", commitment);
        if (signed) await rooms.put("signed", commitment, { ...signed, index, leaf });
      }
      const { problem: _problem, alarm: _alarm, ...rest } = now;
      return { ...rest, state: "recorded", receipts };
    });
  }

  /** Photos go before what names them. One that the service refuses for good is not waited for. */
  async #sendPhotos(slip: Slip, sender: Sender): Promise<void> {
    const { store } = this.shelf;
    for (const href of slip.photos) {
      const photo = await store.read((rooms) => rooms.get("photos", href));
      if (!photo || photo.sent || photo.refused !== undefined) continue;
      try {
        await sender.blob(photo.bytes, photo.mediaType);
        await store
          .write((rooms) => rooms.put("photos", href, { ...photo, sent: true }))
          .catch(ignoreTrouble);
      } catch (error) {
        const isFinal = error instanceof ApiError && !error.retryable && !isOurs(error);
        if (!isFinal) throw error;
        const refused = { ...photo, refused: error.code };
        await store.write((rooms) => rooms.put("photos", href, refused)).catch(ignoreTrouble);
      }
    }
  }

  /** Drop the bytes of photos that no slip waits with: they are where they belong, or nobody recorded anything with them. */
  async #dropPhotos(): Promise<void> {
    const slips = await this.shelf.unrecorded();
    const needed = new Set(slips.filter((slip) => !isSettled(slip)).flatMap(({ photos }) => photos));
    const long = new Date(this.#now() - FORGOTTEN).toISOString();
    await this.shelf.store.write(async (rooms) => {
      for (const { href, sent, at } of await rooms.all("photos")) {
        if (!needed.has(href) && (sent || at < long)) await rooms.delete("photos", href);
      }
    });
  }

  /** Check a slip's receipts: commitments of its statements with what was promised of each. */
  async #check(
    slip: Slip,
    receipts: readonly Receipt[],
    trust: TrustFile,
  ): Promise<ReadonlyMap<string, Receipt>> {
    try {
      return await checkReceipts(slip, receipts, trust);
    } catch (error) {
      if (!(error instanceof LedgerError)) throw error;
      const { code } = error;
      const params = { ...error.params, slip: slip.id };
      const evidence = JSON.stringify({ receipts, statements: slip.statements });
      const raised = { code, params, evidence };
      await this.shelf.store.write((rooms) => raise(rooms, raised, this.#at())).catch(ignoreTrouble);
      throw new BrokenPromise(code, params);
    }
  }

  /** What a failure means for its slip; whether it was refused, or sending is to stop. */
  async #failed(slip: Slip, error: LedgerError): Promise<Stopped | "refused"> {
    const told = error instanceof ApiError ? error : null;
    const { code } = error;
    const problem: Problem = {
      code,
      sentence: told?.sentence ?? "",
      status: told?.status ?? 0,
      at: this.#at(),
    };
    const wait = (isLater: boolean, more: Partial<Slip> = {}): Promise<void> =>
      this.shelf.change(slip.id, (now) => {
        const due = isLater ? this.#now() + this.#backoff(now.tries) : 0;
        return { ...now, state: "waiting", due, problem, ...more };
      });
    if (error instanceof BrokenPromise) {
      await wait(true, { alarm: code });
      return null;
    }
    if (!told) {
      await wait(true); // the phone's own trouble
      return this.#rest("busy", null);
    }
    if (isOurs(told)) {
      await wait(false);
      return "signin";
    }
    if (!told.retryable && !isNotYet(told)) {
      await this.shelf.change(slip.id, (now) => ({ ...now, state: "refused", problem }));
      return "refused";
    }
    const isAlone = isNotYet(told) || (told.status >= 500 && told.seconds === null);
    await wait(isAlone);
    if (told.status === 0) return this.#rest("offline", null);
    if (!isAlone) return this.#rest("busy", told.seconds);
    this.#failures += isNotYet(told) ? 0 : 1;
    return this.#failures >= PATIENT ? this.#rest("busy", null) : null;
  }

  #rest(why: "offline" | "busy", seconds: number | null): "offline" | "busy" {
    this.#failures++;
    this.#pause = this.#now() + (seconds === null ? this.#backoff(this.#failures) : seconds * 1000);
    return why;
  }

  /** Twice as long each time, up to ten minutes, and not quite the same for two phones. */
  #backoff(tries: number): number {
    const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** Math.min(tries, 20));
    return Math.round(longest * (0.5 + (this.options.random ?? Math.random)() / 2));
  }

  #now(): number {
    return (this.options.now ?? Date.now)();
  }

  #at(): string {
    return new Date(this.#now()).toISOString();
  }
}

/** It is about who asks, not about what was sent: signing in anew helps. What he has no power for, is about both. */
function isOurs({ status, code }: ApiError): boolean {
  return status === 401 || code === "auth.origin";
}

/** A phone that is full goes on: what is only a note is done without. */
function ignoreTrouble(error: unknown): void {
  if (!(error instanceof LedgerError)) throw error;
}

/** The key is not admitted yet: its officer's phone has still to sign. */
function isNotYet({ code, params }: ApiError): boolean {
  return code === "authority.key" && params.why === "unknown";
}
