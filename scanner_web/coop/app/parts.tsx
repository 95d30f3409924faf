/** Small pieces that the app's screens share. */

import type { ComponentChildren } from "preact";
import type { Catalogue } from "../../page/i18n.ts";

/** An icon of the sprite, by its name without `i-`. */
export function Icon({ name }: { readonly name: string }) {
  return (
    <svg class="ic" viewBox="0 0 24 24" aria-hidden="true">
      <use href={`/static/icons.svg#i-${name}`} />
    </svg>
  );
}

/** A picture by its whole name: of the sprite (`p-harvest`), of the steps' own (`s-mill`); an icon (`i-leaf`) as large. */
export function Picture({ name }: { readonly name: string }) {
  if (name.startsWith("i-"))
    return (
      <span class="pic pic--icon" aria-hidden="true">
        <Icon name={name.slice(2)} />
      </span>
    );
  const sprite = name.startsWith("s-") ? "steps" : "icons";
  return (
    <svg class="pic" viewBox="0 0 64 64" aria-hidden="true">
      <use href={`/static/${sprite}.svg#${name}`} />
    </svg>
  );
}

export type Tone = "good" | "wait" | "caution" | "stop";

/** A word with its icon, in a tone. */
export function Pill(props: {
  readonly tone?: Tone;
  readonly icon: string;
  readonly children: ComponentChildren;
}) {
  return (
    <span class="pill" data-tone={props.tone}>
      <Icon name={props.icon} />
      {props.children}
    </span>
  );
}

/** A quiet box with an icon and a title. */
export function Note(props: {
  readonly tone?: Tone;
  readonly icon: string;
  readonly title: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="note" data-tone={props.tone}>
      <Icon name={props.icon} />
      <div>
        <h2 class="as3">{props.title}</h2>
        {props.children}
      </div>
    </div>
  );
}

/** How far one is: dots, and the same in words for who hears them. */
export function Dots(props: { readonly c: Catalogue; readonly at: number; readonly of: number }) {
  return (
    <span class="dots" role="img" aria-label={props.c.t("coop.step_of", { i: props.at + 1, n: props.of })}>
      {Array.from({ length: props.of }, (_, i) => (
        <i key={i} class={i === props.at ? "on" : undefined} />
      ))}
    </span>
  );
}

/** A telephone number to press; nothing where none is known. */
export function Call(props: {
  readonly c: Catalogue;
  readonly phone: string | null | undefined;
  readonly label?: string;
  readonly kind?: "big" | "full sec2" | "full soft";
}) {
  if (!props.phone) return null;
  return (
    <a class={`btn ${props.kind ?? "full sec2"}`} href={`tel:${props.phone.replaceAll(/[^+\d]/g, "")}`}>
      <Icon name="phone" />
      {props.label ?? props.c.t("coop.call", { phone: props.phone })}
    </a>
  );
}

/** What went wrong, what is safe, what to do, whom to call; the code in small print. */
export function Failure(props: {
  readonly c: Catalogue;
  readonly sentence: string;
  readonly code?: string | undefined;
  readonly phone?: string | null | undefined;
  readonly safe?: boolean;
  readonly again?: (() => void) | undefined;
}) {
  const { c } = props;
  return (
    <section class="card stack failure" role="alert">
      <Note tone="caution" icon="warn" title={c.t("coop.failed.title")}>
        <p>{props.sentence}</p>
        {props.safe !== false && <p>{c.t("coop.failed.safe")}</p>}
      </Note>
      {props.again && (
        <button type="button" class="btn big" onClick={props.again}>
          <Icon name="repeat" />
          {c.t("coop.failed.again")}
        </button>
      )}
      <Call c={c} phone={props.phone} />
      {props.code && <p class="m3 small">{c.t("coop.failed.code", { code: props.code })}</p>}
    </section>
  );
}

/** Nothing here yet: one picture, one sentence, one button. */
export function Empty(props: {
  readonly picture: string;
  readonly sentence: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <section class="card empty">
      <Picture name={props.picture} />
      <p>{props.sentence}</p>
      {props.children}
    </section>
  );
}
