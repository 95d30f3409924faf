/** Modules by path, as Vite finds them when it builds. */
interface ImportMeta {
  glob<T>(pattern: string): Readonly<Record<string, () => Promise<T>>>;
}
