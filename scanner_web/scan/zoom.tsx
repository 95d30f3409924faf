/** The camera's zoom: two fingers on the picture, or two buttons. */

import type { RefObject } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Camera } from "./camera.ts";
import { Icon } from "./parts.tsx";
import type { Words } from "./words.ts";

const STEP = 1.4;

/** Closer, and back. */
export function ZoomButtons({ camera, words }: { readonly camera: Camera; readonly words: Words }) {
  const [factor, setFactor] = useState(camera.zoom);
  const range = camera.zoomRange;
  const by = (times: number) => void camera.zoomTo(camera.zoom * times).then(setFactor);
  return (
    <fieldset class="scan__zoom">
      <legend class="vh">{words.scanner.zoom}</legend>
      <button
        type="button"
        class="round"
        aria-label={words.scanner.zoom_out}
        disabled={range !== null && factor <= range.min}
        onClick={() => by(1 / STEP)}
      >
        <Icon name="minus" />
      </button>
      <output>{`${written(factor)}×`}</output>
      <button
        type="button"
        class="round"
        aria-label={words.scanner.zoom_in}
        disabled={range !== null && factor >= range.max}
        onClick={() => by(STEP)}
      >
        <Icon name="plus" />
      </button>
    </fieldset>
  );
}

/** Two fingers apart: closer. Together: back. */
export function usePinch(picture: RefObject<HTMLElement | null>, camera: Camera | null): void {
  useEffect(() => {
    const surface = picture.current;
    if (!surface || !camera?.zoomRange) return;
    const fingers = new Map<number, { x: number; y: number }>();
    let start = { apart: 0, factor: 1 };
    const apart = () => {
      const [a, b] = [...fingers.values()];
      return a && b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
    };
    const down = (event: PointerEvent) => {
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      start = { apart: apart(), factor: camera.zoom };
    };
    const move = (event: PointerEvent) => {
      if (!fingers.has(event.pointerId)) return;
      fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
      if (fingers.size === 2 && start.apart > 0) void camera.zoomTo((start.factor * apart()) / start.apart);
    };
    const up = (event: PointerEvent) => fingers.delete(event.pointerId);
    surface.addEventListener("pointerdown", down);
    surface.addEventListener("pointermove", move);
    for (const name of ["pointerup", "pointercancel"] as const) surface.addEventListener(name, up);
    return () => {
      surface.removeEventListener("pointerdown", down);
      surface.removeEventListener("pointermove", move);
      for (const name of ["pointerup", "pointercancel"] as const) surface.removeEventListener(name, up);
    };
  }, [picture, camera]);
}

function written(factor: number): string {
  const { lang } = document.documentElement;
  return new Intl.NumberFormat(lang, { minimumFractionDigits: 1, maximumFractionDigits: 1 }).format(factor);
}
