/**
 * What the service worker does with each request: decided by its address alone.
 *
 *     /assets/…                          names hold digests: kept for ever            kept
 *     /static/…                          may change: the network's, else what is kept fresh
 *     /trust.js  /trust.json  /api/v1/keys    the same, kept over builds, with its age   dated
 *     /api/v1/proof?…size=…  blobs       kept if the service calls them immutable     immutable
 *     /app                               this build's own, else the network's         shell
 *     a page                             the network's, else the stored one, marked   page
 *     anything else, other hosts, and whatever is no GET                              pass
 */

/** How a request is answered. What only a session may see is passed on, and never kept. */
export type Rule = "kept" | "fresh" | "dated" | "immutable" | "shell" | "page" | "pass";

const PAGES = /^\/(?:$|01\/|00\/|scan$|passport\/|offline$)/;
const FRESH = /^\/static\//;
const DATED = /^\/(?:trust\.js|trust\.json|api\/v1\/keys)$/;
const IMMUTABLE = /^\/api\/v1\/(?:proof$|blobs\/)/;

/** The rule for a request. `own`: the worker's origin. */
export function ruleOf(method: string, url: URL, mode: string, own: string): Rule {
  if (method !== "GET" || url.origin !== own) return "pass";
  if (mode === "navigate") return url.pathname === "/app" ? "shell" : "page";
  if (url.pathname.startsWith("/assets/")) return "kept";
  if (DATED.test(url.pathname)) return "dated";
  if (FRESH.test(url.pathname)) return "fresh";
  if (IMMUTABLE.test(url.pathname) && (!url.pathname.endsWith("/proof") || url.searchParams.has("size"))) {
    return "immutable";
  }
  return "pass";
}

/** Whether a page is kept for when there is no network. */
export function keeps(url: URL): boolean {
  return PAGES.test(url.pathname);
}

/** Whether the service promised that an answer never changes. */
export function isImmutable(policy: string | null): boolean {
  return policy?.split(",").some((word) => word.trim().toLowerCase() === "immutable") ?? false;
}

/** The built files that a page names. */
export function assetsOf(html: string): readonly string[] {
  return [...new Set(html.match(/\/assets\/[A-Za-z0-9._-]+/g) ?? [])];
}
