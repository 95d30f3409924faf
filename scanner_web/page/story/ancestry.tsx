/** What it was made from, as a graph that can be walked: every step is its own page with its own bundle. */

import type { Catalogue } from "../i18n";
import type { Join, Node, Upstream as UpstreamModel } from "./model";

/** The section `#upstream`; nothing where the lot was made from nothing recorded. */
export function Upstream({ upstream, c }: { upstream: UpstreamModel | null; c: Catalogue }) {
  if (upstream === null) return null;
  const { rows, joins } = upstream;
  return (
    <section class="sec" id="upstream">
      <h2>{c.t("page.upstream")}</h2>
      <p class="s m2 sub">{c.t("page.upstream_body")}</p>
      {joins.length ? (
        <div class="gr">
          {rows.map((row, at) => (
            <Row key={row} row={row} join={joins[at]} lang={c.lang} />
          ))}
        </div>
      ) : (
        <ol class="up-list">
          {rows.map((row, at) => (
            <li key={row}>
              <p class="xs m3">
                {at === rows.length - 1
                  ? c.t("upstream.this")
                  : c.t("upstream.row", { n: rows.length - 1 - at })}
              </p>
              <div class="up-row">
                {row.map((node) => (
                  <Box key={node} node={node} lang={c.lang} wide={false} />
                ))}
              </div>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}

function Row({ row, join, lang }: { row: readonly Node[]; join: Join | undefined; lang: string }) {
  return (
    <>
      {row.map((node) => (
        <Box key={node} node={node} lang={lang} wide={row.length === 1} />
      ))}
      {join ? (
        <svg
          class="j"
          viewBox="0 0 100 26"
          preserveAspectRatio="none"
          fill="none"
          stroke="currentColor"
          stroke-width="2"
          aria-hidden="true"
        >
          {join.map(([from, to]) => (
            <path key={`${from} ${to}`} vector-effect="non-scaling-stroke" d={`M${from} 0V13H${to}V26`} />
          ))}
        </svg>
      ) : null}
    </>
  );
}

function Box({ node, lang, wide }: { node: Node; lang: string; wide: boolean }) {
  const name = ["nd", node.own ? "me" : "", wide ? "w" : ""].filter(Boolean).join(" ");
  const words = (
    <>
      <b>{node.title}</b>
      {node.note ? <small>{node.note}</small> : null}
    </>
  );
  if (node.own || !node.href) return <div class={name}>{words}</div>;
  return (
    <a class={name} href={`${node.href}?lang=${lang}`}>
      {words}
    </a>
  );
}
