/** What stands around a checked page: the page's own, in place of what the server printed. */

import { render } from "preact";
import type { Catalogue } from "./i18n.ts";
import { Icon } from "./story/parts.tsx";

const NAMES: Readonly<Record<number, string>> = {
  1: "Ethereum",
  10: "Optimism",
  137: "Polygon",
  8453: "Base",
  42161: "Arbitrum",
  11155111: "Sepolia",
  560048: "Hoodi",
  31337: "local test chain",
};
const TESTS: ReadonlySet<number> = new Set([11155111, 560048]);
const LOCAL = 31337;

/** A chain's name, by its id (EIP-155). */
export function chainName(chainId: number): string {
  return NAMES[chainId] ?? `chain ${chainId}`;
}

/**
 * Replace everything beside `main`: nothing that only the HTML said stays on a page that calls itself checked.
 *
 * @param printed what the page held when its script began; what came since is the page's own (a newer version)
 * @param title the page's heading, for its title
 */
export function frame(
  main: HTMLElement,
  printed: readonly ChildNode[],
  chainId: number,
  title: string,
  c: Catalogue,
): void {
  for (const node of printed) if (node !== main) node.remove();
  const digest = document.documentElement.dataset.standalone ?? "";
  if (/^[0-9a-f]{64}$/.test(digest)) {
    const foot = document.createElement("footer");
    foot.className = "alone";
    main.after(foot);
    render(<Alone digest={digest} c={c} />, foot);
  }
  const head = document.createElement("div");
  main.before(head);
  render(
    <>
      <a class="skip" href={`#${main.id}`}>
        {c.t("nav.skip")}
      </a>
      <ChainRibbon chainId={chainId} c={c} />
    </>,
    head,
  );
  document.title = c.t("page.title", { title });
}

/** Says that a chain is for trials; nothing on a real one. */
export function ChainRibbon({ chainId, c }: { chainId: number; c: Catalogue }) {
  const key = chainId === LOCAL ? "notice.localchain" : TESTS.has(chainId) ? "notice.testchain" : null;
  if (key === null) return null;
  return (
    <aside class="ribbon" aria-label={c.t(`${key}.title`)}>
      <Icon name="flask" />
      <p>
        <b>{c.t(`${key}.title`)}.</b> {c.t(`${key}.body`, { chain: chainName(chainId) })}
      </p>
    </aside>
  );
}

/** Where a verifier is to be had that does not come from this page. `digest`: its SHA-256 (hex), the service's word. */
function Alone({ digest, c }: { digest: string; c: Catalogue }) {
  return (
    <>
      <p>
        <a href="/verify.html" download="nguon-verify.html">
          <Icon name="file" />
          {c.t("standalone.footer")}
        </a>
      </p>
      <p class="xs">
        {c.t("standalone.footer_hash")} <code>{digest}</code>
      </p>
    </>
  );
}
