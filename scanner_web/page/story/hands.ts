/** Two hands: under an entry that names another organisation, what that one signed to it; `api/pages/hands.py` again. */

import type { Catalogue } from "../i18n";
import { type Claim, claims } from "./claims";
import type { Hand } from "./model";
import type { Names } from "./names";
import type { EventReader } from "./reading";
import type { Teller } from "./sentences";
import type { Told } from "./told";

const TONES = { claimed: "wait", accepted: "good", differs: "caution", denied: "stop" };
const ICONS = { claimed: "clock", accepted: "check", differs: "warn", denied: "x" };

/** The claims of a page's entries, in words. */
export class Hands {
  readonly #claims: readonly Claim[];
  readonly #names: Names;
  readonly #c: Catalogue;
  readonly #teller: Teller;

  /** @param told - events that stand, of all that the page tells of */
  constructor(
    told: readonly (Told & { event: EventReader })[],
    names: Names,
    catalogue: Catalogue,
    teller: Teller,
  ) {
    this.#names = names;
    this.#c = catalogue;
    this.#teller = teller;
    const heard = told.flatMap(({ entry: { index, signer, statement }, event: { payload } }) =>
      signer && statement
        ? [{ index, payload, org: signer.org, role: signer.role, about: statement.header.about }]
        : [],
    );
    this.#claims = claims(heard, new Set(told.map(({ entry }) => entry.uri)));
  }

  /** What others signed to an entry. */
  of(index: number): Hand[] {
    const found = this.#claims.filter((claim) => claim.index === index);
    return found.map((claim) => ({
      state: claim.state,
      tone: TONES[claim.state],
      icon: ICONS[claim.state],
      word: this.#c.t(`hands.word.${claim.state}`),
      text: this.#text(claim),
      href: claim.answer === null ? "" : `#e${claim.answer}`,
    }));
  }

  #text({ state, named, part, reason, differences: [first] }: Claim): string {
    const c = this.#c;
    const org = named ? this.#names.partyShort(named) : c.t("hands.laboratory");
    if (state === "accepted") return c.t(`hands.${part}`, { org });
    if (state === "denied" && reason) return c.t("hands.denied_why", { org, reason });
    if (state !== "differs" || !first) return c.t(`hands.${state}`, { org });
    const amount = (value: number) => this.#teller.quantity(value, first.uom || null);
    return c.t("hands.differs_amount", {
      org,
      answered: amount(first.answered),
      claimed: amount(first.claimed),
    });
  }
}
