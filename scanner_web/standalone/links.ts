/** Links that the pages make for the service's own host, in a file that has none. */

import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";

/** What links lead to here. */
export interface Links {
  /** The service's host: other paths of it open there, in a window of their own. */
  readonly host: string;
  /** The trust file, to be saved. */
  readonly trust: Uint8Array<ArrayBuffer>;
  readonly again: () => void;
  readonly start: () => void;
  /** Another lot: its Digital Link. */
  readonly code: (code: string) => void;
}

/** Make links within `place` lead somewhere: `#again`, the first page, other lots, the trust file, the service. */
export function useLinks(place: RefObject<HTMLElement | null>, links: Links): void {
  const latest = useRef(links);
  latest.current = links;
  useEffect(() => {
    const root = place.current;
    if (!root) return;
    const trust = URL.createObjectURL(new Blob([links.trust], { type: "application/json" }));
    const origin = `https://${links.host}`;
    const lead = () => {
      for (const link of root.querySelectorAll<HTMLAnchorElement>('a[href^="/"]')) {
        const path = link.getAttribute("href") ?? "";
        if (path === "/trust.json") {
          link.href = trust;
          link.download = "trust.json";
        } else if (path.startsWith("/?")) link.href = "#start";
        else {
          link.href = `${origin}${path}`;
          link.target = "_blank";
          link.rel = "noopener";
        }
      }
    };
    const click = (event: MouseEvent) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      const href = link?.getAttribute("href") ?? "";
      const chosen =
        href === "#again"
          ? latest.current.again
          : href === "#start"
            ? latest.current.start
            : href.startsWith(`${origin}/01/`)
              ? () => latest.current.code(href)
              : null;
      if (!chosen) return;
      event.preventDefault();
      chosen();
    };
    const watch = new MutationObserver(lead);
    lead();
    watch.observe(root, { childList: true, subtree: true, attributes: true, attributeFilter: ["href"] });
    root.addEventListener("click", click);
    return () => {
      watch.disconnect();
      root.removeEventListener("click", click);
      URL.revokeObjectURL(trust);
    };
  }, [place, links.host, links.trust]);
}
