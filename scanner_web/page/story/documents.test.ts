import { describe, expect, it, vi } from "vitest";
import { fetchNamed, mediaTypeOf } from "./bytes";
import { attachments, blobPath, imageOf, niUri, parseNi } from "./documents";
import { lotPath, quote, unquote } from "./names";

const URI = "ni:///sha-256;UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q";
const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("documents by their digest", () => {
  it("reads and writes ni URIs, and the path where the service answers them", () => {
    const digest = parseNi(URI) ?? "";
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(niUri(digest)).toBe(URI);
    expect(blobPath(digest)).toBe("/api/v1/blobs/UyaQV-Ev4rdLoHyJJWCi11OHfrYv9E1aGQAlMO2X_-Q");
  });

  it("takes no other scheme, authority, algorithm, length, padding or second spelling", () => {
    const wrong = [
      URI.replace("ni:", "javascript:"),
      URI.replace("///", "//elsewhere.example/"),
      URI.replace("256", "512"),
      URI.slice(0, -1),
      `${URI}=`,
      `${URI.slice(0, -1)}R`,
      "",
    ];
    expect(wrong.map(parseNi)).toEqual(wrong.map(() => null));
  });

  it("lists each document that an event names once, and what is no ni URI not at all", () => {
    const payload = {
      "nguon:attachment": [
        { href: URI, title: "a", mediaType: "image/png" },
        URI,
        { href: "https://x.example" },
      ],
    };
    expect(attachments(payload).map(({ title }) => title)).toEqual(["a"]);
    expect(imageOf({ "https://w3id.org/nguon/epcis/image": URI })).toBe(parseNi(URI));
    expect(imageOf(undefined)).toBeNull();
  });

  it("knows a kind by its first bytes alone, and none that can hold a script", () => {
    const bytes = (head: string) => Uint8Array.from(head.padEnd(16, "\0"), (sign) => sign.charCodeAt(0));
    const kinds = ["\xff\xd8\xff", "\x89PNG\r\n\x1a\n", "RIFF0000WEBP", "%PDF-1", "<svg", "RIFF0000WAVE"];
    expect(kinds.map((head) => mediaTypeOf(bytes(head)))).toEqual([
      "image/jpeg",
      "image/png",
      "image/webp",
      "application/pdf",
      null,
      null,
    ]);
  });

  it("believes bytes only with the digest that they were named by, and asks again for those that were wrong", async () => {
    const answers = [new Response("x"), new Response(null, { status: 404 }), new Response("")];
    const fetcher = vi.fn(async () => answers.shift() ?? Response.error());
    vi.stubGlobal("fetch", fetcher);
    const file = { href: "/blobs/x", digest: EMPTY };
    const states = [];
    for (let turn = 0; turn < 4; turn++) states.push((await fetchNamed(file)).state);
    vi.unstubAllGlobals();
    expect(states).toEqual(["changed", "gone", "right", "right"]);
    expect(fetcher).toHaveBeenCalledTimes(3);
  });
});

describe("paths from URIs", () => {
  it("codes all but letters, digits and _.-~, and decodes what is no UTF-8 as a mark", () => {
    expect(quote("Lô/1!'()*~_.-")).toBe("L%C3%B4%2F1%21%27%28%29%2A~_.-");
    expect(unquote("L%C3%B4%FF")).toBe("Lô\ufffd");
    expect(lotPath("https://id.gs1.org/01/09521001000055/10/A%2FB")).toBe("/01/09521001000055/10/A%2FB");
    expect(lotPath("javascript:alert(1)//01/09521001000055/10/A")).toBe("");
  });
});
