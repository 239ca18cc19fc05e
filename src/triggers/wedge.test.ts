import { describe, expect, it } from "vitest";
import { Wedge } from "./wedge.ts";

const enter = 28;
const [shift, control, alt] = [42, 29, 56];
const codes = new Map(
  [
    ["1234567890-=", 2],
    ["qwertyuiop[]", 16],
    ["asdfghjkl", 30],
    ["zxcvbnm,./", 44],
  ].flatMap(([keys, first]) => [...String(keys)].map((key, index) => [key, Number(first) + index] as const)),
);

/** A keyboard that types: one key each `everyMs`; what comes out. */
class Typist {
  readonly wedge = new Wedge();
  readonly texts: string[] = [];
  readonly everyMs: number;
  now = 1_000;

  constructor(everyMs = 5) {
    this.everyMs = everyMs;
  }

  edge(code: number, edge: "down" | "up" | "repeat"): this {
    const text = this.wedge.key({ code, edge, atMs: this.now });
    if (text !== undefined) this.texts.push(text);
    return this;
  }
  press(code: number): this {
    this.now += this.everyMs;
    return this.edge(code, "down").edge(code, "up");
  }
  type(text: string): this {
    for (const character of text) {
      const lower = character.toLowerCase();
      const code = codes.get(lower) ?? 0;
      if (lower === character) this.press(code);
      else this.edge(shift, "down").press(code).edge(shift, "up");
    }
    return this;
  }
  with(modifier: number, ...keys: number[]): this {
    this.edge(modifier, "down");
    for (const key of keys) this.press(key);
    this.now += this.everyMs;
    return this.edge(modifier, "up");
  }
}

describe("what a scanner types", () => {
  it.each([
    ["Enter", 28],
    ["the keypad's Enter", 96],
    ["Tab", 15],
  ])("is a text when %s ends it", (_name, terminator) => {
    expect(new Typist().type("Pat-00417").press(terminator).texts).toEqual(["Pat-00417"]);
  });

  it("keeps GS, however the scanner types it", () => {
    const bracket = codes.get("]") ?? 0;
    expect(new Typist().type("0112").with(control, bracket).type("10ab").press(enter).texts).toEqual(["0112\x1d10ab"]);
    const [zero, two, nine] = [82, 80, 73];
    expect(new Typist().type("0112").with(alt, zero, two, nine).type("10ab").press(enter).texts).toEqual([
      "0112\x1d10ab",
    ]);
  });

  it("keeps the identifier of the symbology, and what is typed with shift", () => {
    const typist = new Typist().press(codes.get("]") ?? 0).type("C1");
    expect(typist.type("A7").press(enter).texts).toEqual(["]C1A7"]);
  });

  it("is one text after the other", () => {
    expect(new Typist().type("abcd").press(enter).type("efgh").press(enter).texts).toEqual(["abcd", "efgh"]);
  });
});

describe("what is no scan", () => {
  it("is what a person types", () => {
    expect(new Typist(90).type("muster").press(enter).texts).toEqual([]);
  });

  it("is a text of fewer than four characters, an Enter alone, and one without an end", () => {
    const typist = new Typist().press(enter).type("abc").press(enter).type("abcdefgh");
    expect(typist.texts).toEqual([]);
  });

  it("is a key that is held, and a flood without an end", () => {
    const typist = new Typist();
    for (let count = 0; count < 20; count++) typist.edge(30, "repeat");
    typist.press(enter);
    typist.type("a".repeat(10_000)).press(enter);
    expect(typist.texts).toEqual([]);
    expect(typist.type("abcd").press(enter).texts).toEqual(["abcd"]);
  });
});
