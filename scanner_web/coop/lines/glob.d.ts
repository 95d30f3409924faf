/** The lines' files, as Vite finds them when it builds. */
interface ImportMeta {
  glob(
    patterns: readonly string[],
    options: { readonly eager: true; readonly import: "default" },
  ): Readonly<Record<string, import("../../verify/json").JsonValue>>;
}
