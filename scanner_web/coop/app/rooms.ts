/** Rooms that are not everybody's first: their screens are loaded when they are gone to, and kept for offline. */

import type { Screens } from "./app.ts";

interface Room {
  readonly screens: Screens;
}

/** By the file they are in; the build knows what there is. */
const ROOMS = import.meta.glob<Room>("../{desk,partner,alliance,guide}/index.tsx");
const PATHS: readonly (readonly [RegExp, string])[] = [
  [/^\/desk(?:\/|$)/, "desk"],
  [/^\/(?:partner|lab|shop)(?:\/|$)/, "partner"],
  [/^\/alliance(?:\/|$)/, "alliance"],
  [/^\/guide(?:\/|$)/, "guide"],
];

/** The screens of the room that a path leads into; null where it leads into none. */
export async function roomOf(path: string): Promise<Screens | null> {
  if (path === "/speak") return (await import("./speak.tsx")).screens; // with all that understands a sentence
  const name = PATHS.find(([paths]) => paths.test(path))?.[1];
  const load = name ? ROOMS[`../${name}/index.tsx`] : undefined;
  return load ? (await load()).screens : null;
}

/** The first screen of who has this role. */
export function homeOf(role: string): string {
  switch (role) {
    case "alliance":
      return "/alliance";
    case "auditor":
      return "/alliance/audit";
    case "laboratory":
      return "/lab";
    case "retailer":
      return "/shop";
    default:
      return "/";
  }
}
