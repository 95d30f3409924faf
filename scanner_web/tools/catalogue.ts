/**
 * Message catalogues for the scripts: the service's own files, with only the messages that a source asks for.
 *
 * A key counts as asked for where a source holds it as a string ("age.now"), holds the group it is in
 * ("notice.localchain"), or holds a template that it fits (`step.${step}.title`).
 */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Plugin } from "vite";

export type Message = string | Readonly<Record<string, string>>;
export type Messages = Readonly<Record<string, Message>>;

export const LANGUAGES = ["vi", "en"] as const;
const PREFIX = "virtual:nguon-catalogue/";
const LITERAL = /"([a-z_0-9]+(?:\.[A-Za-z_0-9]+)*)"/g;
const TEMPLATE = /`([a-z_0-9]+\.(?:[A-Za-z_0-9.]|\$\{[^`}]*\})*\$\{[^`}]*\}[A-Za-z_0-9.]*)`/g;

/** A catalogue file's messages by their dotted keys, as `api/pages/i18n.py` flattens them. */
export function flatten(node: unknown, prefix = ""): Record<string, Message> {
  const found: Record<string, Message> = {};
  if (typeof node !== "object" || node === null) throw new Error(`${prefix} is no group of messages`);
  for (const [name, value] of Object.entries(node)) {
    if (name === "_") continue;
    const key = `${prefix}${name}`;
    if (typeof value === "string" || isPlural(value)) found[key] = value;
    else Object.assign(found, flatten(value, `${key}.`));
  }
  return found;
}

function isPlural(value: unknown): value is Readonly<Record<string, string>> {
  return (
    typeof value === "object" &&
    value !== null &&
    Object.keys(value).sort().join() === "one,other" &&
    Object.values(value).every((form) => typeof form === "string")
  );
}

/** What sources may ask a catalogue for: whole keys or groups, and templates as patterns of keys. */
export interface Asked {
  readonly literals: ReadonlySet<string>;
  readonly templates: ReadonlyMap<string, RegExp>;
}

/** What sources may ask for. */
export function askedIn(sources: Iterable<string>): Asked {
  const literals = new Set<string>();
  const templates = new Map<string, RegExp>();
  for (const source of sources) {
    for (const [, key] of source.matchAll(LITERAL)) if (key) literals.add(key);
    for (const [, text] of source.matchAll(TEMPLATE)) {
      const parts = (text ?? "").split(/\$\{[^}]*\}/).map((part) => part.replaceAll(".", "\\."));
      if (text) templates.set(text, new RegExp(`^${parts.join(".+")}$`));
    }
  }
  return { literals, templates };
}

/** The messages that are asked for, in the catalogue's order. */
export function pick(messages: Messages, asked: Asked): Record<string, Message> {
  const groups = [...asked.literals].filter((text) => text.includes(".")).map((text) => `${text}.`);
  const patterns = [...asked.templates.values()];
  const wanted = (key: string): boolean =>
    asked.literals.has(key) ||
    groups.some((group) => key.startsWith(group)) ||
    patterns.some((pattern) => pattern.test(key));
  return Object.fromEntries(Object.entries(messages).filter(([key]) => wanted(key)));
}

const IMPORT = /^(?:import|export)\b(?!\s+type\b)[^;]*?from\s+"(\.[^"]+)"/gms;
const ENDINGS = ["", ".ts", ".tsx", "/index.ts", "/index.tsx"];

/** Files that entries reach by static imports, themselves first; names relative to the folder of the scripts. */
export function reached(root: string, entries: readonly string[]): string[] {
  const found = new Set<string>();
  const waiting = [...entries];
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (found.has(name)) continue;
    found.add(name);
    for (const [, path = ""] of readFileSync(join(root, name), "utf8").matchAll(IMPORT)) {
      const target = join(dirname(name), path);
      const file = ENDINGS.map((ending) => target + ending).find((each) => isFile(join(root, each)));
      if (file !== undefined && /\.tsx?$/.test(file)) waiting.push(file);
    }
  }
  return [...found];
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

/** Messages that one chunk holds. */
export interface Group {
  /** The scripts that show them, with all that these import statically; absent: all scripts of the rooms. */
  readonly entries?: readonly string[];
  /** Folders or files whose texts ask for messages; what else is imported holds codes, not keys. */
  readonly rooms: readonly string[];
  /** The group that is loaded before, whose messages need not come again. */
  readonly after?: string;
}

/** The texts of a group's sources. */
export function sourcesOf(root: string, { entries, rooms }: Group): string[] {
  const within = (name: string) => rooms.some((room) => name === room || name.startsWith(`${room}/`));
  const names = entries
    ? reached(root, entries).filter(within)
    : rooms.flatMap((room) => filesOf(root, room));
  return names.map((name) => readFileSync(join(root, name), "utf8"));
}

/** The scripts of a room; tests are none. */
function filesOf(root: string, room: string): string[] {
  if (isFile(join(root, room))) return [room];
  return readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
    .map((name) => join(room, name));
}

/** The messages of a group in a language. */
export function messagesOf(
  root: string,
  lang: string,
  groups: Readonly<Record<string, Group>>,
  name: string,
): Record<string, Message> {
  const group = groups[name];
  if (group === undefined) throw new Error(`there is no group of messages ${name}`);
  const found = pick(readMessages(root, lang), askedIn(sourcesOf(root, group)));
  if (group.after === undefined) return found;
  const before = messagesOf(root, lang, groups, group.after);
  return Object.fromEntries(Object.entries(found).filter(([key]) => !Object.hasOwn(before, key)));
}

/** The messages of the verify page's first look, of its story, and of the cooperative's app. */
export const GROUPS: Readonly<Record<string, Group>> = {
  page: { entries: ["page/main.tsx"], rooms: ["page"] },
  story: { entries: ["page/rest.tsx"], rooms: ["page"], after: "page" },
  coop: { rooms: ["coop", "page/i18n.ts"] }, // with what numbers, dates and ages are written with
};

/** All messages of a language, as the service has them. */
export function readMessages(root: string, lang: string): Record<string, Message> {
  const file = join(root, "..", "nguon", "locales", `${lang}.json`);
  return flatten(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * Vite plugin: `virtual:nguon-catalogue/{group}/{lang}`, each the messages that a group's scripts ask for.
 *
 * @param root - folder of the scripts (`scanner_web`)
 */
export function cataloguePlugin(root: string, groups: Readonly<Record<string, Group>> = GROUPS): Plugin {
  return {
    name: "nguon-catalogue",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const [name = "", lang = ""] = id.slice(PREFIX.length + 1).split("/");
      return `export default ${JSON.stringify(messagesOf(root, lang, groups, name))};`;
    },
  };
}
