/** What is told of a code that opens no page, and the choice where there are several. */

import type { Decision } from "./decide.ts";
import type { HostFinding } from "./host.ts";
import { Icon, Sheet } from "./parts.tsx";
import { fill, type Words } from "./words.ts";

type Told = Exclude<Decision, { kind: "page" } | { kind: "pallet" }>;

interface SheetProps {
  readonly words: Words;
  readonly onAgain: () => void;
}

const SHOWN_TEXT = 160;

/** A code that is not ours to open: whose it is, spelled out. */
export function CodeSheet(
  props: SheetProps & { readonly told: Told; readonly host: string; readonly onType: () => void },
) {
  const { words, told, host } = props;
  const { scanner, trouble, report } = words;
  const again = (
    <button type="button" class="btn big" onClick={props.onAgain}>
      <Icon name="camera" />
      {scanner.again}
    </button>
  );
  const type = (
    <button type="button" class="btn sec2" onClick={props.onType}>
      <Icon name="keys" />
      {scanner.type}
    </button>
  );
  switch (told.kind) {
    case "product":
      return (
        <Sheet title={trouble.tem_title} icon="v-tem" onClose={props.onAgain}>
          <p>{fill(trouble.tem_body, { gtin: told.gtin })}</p>
          <p class="m2">{trouble.tem_next}</p>
          <div class="btns">
            {again}
            {type}
          </div>
        </Sheet>
      );
    case "misread":
      return (
        <Sheet title={scanner.misread_title} icon="v-malformed" onClose={props.onAgain}>
          <p>{fill(scanner.misread, { text: told.text })}</p>
          <p class="m2">{fill(words.variant.malformed_digit, { i: told.at })}</p>
          <div class="btns">
            {again}
            {type}
          </div>
        </Sheet>
      );
    case "other":
      return (
        <Sheet title={scanner.notours} icon="v-malformed" onClose={props.onAgain}>
          <p>{scanner.other}</p>
          <p class="hash">
            <code>{told.text.length > SHOWN_TEXT ? `${told.text.slice(0, SHOWN_TEXT)}…` : told.text}</code>
          </p>
          <div class="btns">
            {again}
            {type}
          </div>
        </Sheet>
      );
    case "foreign":
    case "lookalike":
      return (
        <Sheet title={scanner.notours} icon="v-malformed" onClose={props.onAgain}>
          <p>{told.kind === "lookalike" ? scanner.lookalike : scanner.foreign}</p>
          <HostSpelled finding={told.finding} />
          {told.kind === "lookalike" && <Differences finding={told.finding} host={host} words={words} />}
          <div class="btns">
            {again}
            <a class="btn sec2" href={`/report?code=${encodeURIComponent(told.text)}`}>
              <Icon name="flag" />
              {report.title}
            </a>
          </div>
        </Sheet>
      );
  }
}

/** Several codes: one line each, ours first. */
export function SeveralSheet(
  props: SheetProps & { readonly decisions: readonly Decision[]; readonly onPick: (one: Decision) => void },
) {
  const { scanner } = props.words;
  const rank = (one: Decision) => (one.kind === "page" ? 0 : one.kind === "pallet" ? 1 : 2);
  const ordered = [...props.decisions].sort((a, b) => rank(a) - rank(b));
  return (
    <Sheet title={fill(scanner.several_title, { n: ordered.length })} onClose={props.onAgain}>
      <p class="m2">{scanner.several_body}</p>
      <ul class="codes">
        {ordered.map((one) => {
          const [icon, title, text] = lineOf(one, props.words);
          return (
            <li key={`${one.kind} ${text}`}>
              <button type="button" class="code" data-kind={one.kind} onClick={() => props.onPick(one)}>
                <Icon name={icon} />
                <span>
                  <b>{title}</b>
                  <small>{text}</small>
                </span>
                <Icon name="chev" />
              </button>
            </li>
          );
        })}
      </ul>
      <button type="button" class="btn sec2 full" onClick={props.onAgain}>
        <Icon name="camera" />
        {scanner.again}
      </button>
    </Sheet>
  );
}

function HostSpelled({ finding }: { readonly finding: HostFinding }) {
  const runs = runsOf(finding);
  const written = finding.host !== finding.shown.join("");
  return (
    <p class="hash">
      <code class="host" translate={false}>
        {runs.map(([text, wrong], place) => (wrong ? <mark key={`${place}`}>{text}</mark> : text))}
      </code>
      {written && <small>{finding.host}</small>}
    </p>
  );
}

function Differences({ finding, host, words }: { finding: HostFinding; host: string; words: Words }) {
  const wrong = runsOf(finding)
    .filter(([, marked]) => marked)
    .map(([text]) => `“${text}”`);
  return (
    <p class="s m2">
      {wrong.length > 0 && `${fill(words.scanner.differs, { list: wrong.join(", ") })}. `}
      {fill(words.scanner.ours, { host })}.
    </p>
  );
}

/** The letters of a host in runs that are alike: text, and whether it is not as in ours. */
function runsOf(finding: HostFinding): readonly (readonly [string, boolean])[] {
  const runs: [string, boolean][] = [];
  finding.shown.forEach((character, place) => {
    const wrong = finding.marks[place] ?? false;
    const last = runs.at(-1);
    if (last && last[1] === wrong) last[0] += character;
    else runs.push([character, wrong]);
  });
  return runs;
}

function lineOf(one: Decision, { scanner }: Words): readonly [string, string, string] {
  switch (one.kind) {
    case "page": {
      const lot = fill(scanner.item_page, { lot: one.target.lot ?? "" });
      const tem =
        one.target.serial === null ? one.target.gtin : fill(scanner.item_tem, { serial: one.target.serial });
      return ["tag", lot, tem];
    }
    case "pallet":
      return ["box", scanner.item_pallet, one.sscc];
    case "product":
      return ["list", one.gtin, scanner.item_product];
    case "misread":
      return ["warn", one.text, scanner.item_misread];
    case "foreign":
    case "lookalike":
      return ["warn", one.finding.shown.join(""), scanner.item_foreign];
    case "other":
      return ["warn", one.text.slice(0, 60), scanner.item_other];
  }
}
