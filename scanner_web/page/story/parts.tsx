/** Small parts that the story's components share, with the server page's classes. */

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { fetchNamed, mediaTypeOf } from "./bytes";
import type { Fact, Named } from "./model";

/** Where the sprites are: files of our own host, or the empty text where the page holds them itself. */
export const sprites = { icons: "/static/icons.svg", art: "/static/art.svg" };

/** An icon of the sprite, by its name without `i-`. */
export function Icon({ name, class: more }: { name: string; class?: string }) {
  return (
    <svg class={more ? `ic ${more}` : "ic"} viewBox="0 0 24 24" aria-hidden="true">
      <use href={`${sprites.icons}#i-${name}`} />
    </svg>
  );
}

/** A name as its signer wrote it, marked as Vietnamese on a page in another language. */
export function named(lang: string): { lang?: string } {
  return lang === "vi" ? {} : { lang: "vi" };
}

/** A value that anybody can compute again. */
export function Hash({ fact }: { fact: Fact }) {
  return (
    <div class="hash">
      <span class="xs">{fact.label}</span>
      <br />
      {fact.mono ? <code>{fact.value}</code> : <b>{fact.value}</b>}
    </div>
  );
}

/** A disclosure in a card. */
export function Disclosure({ title, children }: { title: string; children: ComponentChildren }) {
  return (
    <details class="ev">
      <summary>
        <span class="grow">{title}</span>
        <Icon name="down" />
      </summary>
      {children}
    </details>
  );
}

/** What became of a picture's bytes; `wait` until they are here. */
export type PictureState = "wait" | "shown" | "changed" | "gone";

/**
 * A picture, drawn only once its bytes have the digest that they were named by; until then, and where they do not,
 * `instead` stands. Drawn on a canvas, so that nothing but its pixels comes in.
 */
export function Picture(props: {
  file: Named;
  alt: string;
  class: string;
  /** Longest side in pixels of the canvas; the box crops it where its class says so. */
  size: number;
  instead: (state: PictureState) => ComponentChildren;
}) {
  const { file, alt, size } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const [state, setState] = useState<PictureState>("wait");
  useEffect(() => {
    let stopped = false;
    const draw = async (): Promise<PictureState> => {
      const fetched = await fetchNamed(file);
      if (fetched.state !== "right") return fetched.state;
      const type = mediaTypeOf(fetched.bytes);
      if (!type?.startsWith("image/")) return "gone";
      const image = await createImageBitmap(new Blob([fetched.bytes], { type }));
      const scale = Math.min(1, size / Math.max(image.width, image.height));
      const target = canvas.current;
      const context = target?.getContext("2d");
      if (stopped || !target || !context) return "gone";
      target.width = Math.max(1, Math.round(image.width * scale));
      target.height = Math.max(1, Math.round(image.height * scale));
      context.drawImage(image, 0, 0, target.width, target.height);
      return "shown";
    };
    draw()
      .catch((): PictureState => "gone")
      .then((found) => {
        if (!stopped) setState(found);
      });
    return () => {
      stopped = true;
    };
  }, [file.href, file.digest, size]);
  return (
    <>
      <canvas ref={canvas} class={props.class} role="img" aria-label={alt} hidden={state !== "shown"} />
      {state === "shown" ? null : props.instead(state)}
    </>
  );
}
