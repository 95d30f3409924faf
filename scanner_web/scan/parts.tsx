/** Small pieces that several of the scanner's screens share. */

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";

/** An icon of the sprite, by its name without `i-`. */
export function Icon({ name }: { readonly name: string }) {
  return (
    <svg class="ic" viewBox="0 0 24 24" aria-hidden="true">
      <use href={`/static/icons.svg#i-${name}`} />
    </svg>
  );
}

/** A verdict's icon, by its whole name in the sprite. */
export function VerdictIcon({ name }: { readonly name: string }) {
  return (
    <svg class="vi" viewBox="0 0 48 48" fill="currentColor" aria-hidden="true">
      <use href={`/static/icons.svg#${name}`} />
    </svg>
  );
}

/** As verdicts have them, save the one of a check that was finished. */
export type Tone = "wait" | "caution" | "stop" | "none";

/** A sheet from below. Its title takes the focus when it opens; Escape closes it. */
export function Sheet(props: {
  readonly title: string;
  readonly icon?: string;
  /** How it is to be taken: no tone of its own where it is left out. */
  readonly tone?: Tone;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
}) {
  const title = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => title.current?.focus(), []); // before anybody can type: later it would take the focus from a line
  const { onClose } = props;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape") onClose();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [onClose]);
  return (
    <section class="sheet" aria-labelledby="sheet-title" data-tone={props.tone}>
      {props.icon && <VerdictIcon name={props.icon} />}
      <h1 id="sheet-title" tabIndex={-1} ref={title}>
        {props.title}
      </h1>
      {props.children}
    </section>
  );
}
