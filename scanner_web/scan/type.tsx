/** Typing what stands on the label: three lines, each told what is wrong with it, and where. */

import { useState } from "preact/hooks";
import { Icon, Sheet } from "./parts.tsx";
import {
  elementsOf,
  grouped,
  gtinSlip,
  type Lines,
  lotSlip,
  pasted,
  SERIAL_LENGTH,
  type Slip,
  serialCount,
  serialSlip,
} from "./typing.ts";
import { fill, type Words } from "./words.ts";

type Name = keyof Lines;

const NAMES: readonly Name[] = ["gtin", "lot", "serial"];
const SLIPS: Readonly<Record<Name, (typed: string) => Slip | null>> = {
  gtin: gtinSlip,
  lot: lotSlip,
  serial: serialSlip,
};
const EMPTY: Lines = { gtin: "", lot: "", serial: "" };

/** The form. `onCode` is given what a scanner would have given. */
export function TypeSheet(props: {
  readonly words: Words;
  readonly onCode: (code: string) => void;
  readonly onClose: () => void;
}) {
  const { words } = props;
  const { scanner } = words;
  const [lines, setLines] = useState<Lines>(EMPTY);
  const [asked, setAsked] = useState(false);

  function change(name: Name, typed: string): void {
    setLines({ ...lines, [name]: typed });
  }
  function submit(event: Event): void {
    event.preventDefault();
    const whole = NAMES.map((name) => pasted(lines[name])).find((text) => text !== null);
    if (whole) {
      props.onCode(whole);
      return;
    }
    setAsked(true);
    const wrong = NAMES.find((name) => SLIPS[name](lines[name]) !== null);
    if (wrong) document.getElementById(`type-${wrong}`)?.focus();
    else props.onCode(elementsOf(lines));
  }

  return (
    <Sheet title={scanner.type_title} onClose={props.onClose}>
      <p class="m2">{scanner.type_body}</p>
      <form class="code-form typing" onSubmit={submit} noValidate>
        {NAMES.map((name) => {
          const whole = pasted(lines[name]) !== null;
          const slip = asked && !whole ? SLIPS[name](lines[name]) : null;
          return (
            <div key={name}>
              <label for={`type-${name}`}>{scanner[name]}</label>
              <input
                class="in"
                id={`type-${name}`}
                name={name}
                value={lines[name]}
                onInput={(event) => change(name, event.currentTarget.value)}
                inputMode={name === "gtin" ? "numeric" : "text"}
                autocomplete="off"
                autocapitalize={name === "serial" ? "characters" : "off"}
                spellcheck={false}
                maxLength={2000}
                aria-invalid={slip !== null}
                aria-describedby={`hint-${name}`}
              />
              <p class="xs hint" id={`hint-${name}`} data-wrong={slip !== null}>
                {slip ? slipText(name, slip, words) : hint(name, lines[name], words)}
              </p>
            </div>
          );
        })}
        <button type="submit" class="btn big">
          <Icon name="search" />
          {scanner.check}
        </button>
        <button type="button" class="btn sec2" onClick={props.onClose}>
          {scanner.close}
        </button>
      </form>
    </Sheet>
  );
}

function hint(name: Name, typed: string, { scanner }: Words): string {
  if (name === "gtin") return scanner.gtin_hint;
  if (name === "lot") return scanner.lot_hint;
  const n = serialCount(typed);
  const read = n > 0 && n <= SERIAL_LENGTH && pasted(typed) === null;
  return read ? fill(scanner.serial_read, { text: grouped(typed), n }) : scanner.serial_hint;
}

function slipText(name: Name, slip: Slip, { scanner, variant }: Words): string {
  switch (slip.why) {
    case "empty":
      return scanner.slip_empty;
    case "letter":
      return fill(scanner.slip_letter, { i: slip.at });
    case "digit":
      return fill(variant.malformed_digit, { i: slip.at });
    case "length":
      return fill(name === "gtin" ? scanner.slip_gtin : scanner.slip_value, { n: slip.have });
  }
}
