import { describe, expect, it } from "vitest";
import { hostOf, skeleton } from "./host.ts";
import { readable } from "./punycode.ts";

const OURS = "nguon.example";
const kind = (address: string, ours = OURS) => hostOf(address, ours)?.kind;
const marked = (address: string) => {
  const found = hostOf(address, OURS);
  return found?.shown.map((letter, place) => (found.marks[place] ? `[${letter}]` : letter)).join("");
};

describe("a host is told before it is opened", () => {
  it("knows its own in any case, and no other port", () => {
    expect(kind("https://nguon.example/01/x")).toBe("ours");
    expect(kind("HTTPS://NGUON.EXAMPLE/01/X")).toBe("ours");
    expect(kind("https://nguon.example:8443/01/x")).not.toBe("ours");
  });

  it.each([
    "https://ngu0n.example/",
    "https://nguοn.example/", // Greek omicron
    "https://nguоn.example/", // Cyrillic o
    "https://nguồn.example/", // the mark back on its letter
    "https://xn--ngun-75d.example/",
    "https://nguom.example/",
    "https://ngoun.example/",
    "https://nguonn.example/",
    "https://nguon.example.vip/",
    "https://ngu0n.example.vip/01/09521002000085",
    "https://nguon-example.com/",
    "https://nguon.shop/",
    "https://tem-nguon.example.net/",
    "https://nguon.example@evil.example.net/",
  ])("takes %s for one that is made to look like ours", (address) => {
    expect(kind(address)).toBe("lookalike");
  });

  it.each([
    "https://id.gs1.org/01/x",
    "https://tem.example/01/x",
    "http://traceviet.test/a",
    "https://zalo.me/1",
  ])("takes %s for another's", (address) => expect(kind(address)).toBe("foreign"));

  it("marks the letters that are not as in ours, and only those", () => {
    expect(marked("https://ngu0n.example.vip/")).toBe("ngu[0]n.example[.][v][i][p]");
    expect(marked("https://nguοn.example/")).toBe("ngu[ο]n.example");
    expect(marked("https://tem.example/")).toBe("tem.example");
  });

  it("shows what a punycode name looks like beside how it is written", () => {
    const found = hostOf("https://xn--ngun-75d.example/", OURS);
    expect(found?.host).toBe("xn--ngun-75d.example");
    expect(found?.shown.join("")).not.toContain("xn--");
  });

  it("says nothing of what is no web address", () => {
    expect(hostOf("8936000000000", OURS)).toBeNull();
    expect(hostOf("javascript:alert(1)", OURS)).toBeNull();
    expect(hostOf("tel:+84", OURS)).toBeNull();
  });
});

describe("punycode", () => {
  it.each([
    ["xn--bcher-kva.example", "bücher.example"],
    ["xn--ihqwcrb4cv8a8dqg056pqjye", "他们为什么不说中文"],
    ["xn--egbpdaj6bu4bxfgehfvwxn", "ليهمابتكلموشعربي؟"],
    ["xn--maana-pta.example", "mañana.example"],
  ])("reads %s as RFC 3492 does", (written, read) => expect(readable(written)).toBe(read));

  it("leaves alone what does not decode", () => {
    expect(readable("xn--!!.example")).toBe("xn--!!.example");
    expect(readable("xn--99999999999.example")).toBe("xn--99999999999.example");
  });

  it("agrees with the browser's own encoding", () => {
    for (const name of ["nguồn.example", "nguоn.example", "tràhoavàng.vn"]) {
      expect(readable(new URL(`https://${name}/`).host)).toBe(name.normalize("NFC"));
    }
  });
});

describe("a skeleton", () => {
  it("keeps what the eye keeps", () => {
    expect(skeleton("Nguồn")).toBe(skeleton("ngu0n"));
    expect(skeleton("rnart")).toBe(skeleton("mart"));
    expect(skeleton("nguon")).not.toBe(skeleton("lagon"));
  });
});
