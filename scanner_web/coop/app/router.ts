/** Addresses of screens: what follows `#` in the page's address, so that it works without a network. */

import type { Screen, Screens } from "./app.ts";

/** Where the reader is. */
export interface Place {
  /** Begins with a slash: `/record/harvesting`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** The place that an address names; the first screen where it names none. */
export function placeOf(hash: string): Place {
  const text = hash.startsWith("#/") ? hash.slice(1) : "/";
  const [path = "/", query = ""] = text.split("?", 2);
  return { path: path.length > 1 ? path.replace(/\/+$/, "") : path, query: new URLSearchParams(query) };
}

/** A screen that was found, with what its path held. */
export interface Found {
  readonly screen: Screen;
  readonly params: Readonly<Record<string, string>>;
}

/** The screen of a path; null where no room has one. */
export function find(screens: Screens, path: string): Found | null {
  for (const [pattern, screen] of Object.entries(screens)) {
    const params = matched(pattern, path);
    if (params) return { screen, params };
  }
  return null;
}

function matched(pattern: string, path: string): Readonly<Record<string, string>> | null {
  const wanted = pattern.split("/");
  const given = path.split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [i, part] of wanted.entries()) {
    const value = given[i] ?? "";
    if (part.startsWith(":")) {
      try {
        params[part.slice(1)] = decodeURIComponent(value);
      } catch {
        return null;
      }
    } else if (part !== value) return null;
  }
  return params;
}
