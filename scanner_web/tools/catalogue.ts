/**
 * Message catalogues for the scripts: the service's own files, with only the messages that a source asks for.
 *
 * A key counts as asked for where a source holds it as a string ("age.now"), holds the group it is in
 * ("notice.localchain"), or holds a template that it fits (`step.${step}.title`).
 */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
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

/** The sources of the rooms whose words the catalogue holds; tests are none. */
export function sourcesOf(root: string, rooms: readonly string[]): string[] {
  return rooms.flatMap((room) =>
    readdirSync(join(root, room), { recursive: true, encoding: "utf8" })
      .filter((name) => /\.tsx?$/.test(name) && !/\.(test|d)\.tsx?$/.test(name))
      .map((name) => readFileSync(join(root, room, name), "utf8")),
  );
}

/** All messages of a language, as the service has them. */
export function readMessages(root: string, lang: string): Record<string, Message> {
  const file = join(root, "..", "nguon", "locales", `${lang}.json`);
  return flatten(JSON.parse(readFileSync(file, "utf8")));
}

/**
 * Vite plugin: `virtual:nguon-catalogue/vi` and `/en`, each the messages that these rooms ask for.
 *
 * @param root - folder of the scripts (`scanner_web`)
 */
export function cataloguePlugin(root: string, rooms: readonly string[] = ["page"]): Plugin {
  return {
    name: "nguon-catalogue",
    resolveId: (id) => (id.startsWith(PREFIX) ? `\0${id}` : null),
    load(id) {
      if (!id.startsWith(`\0${PREFIX}`)) return null;
      const lang = id.slice(PREFIX.length + 1);
      const messages = pick(readMessages(root, lang), askedIn(sourcesOf(root, rooms)));
      return `export default ${JSON.stringify(messages)};`;
    },
  };
}
