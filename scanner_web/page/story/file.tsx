/** The ten items that the law asks for, each with where it comes from, or why it is missing; prints on one A4. */

import { useEffect, useState } from "preact/hooks";
import type { Catalogue } from "../i18n";
import { fetchNamed } from "./bytes";
import type { LegalLine, LegalRow } from "./model";
import { Icon } from "./parts";
import { Report } from "./timeline";

/** The section `#file`; nothing where nothing was verified. */
export function Legal(props: { legal: readonly LegalRow[]; passport: string; c: Catalogue }) {
  const { legal, passport, c } = props;
  if (legal.length === 0) return null;
  return (
    <section class="sec" id="file">
      <h2>{c.t("page.legal")}</h2>
      <div class="card">
        <table class="kv">
          <caption class="xs m3">{c.t("page.legal_note")}</caption>
          <tbody>
            {legal.map((row) => (
              <Row key={row.code} row={row} c={c} />
            ))}
          </tbody>
        </table>
        {passport ? (
          <p class="s no-print">
            <a href={`${passport}?lang=${c.lang}`}>{c.t("passport.link")}</a>
          </p>
        ) : null}
        <button type="button" class="btn sec2 full no-print" onClick={printFile}>
          <Icon name="print" />
          {c.t("page.print")}
        </button>
      </div>
    </section>
  );
}

function Row({ row, c }: { row: LegalRow; c: Catalogue }) {
  const file = row.lines.find((line) => line.document)?.document ?? null;
  const [lost, setLost] = useState(false);
  useEffect(() => {
    if (file) fetchNamed(file).then(({ state }) => setLost(state !== "right"));
  }, [file?.digest]);
  const reason = lost ? c.t("legal.reason.image_gone") : row.reason;
  return (
    <tr data-state={lost ? "incomplete" : row.state}>
      <th scope="row">{row.label}</th>
      <td>
        {row.lines.map((line) => (
          <Value key={line} line={lost ? { ...line, document: null } : line} c={c} />
        ))}
        {reason ? <p class="lack">{reason}</p> : null}
      </td>
    </tr>
  );
}

function Value({ line, c }: { line: LegalLine; c: Catalogue }) {
  const source = line.source ? (
    <span class="src">({line.href ? <a href={line.href}>{line.source}</a> : line.source})</span>
  ) : null;
  if (line.document) {
    return (
      <>
        <Report file={line.document} title={line.text} c={c} />
        <p>{source}</p>
      </>
    );
  }
  return (
    <p>
      {line.text} {source}
    </p>
  );
}

/** Prints the file alone: the verdict, the product, the ten items, and nothing else of the page. */
function printFile() {
  const root = document.documentElement;
  root.dataset.print = "file";
  addEventListener("afterprint", () => delete root.dataset.print, { once: true });
  print();
}
