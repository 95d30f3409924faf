/** A figure with − and +: pressed once, or held. It can be typed as well. */

import { useEffect, useRef, useState } from "preact/hooks";
import type { Catalogue } from "../../../page/i18n.ts";
import { Icon } from "../parts.tsx";

const HOLD = 420; // milliseconds until holding begins to count
const REPEAT = 110;
const FASTER = 12; // times until each counts for ten

/** What was typed as a number: comma or point, spaces anywhere; null where it is none. */
export function figureOf(text: string): number | null {
  const bare = text.replaceAll(/\s/g, "");
  if (!/^\d+(?:[.,]\d+)?$/.test(bare)) return null;
  return Number(bare.replace(",", "."));
}

/** A figure as people type it: `12,4` in Vietnamese, without grouping. */
export function figureText(value: number, c: Catalogue): string {
  const text = String(Math.round(value * 1000) / 1000);
  return c.lang === "vi" ? text.replace(".", ",") : text;
}

/** One step up or down, on the grid of steps where it leaves it; never below the least. */
export function stepped(
  value: number | null,
  step: number,
  up: boolean,
  least: number,
  most: number,
): number {
  const from = value ?? 0;
  const moved = Math.round((from + (up ? step : -step)) * 1000) / 1000;
  return Math.min(most, Math.max(least, moved));
}

/** The figure; `null` where nothing, or no number, stands there. */
export function Stepper(props: {
  readonly c: Catalogue;
  readonly value: number | null;
  readonly step: number;
  readonly least?: number;
  readonly most?: number;
  /** What it is a figure of, for who hears it. */
  readonly label: string;
  readonly onChange: (value: number | null) => void;
}) {
  const { c, value, step, least = 0, most = 1e9, label, onChange } = props;
  const [typed, setTyped] = useState<string | null>(null);
  const now = useRef(value);
  now.current = value;
  const move = (up: boolean, times: number) => {
    setTyped(null);
    const next = stepped(now.current, step * times, up, least, most);
    now.current = next;
    onChange(next);
  };
  const name = c.t("coop.ask.by", { n: figureText(step, c), unit: label });
  return (
    <div class="stepper">
      <Held label={c.t("coop.ask.less", { by: name })} icon="minus" onStep={(times) => move(false, times)} />
      <input
        inputMode="decimal"
        autocomplete="off"
        aria-label={label}
        value={typed ?? (value === null ? "" : figureText(value, c))}
        placeholder="0"
        onInput={(event) => {
          setTyped(event.currentTarget.value);
          onChange(figureOf(event.currentTarget.value));
        }}
        onBlur={() => setTyped(null)}
      />
      <Held label={c.t("coop.ask.more", { by: name })} icon="plus" onStep={(times) => move(true, times)} />
    </div>
  );
}

/** A button that counts on while it is held; a press of the keyboard counts once. */
function Held(props: {
  readonly label: string;
  readonly icon: string;
  readonly onStep: (times: number) => void;
}) {
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const held = useRef(0);
  const step = useRef(props.onStep);
  step.current = props.onStep;
  const stop = () => clearTimeout(timer.current);
  const repeat = () => {
    held.current += 1;
    step.current(held.current > FASTER ? 10 : 1);
    timer.current = setTimeout(repeat, REPEAT);
  };
  useEffect(() => () => clearTimeout(timer.current), []);
  return (
    <button
      type="button"
      aria-label={props.label}
      onPointerDown={() => {
        held.current = 0;
        stop();
        timer.current = setTimeout(repeat, HOLD);
      }}
      onPointerUp={stop}
      onPointerLeave={stop}
      onPointerCancel={stop}
      onContextMenu={(event) => event.preventDefault()}
      onClick={() => {
        if (held.current === 0) props.onStep(1);
        held.current = 0;
      }}
    >
      <Icon name={props.icon} />
    </button>
  );
}
