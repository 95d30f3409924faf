import { describe, expect, it } from "vitest";
import { assetsOf, isImmutable, keeps, ruleOf } from "./rules.ts";
import { markStored } from "./stored.ts";

const OWN = "https://nguon.example";
const rule = (path: string, mode = "cors", method = "GET") => ruleOf(method, new URL(path, OWN), mode, OWN);

describe("the service worker", () => {
  it("leaves alone whatever is no GET of its own origin", () => {
    for (const method of ["POST", "PUT", "DELETE", "HEAD"]) {
      expect(rule("/api/v1/scans", "cors", method)).toBe("pass");
      expect(rule("/01/x", "navigate", method)).toBe("pass");
    }
    expect(rule("https://rpc.example/")).toBe("pass");
    expect(rule("https://nguon.example.vip/assets/a.js")).toBe("pass");
  });

  it("asks the network first for pages, and for what may change", () => {
    expect(rule("/01/09521002000085/10/A", "navigate")).toBe("page");
    expect(rule("/static/nguon.css")).toBe("fresh");
    for (const path of ["/trust.js", "/trust.json", "/api/v1/keys"]) expect(rule(path)).toBe("dated");
    expect(rule("/api/v1/keys/x")).toBe("pass");
    expect(rule("/api/v1/verify?code=x")).toBe("pass");
  });

  it("opens the app from its own store, and nothing else so", () => {
    expect(rule("/app", "navigate")).toBe("shell");
    expect(rule("/app?lang=en", "navigate")).toBe("shell");
    for (const path of ["/apple", "/app/x", "/join"]) expect(rule(path, "navigate")).toBe("page");
    expect(keeps(new URL("/join", OWN))).toBe(false);
  });

  it("keeps for ever only what is named by a digest, or called immutable", () => {
    expect(rule("/assets/main-a1b2.js")).toBe("kept");
    expect(rule("/api/v1/proof?subject=x&size=12")).toBe("immutable");
    expect(rule("/api/v1/proof?subject=x")).toBe("pass");
    expect(isImmutable("public, max-age=31536000, immutable")).toBe(true);
    expect(isImmutable("no-cache")).toBe(false);
    expect(isImmutable(null)).toBe(false);
  });

  it("stores the pages that a reader would open again, and no answer of the API", () => {
    expect(
      ["/", "/scan", "/offline", "/01/1/10/A", "/00/1", "/passport/1/A"].map((path) =>
        keeps(new URL(path, OWN)),
      ),
    ).not.toContain(false);
    expect(
      ["/verify", "/api/v1/lots", "/docs", "/report", "/scanner"].map((path) => keeps(new URL(path, OWN))),
    ).not.toContain(true);
  });
});

describe("the cooperative's app", () => {
  it("is given nothing from a store that only a session may see, nor an invitation's page", () => {
    for (const path of [
      "session",
      "people",
      "people/waiting",
      "invitations",
      "invitations/x/qr.svg",
      "workbook",
      "board",
      "claims",
      "audit",
      "lots/09521001000055/A",
      "reports",
      "proof?role=by&subject=x",
    ]) {
      expect([path, rule(`/api/v1/${path}`)]).toEqual([path, "pass"]);
    }
    expect(keeps(new URL("/join", OWN))).toBe(false);
    expect(keeps(new URL("/app", OWN))).toBe(false);
  });

  it("is known by the files that its page names, each once", () => {
    const page =
      '<script type="module" src="/assets/main-A_b1.js"></script><link href="/static/nguon.css">' +
      '<link rel="modulepreload" href="/assets/main-A_b1.js"><link href="/assets/jsx-2.js">';
    expect(assetsOf(page)).toEqual(["/assets/main-A_b1.js", "/assets/jsx-2.js"]);
  });
});

describe("a stored page", () => {
  const words = {
    vi: { title: "V", body: "{time} {date}" },
    en: { title: "E", body: "at {time} on {date}" },
  };
  const at = new Date("2026-11-24T18:05:00Z");

  it("says above everything since when it is stored, in its own language, at Vietnam's clock", () => {
    const marked = markStored(
      '<!doctype html><html lang="vi"><head></head><body class="x"><main>',
      at,
      words,
    );
    expect(marked).toContain('<body class="x"><aside class="ribbon" aria-label="V">');
    expect(marked).toContain("01:05 25/11/2026");
    expect(marked).toContain('<html data-stored="2026-11-24T18:05:00.000Z" lang="vi">');
    expect(markStored('<html lang="en"><body>', at, words)).toContain("at 01:05 on 25/11/2026");
  });

  it("is otherwise as it was", () => {
    const page = '<html lang="vi"><body><p>$& $1</p></body></html>';
    expect(
      markStored(page, at, words)
        .replace(/<aside.*<\/aside>/, "")
        .replace(/ data-stored="[^"]*"/, ""),
    ).toBe(page);
  });
});
