/** What a label's own signature says where nobody can be asked. Loaded only then. */

import { Icon, Sheet, type Tone } from "./parts.tsx";
import type { Sealing } from "./seal.ts";
import { fill, type Words } from "./words.ts";

export { seal } from "./seal.ts";

const LOOKS: Readonly<Record<Sealing["kind"], readonly [Tone, string]>> = {
  right: ["wait", "v-chain_unreachable"],
  forged: ["stop", "v-unknown"],
  malformed: ["stop", "v-unknown"],
  foreign: ["stop", "v-unknown"],
  revoked: ["caution", "v-suspect_copy"],
  unknown_key: ["none", "v-tem"],
  nokeys: ["none", "v-tem"],
  broken: ["none", "v-tem"],
  changed: ["caution", "v-chain_disputed"],
};
const GLN = /\/417\/([0-9]{13})$/;
const UNITS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

/** The sheet. `stored`: the path of the page where it was seen before; else null. */
export function SealedSheet(props: {
  readonly sealing: Sealing;
  readonly words: Words;
  readonly stored: string | null;
  readonly onAgain: () => void;
  readonly onRetry: () => void;
}) {
  const { sealing, words, stored } = props;
  const { seal: said, scanner } = words;
  const [tone, icon] = LOOKS[sealing.kind];
  const { title, body } = said[sealing.kind];
  const org = "org" in sealing ? orgOf(sealing.org, words) : "";
  const at = "at" in sealing ? sealing.at : null;
  return (
    <Sheet title={title} icon={icon} tone={tone} onClose={props.onAgain}>
      <p>{fill(body, { org })}</p>
      {at && (
        <p class="s m2">{fill(said.age, { age: ageOf(at, new Date(), document.documentElement.lang) })}</p>
      )}
      <div class="btns">
        <button type="button" class="btn big" onClick={props.onAgain}>
          <Icon name="camera" />
          {scanner.again}
        </button>
        <button type="button" class="btn sec2" onClick={props.onRetry}>
          <Icon name="repeat" />
          {scanner.retry}
        </button>
        {stored && (
          <a class="btn sec2" href={stored}>
            <Icon name="book" />
            {said.stored}
          </a>
        )}
      </div>
    </Sheet>
  );
}

/** How long ago, in the largest whole unit, and a minute at least. */
export function ageOf(then: Date, now: Date, lang: string): string {
  const span = Math.max(60_000, now.getTime() - then.getTime());
  const [unit, length] = UNITS.find(([, least]) => span >= least) ?? ["minute", 60_000];
  return new Intl.RelativeTimeFormat(lang).format(-Math.floor(span / length), unit);
}

function orgOf(uri: string, { seal }: Words): string {
  const gln = GLN.exec(uri)?.[1];
  return gln === undefined ? uri : fill(seal.org, { gln });
}
