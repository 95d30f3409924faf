/** How we know: the commitments behind the verdict, for who wants to compute them again. */

import type { Catalogue } from "../i18n";
import type { EvidencePart } from "./model";
import { Disclosure, Hash, Icon } from "./parts";

/**
 * The section `#proof`. `checkpoint`, `proofUrl` (of the bundle that was checked) and `dossier` (where the service has
 * the lot's, without its kind) may be wanting.
 */
export function Evidence(props: {
  evidence: readonly EvidencePart[];
  checkpoint: string;
  proofUrl: string | null;
  dossier: string | null;
  c: Catalogue;
}) {
  const { evidence, checkpoint, proofUrl, dossier, c } = props;
  if (evidence.length === 0) return null;
  return (
    <section class="sec" id="proof">
      <h2>{c.t("page.how")}</h2>
      <p class="s m2 sub">{c.t("page.how_body")}</p>
      <div class="card">
        {evidence.map((part) => (
          <Disclosure key={part.title} title={part.title}>
            <p class="s m2">{part.sentence}</p>
            {part.facts.map((fact) => (
              <Hash key={`${fact.label} ${fact.value}`} fact={fact} />
            ))}
          </Disclosure>
        ))}
        {checkpoint ? (
          <Disclosure title={c.t("page.checkpoint")}>
            <pre class="hash">
              <code>{checkpoint}</code>
            </pre>
          </Disclosure>
        ) : null}
        {proofUrl ? (
          <div class="get">
            <a class="btn sec2 full" href={proofUrl} download="nguon-proof.json">
              <Icon name="file" />
              {c.t("page.download")}
            </a>
            <p class="s m2">{c.t("page.verify_self")}</p>
            <p class="hash">
              <code>nguon verify --trust trust.json nguon-proof.json</code>
            </p>
            <p class="s">
              <a href="/trust.json">{c.t("page.trust")}</a>
            </p>
          </div>
        ) : null}
        {dossier ? (
          <div class="get">
            <a class="btn sec2 full" href={`${dossier}.html`} download>
              <Icon name="file" />
              {c.t("standalone.dossier")}
            </a>
            <a class="btn sec2 full" href={`${dossier}.pdf`} download>
              <Icon name="print" />
              {c.t("standalone.dossier_pdf")}
            </a>
            <p class="s m2">{c.t("standalone.dossier_body")}</p>
          </div>
        ) : null}
      </div>
    </section>
  );
}
