import { readdirSync, readFileSync } from "node:fs";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type Source, SourceError } from "../page/check.ts";
import { parseBundle } from "../verify/index.ts";
import { DossierSource, OriginSource } from "./source.ts";

const FOLDER = "tests/vectors/bundle/bundles";
const inside = readdirSync(FOLDER)
  .map((name) => new Uint8Array(readFileSync(`${FOLDER}/${name}`)))
  .find((bytes) => {
    try {
      return Number(parseBundle(bytes).checkpoint.split("\n")[1]) > 0;
    } catch {
      return false;
    }
  });
if (!inside) throw new Error("no vector is a bundle");
const size = Number(parseBundle(inside).checkpoint.split("\n")[1]);
const newer = new TextEncoder().encode("newer");
const TARGET = { gtin: "09521002000085", lot: "L/1", serial: null };

afterEach(() => vi.unstubAllGlobals());

/** A service that has a newer bundle, or is gone. */
function service(gone: boolean): Source & { asked: (number | null)[] } {
  const asked: (number | null)[] = [];
  const bundle = async (at: number | null) => {
    asked.push(at);
    if (gone) throw new SourceError("offline");
    return newer;
  };
  return { asked, bundle };
}

describe("a dossier's bundle", () => {
  it("is the one inside while no newer anchor is known, and nobody is asked", async () => {
    const behind = service(false);
    const source = new DossierSource(inside, behind);
    for (const at of [null, size, size - 1]) expect(await source.bundle(at)).toBe(inside);
    expect(source.from).toBe("inside");
    expect(behind.asked).toEqual([]);
  });

  it("is asked for anew at a newer anchor, and said to come from there", async () => {
    const behind = service(false);
    const source = new DossierSource(inside, behind);
    expect(await source.bundle(size + 1)).toBe(newer);
    expect([source.from, behind.asked]).toEqual(["network", [size + 1]]);
  });

  it("is the one inside where the service is gone", async () => {
    const source = new DossierSource(inside, service(true));
    expect(await source.bundle(size + 1)).toBe(inside);
    expect(source.from).toBe("inside");
  });

  it("is judged as it is where it cannot be read", async () => {
    const broken = new TextEncoder().encode("{");
    expect(await new DossierSource(broken, service(false)).bundle(9)).toBe(broken);
  });
});

describe("a code's bundle", () => {
  it("is asked for at the log's own host, without credentials", async () => {
    const fetch = vi.fn(async (_address: string, _options: RequestInit) => new Response("{}"));
    vi.stubGlobal("fetch", fetch);
    await new OriginSource("nguon.example", TARGET).bundle(7);
    const [address, options] = fetch.mock.calls[0] ?? [];
    expect(address).toMatch(/^https:\/\/nguon\.example\/api\/v1\/proof\?subject=.*&size=7$/);
    expect(options?.credentials).toBe("omit");
  });

  it("says whether nobody answered, or there is none", async () => {
    const source = new OriginSource("nguon.example", TARGET);
    vi.stubGlobal("fetch", async () => Promise.reject(new TypeError("no network")));
    await expect(source.bundle(null)).rejects.toMatchObject({ code: "offline" });
    vi.stubGlobal("fetch", async () => new Response("", { status: 404 }));
    await expect(source.bundle(null)).rejects.toMatchObject({ code: "not_found.size" });
    vi.stubGlobal("fetch", async () => new Response("", { status: 503 }));
    await expect(source.bundle(null)).rejects.toMatchObject({ code: "http.503" });
  });
});
