/**
 * What every screen of the app is given, and how a room names its screens.
 *
 *     export const screens: Screens = { "/desk": Desk, "/desk/products": Products, "/desk/lot/:lot": OneLot };
 *
 * A part of a path that begins with a colon stands for anything, and arrives decoded in `params`.
 */

import type { JSX } from "preact";
import type { Catalogue, Lang } from "../../page/i18n.ts";
import type { Api } from "../core/api.ts";
import type { PhoneKey } from "../core/keys.ts";
import type { Outbox } from "../core/outbox.ts";
import type { Session } from "../core/session.ts";
import type { Store } from "../core/store.ts";
import type { Workbook } from "../workbook.ts";

/** The app, as a screen sees it: read only. What changes arrives as a new one. */
export interface App {
  /** Who is at the phone; remembered where there is no network. */
  readonly session: Session;
  /** Whether the service answered the last time it was asked. */
  readonly online: boolean;
  /** The service does not know this session any more: recording goes on, sending waits until one signs in again. */
  readonly lost: boolean;
  /** What is at hand to write with; null for who belongs to no cooperative, or before the first one came. */
  readonly workbook: Workbook | null;
  readonly store: Store;
  readonly outbox: Outbox;
  /** The phone's key; null where it has none (a hosted key signs). */
  readonly key: PhoneKey | null;
  readonly api: Api;
  readonly c: Catalogue;
  readonly lang: Lang;
  /** Practice: its own store, and nothing is ever sent. */
  readonly practice: boolean;
  /** Goes to a screen: `app.go("/desk/products")`. */
  go(path: string): void;
  /** Asks for the session and the workbook anew. */
  refresh(): Promise<void>;
  /** Takes a workbook that this phone changed: what was answered last. */
  setWorkbook(workbook: Workbook): void;
}

/** What a screen is given. */
export interface ScreenProps {
  readonly app: App;
  /** What stands in the places of the path that begin with a colon. */
  readonly params: Readonly<Record<string, string>>;
  /** What follows the question mark: `#/record/harvesting?again=1`. */
  readonly query: URLSearchParams;
}

export type Screen = (props: ScreenProps) => JSX.Element;

/** Screens by path. */
export type Screens = Readonly<Record<string, Screen>>;
