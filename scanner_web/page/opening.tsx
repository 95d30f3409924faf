/** The second layer of a tem: a form that the service answers with a page of its own, as without a script. */

import type { Catalogue } from "./i18n.ts";
import type { Note } from "./model.ts";
import { Icon } from "./story/parts.tsx";

/** Where a code from under the layer is sent, and whose answer is a page that no script replaces. */
export const OPENING = "/opening";

/** The form, and before it what is known of an earlier opening. */
export function OpeningForm({ code, note, c }: { code: string; note: Note | null; c: Catalogue }) {
  return (
    <section class="card" id="opening" aria-labelledby="opening-title">
      <h2 class="as3" id="opening-title">
        {c.t("opening.title")}
      </h2>
      {note ? (
        <div class="note opened" data-tone={note.tone} role="status">
          <Icon name={note.icon} />
          <div>
            <h3>{note.title}</h3>
            <p>{note.body}</p>
          </div>
        </div>
      ) : (
        <p class="s m2 tight">{c.t("opening.body")}</p>
      )}
      <form class="code-form" action={`${OPENING}#opening`} method="post">
        <input type="hidden" name="code" value={code} />
        <input type="hidden" name="lang" value={c.lang} />
        <label for="pin">{c.t("opening.label")}</label>
        <input
          class="in"
          id="pin"
          name="pin"
          type="text"
          required
          maxLength={40}
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          aria-describedby="pin-hint"
        />
        <p class="xs m3" id="pin-hint">
          {c.t("opening.hint")}
        </p>
        <button class="btn sec2" type="submit">
          <Icon name="check" />
          {c.t("opening.send")}
        </button>
      </form>
    </section>
  );
}
