import { describe, expect, it } from "vitest";
import { characterSets, declarationOf, encodeText, textDecoder } from "./character-set.ts";

const pn = "\\^=";

/** The standard's own notation: column/row, `1/11` is ESC. */
function bytes(notation: string): Uint8Array {
  return Uint8Array.from(notation.trim().split(/\s+/), (one) => {
    const [column = 0, row = 0] = one.split("/").map(Number);
    return column * 16 + row;
  });
}

describe("examples of the standard", () => {
  it("PS3.5 H.3.1: kanji and kana beside ASCII", () => {
    const encoded = bytes(`5/9 6/1 6/13 6/1 6/4 6/1 5/14 5/4 6/1 7/2 6/15 7/5 3/13 1/11 2/4 4/2 3/11 3/3 4/5 4/4 1/11
      2/8 4/2 5/14 1/11 2/4 4/2 4/2 4/0 4/15 3/10 1/11 2/8 4/2 3/13 1/11 2/4 4/2 2/4 6/4 2/4 5/14 2/4 4/0 1/11 2/8 4/2
      5/14 1/11 2/4 4/2 2/4 3/15 2/4 6/13 2/4 2/6 1/11 2/8 4/2`);
    expect(textDecoder(["", "ISO 2022 IR 87"])(encoded, pn)).toBe("Yamada^Tarou=山田^太郎=やまだ^たろう");
  });

  it("PS3.5 H.3.2: half-width katakana as value 1", () => {
    const encoded = bytes(`13/4 12/15 12/0 13/14 5/14 12/0 13/11 11/3 3/13 1/11 2/4 4/2 3/11 3/3 4/5 4/4 1/11 2/8 4/10
      5/14 1/11 2/4 4/2 4/2 4/0 4/15 3/10 1/11 2/8 4/10 3/13 1/11 2/4 4/2 2/4 6/4 2/4 5/14 2/4 4/0 1/11 2/8 4/10 5/14
      1/11 2/4 4/2 2/4 3/15 2/4 6/13 2/4 2/6 1/11 2/8 4/10`);
    expect(textDecoder(["ISO 2022 IR 13", "ISO 2022 IR 87"])(encoded, pn)).toBe("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
  });

  it("PS3.5 I.2: Korean, escaped again in each component", () => {
    const encoded = bytes(`4/8 6/15 6/14 6/7 5/14 4/7 6/9 6/12 6/4 6/15 6/14 6/7 3/13 1/11 2/4 2/9 4/3 15/11 15/3 5/14
      1/11 2/4 2/9 4/3 13/1 12/14 13/4 13/7 3/13 1/11 2/4 2/9 4/3 12/8 10/11 5/14 1/11 2/4 2/9 4/3 11/1 14/6 11/5 11/15`);
    expect(textDecoder(["", "ISO 2022 IR 149"])(encoded, pn)).toBe("Hong^Gildong=洪^吉洞=홍^길동");
  });

  it("PS3.5 K.2: simplified Chinese by ISO 2022 IR 58", () => {
    const encoded = Buffer.concat([
      Buffer.from("Zhang^XiaoDong=\x1b$)A", "latin1"),
      Buffer.of(0xd5, 0xc5),
      Buffer.from("^\x1b$)A", "latin1"),
      Buffer.of(0xd0, 0xa1, 0xb6, 0xab),
      Buffer.from("=", "latin1"),
    ]);
    expect(textDecoder(["", "ISO 2022 IR 58"])(encoded, pn)).toBe("Zhang^XiaoDong=张^小东=");
  });

  it("PS3.5 J.3: GB18030, whose second bytes may be a backslash or a caret", () => {
    expect(textDecoder(["GB18030"])(Buffer.from("Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab=", "latin1"), pn)).toBe(
      "Wang^XiaoDong=王^小东=",
    );
    const gbk = Uint8Array.of(0x81, 0x5c, 0x5e, 0x81, 0x5e);
    expect(textDecoder(["GBK"])(gbk, pn)).toBe(new TextDecoder("gbk").decode(gbk));
    expect(textDecoder(["GBK"])(gbk, pn)).toHaveLength(3);
    expect(textDecoder(["GB18030"])(Buffer.of(0x81, 0x30, 0x81, 0x30), pn)).toBe("\u0080");
  });
});

describe("code extensions", () => {
  it("the sets of value 1 hold again after a delimiter: Cyrillic, then Latin-1", () => {
    const encoded = Buffer.from("\x1b-L\xb4^\xb4", "latin1");
    expect(textDecoder(["ISO 2022 IR 100", "ISO 2022 IR 144"])(encoded, pn)).toBe("Д^´");
  });

  it("a delimiter of names is none in other text", () => {
    const encoded = Buffer.from("\x1b-L\xb4=\xb4\\\xb4", "latin1");
    expect(textDecoder(["ISO 2022 IR 100", "ISO 2022 IR 144"])(encoded, "\\")).toBe("Д=Д\\´");
  });

  it("a line break ends what was switched on", () => {
    const encoded = Buffer.from("\x1b-L\xb4\r\n\xb4", "latin1");
    expect(textDecoder(["ISO 2022 IR 100", "ISO 2022 IR 144"])(encoded, "")).toBe("Д\r\n´");
  });

  it("kanji whose bytes look like a backslash, a caret or an equals sign are kanji", () => {
    const encoded = Buffer.from("\x1b$B\x30\x5c\x30\x5e\x30\x3d\x1b(B\\x", "latin1");
    const euc = Uint8Array.of(0xb0, 0xdc, 0xb0, 0xde, 0xb0, 0xbd);
    expect(textDecoder(["", "ISO 2022 IR 87"])(encoded, pn)).toBe(`${new TextDecoder("euc-jp").decode(euc)}\\x`);
  });

  it("supplementary kanji by ISO 2022 IR 159", () => {
    const encoded = Buffer.from("\x1b$(D\x30\x21\x1b(B", "latin1");
    expect(textDecoder(["", "ISO 2022 IR 87", "ISO 2022 IR 159"])(encoded, pn)).toBe("丂");
  });

  it("a sender that does not escape again after a delimiter is understood", () => {
    const encoded = Buffer.from("\x1b$)C\xfb\xf3^\xd1\xce\xd4\xd7", "latin1");
    expect(textDecoder(["", "ISO 2022 IR 149"])(encoded, pn)).toBe("洪^吉洞");
  });

  it("escapes that nobody declared or that do not exist never throw", () => {
    for (const text of [
      "\x1b",
      "a\x1b(",
      "\x1b$B0",
      "\x1b$)C\xfb",
      "\x1b%G\xe4",
      "\xff\x1b\x1b\x1b-",
      "\x1b$B\x1b$B",
    ]) {
      expect(typeof textDecoder(["", "ISO 2022 IR 87"])(Buffer.from(text, "latin1"), pn)).toBe("string");
    }
  });
});

describe("single sets", () => {
  it.each([
    ["ISO_IR 100", "Müller^Jörg"],
    ["ISO_IR 101", "Łukasz^Świętosław"],
    ["ISO_IR 109", "Ġużeppa^Ħ"],
    ["ISO_IR 110", "Ķārlis^Ŗ"],
    ["ISO_IR 144", "Люкceмбypг"],
    ["ISO_IR 127", "قباني^لنزار"],
    ["ISO_IR 126", "Διονυσιος"],
    ["ISO_IR 138", "שרון^דבורה"],
    ["ISO_IR 148", "Çavuşoğlu^İş"],
    ["ISO_IR 166", "นามสกุล^ชื่อ"],
    ["ISO_IR 192", "山田^太郎 Ünal 😀"],
    ["GB18030", "王^小东 😀"],
    ["GBK", "王^小东"],
  ])("%s reads what it wrote", (set, text) => {
    expect(textDecoder([set])(encodeText(text, set), pn)).toBe(text);
  });

  it("Thai and Hebrew have the bytes their standards give them", () => {
    expect(textDecoder(["ISO_IR 166"])(Buffer.of(0xa1, 0xe0), pn)).toBe("กเ");
    expect(textDecoder(["ISO_IR 138"])(Buffer.of(0xf9), pn)).toBe("ש");
    expect(textDecoder(["ISO_IR 13"])(Buffer.of(0xd4, 0x7e), pn)).toBe("ﾔ‾");
  });

  it("undeclared text is UTF-8 where it can be, else Latin-1", () => {
    expect(textDecoder([])(Buffer.from("Müller", "utf8"), pn)).toBe("Müller");
    expect(textDecoder([])(Buffer.from("Müller", "latin1"), pn)).toBe("Müller");
    expect(textDecoder(["ISO_IR 6"])(Buffer.from("Müller", "latin1"), pn)).toBe("Müller");
  });

  it("understands spellings that the standard does not know", () => {
    for (const spelling of ["ISO-IR 100", "iso_ir_100", "ISO_IR100"]) {
      expect(textDecoder([spelling])(Buffer.of(0xfc, 0xc3, 0xbc), pn)).toBe("üÃ¼");
    }
    expect(textDecoder(["UTF-8"])(Buffer.of(0xc3, 0xbc), pn)).toBe("ü");
  });

  it("refuses text a set cannot hold instead of writing a question mark", () => {
    expect(() => encodeText("山田", "ISO_IR 100")).toThrow(expect.objectContaining({ code: "unencodable-text" }));
    expect(() => encodeText("Müller", "")).toThrow(expect.objectContaining({ code: "unencodable-text" }));
    expect(() => encodeText("\ud800", "ISO_IR 192")).toThrow(expect.objectContaining({ code: "unencodable-text" }));
    expect(() => encodeText("山田", "ISO_IR 999")).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

describe("text for a destination", () => {
  const example = (notation: string): Buffer => Buffer.from(bytes(notation));

  it("is written as in the standard's examples: Japanese (PS3.5 H.3.1, H.3.2)", () => {
    expect(encodeText("Yamada^Tarou=山田^太郎=やまだ^たろう", "ISO 2022 IR 87", pn)).toEqual(
      example(`5/9 6/1 6/13 6/1 6/4 6/1 5/14 5/4 6/1 7/2 6/15 7/5 3/13 1/11 2/4 4/2 3/11 3/3 4/5 4/4 1/11
      2/8 4/2 5/14 1/11 2/4 4/2 4/2 4/0 4/15 3/10 1/11 2/8 4/2 3/13 1/11 2/4 4/2 2/4 6/4 2/4 5/14 2/4 4/0 1/11 2/8 4/2
      5/14 1/11 2/4 4/2 2/4 3/15 2/4 6/13 2/4 2/6 1/11 2/8 4/2`),
    );
    expect(encodeText("ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "ISO 2022 IR 13\\ISO 2022 IR 87", pn)).toEqual(
      example(`13/4 12/15 12/0 13/14 5/14 12/0 13/11 11/3 3/13 1/11 2/4 4/2 3/11 3/3 4/5 4/4 1/11 2/8 4/10
      5/14 1/11 2/4 4/2 4/2 4/0 4/15 3/10 1/11 2/8 4/10 3/13 1/11 2/4 4/2 2/4 6/4 2/4 5/14 2/4 4/0 1/11 2/8 4/10 5/14
      1/11 2/4 4/2 2/4 3/15 2/4 6/13 2/4 2/6 1/11 2/8 4/10`),
    );
  });

  it("is written as in the standard's examples: Korean (PS3.5 I.2) and Chinese (K.2)", () => {
    expect(encodeText("Hong^Gildong=洪^吉洞=홍^길동", "ISO 2022 IR 149", pn)).toEqual(
      example(`4/8 6/15 6/14 6/7 5/14 4/7 6/9 6/12 6/4 6/15 6/14 6/7 3/13 1/11 2/4 2/9 4/3 15/11 15/3 5/14
      1/11 2/4 2/9 4/3 13/1 12/14 13/4 13/7 3/13 1/11 2/4 2/9 4/3 12/8 10/11 5/14 1/11 2/4 2/9 4/3 11/1 14/6 11/5 11/15`),
    );
    expect(encodeText("Zhang^XiaoDong=张^小东=", "ISO 2022 IR 58", pn).toString("latin1")).toBe(
      "Zhang^XiaoDong=\x1b$)A\xd5\xc5^\x1b$)A\xd0\xa1\xb6\xab=",
    );
  });

  const samples: Readonly<Record<(typeof characterSets)[number], string>> = {
    "ISO_IR 192": "山田^太郎 Ünal 😀",
    "ISO_IR 6": "Mueller^Joerg ~",
    "ISO_IR 100": "Müller^Jörg",
    "ISO_IR 101": "Łukasz^Świętosław",
    "ISO_IR 109": "Ġużeppa^Ħ",
    "ISO_IR 110": "Ķārlis^Ŗ",
    "ISO_IR 144": "Люкceмбypг",
    "ISO_IR 127": "قباني^لنزار",
    "ISO_IR 126": "Διονυσιος",
    "ISO_IR 138": "שרון^דבורה",
    "ISO_IR 148": "Çavuşoğlu^İş",
    "ISO_IR 166": "นามสกุล^ชื่อ",
    "ISO_IR 13": "ﾔﾏﾀﾞ^Tarou ‾",
    "ISO 2022 IR 87": "Yamada^Tarou=山田^太郎 2=やまだ^たろう",
    "ISO 2022 IR 13\\ISO 2022 IR 87": "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎A=ひ^い",
    "ISO 2022 IR 87\\ISO 2022 IR 159": "A=丂山^丂",
    "ISO 2022 IR 149": "Hong^Gildong=洪^吉洞=홍^길동",
    "ISO 2022 IR 58": "Zhang^X=张^小东=",
    GB18030: "Wang=王^小东 😀€",
    GBK: "Wang=王^小东",
  };

  it.each(characterSets)("%s gives back what it is given", (set) => {
    const text = samples[set];
    const encoded = encodeText(text, set, pn);
    expect(textDecoder(declarationOf(set))(encoded, pn)).toBe(text);
  });

  it.each([
    ["ISO_IR 6", "ü"],
    ["ISO_IR 100", "ł"],
    ["ISO_IR 13", "~"],
    ["ISO_IR 13", "\\ as a character"],
    ["ISO_IR 13", "山"],
    ["ISO 2022 IR 13\\ISO 2022 IR 87", "~"],
    ["ISO 2022 IR 87", "ﾔ"],
    ["ISO 2022 IR 87", "①"],
    ["ISO 2022 IR 87", "ü"],
    ["ISO 2022 IR 149", "张"],
    ["ISO 2022 IR 58", "洞홍"],
    ["ISO 2022 IR 58", "ⅰ"],
    ["GBK", "€"],
    ["GBK", "홍"],
    ["ISO 2022 IR 87", "\x1b$B"],
    ["ISO_IR 192", "\ud800"],
  ])("%s cannot hold %j and says so", (set, text) => {
    expect(() => encodeText(text, set)).toThrow(expect.objectContaining({ code: "unencodable-text" }));
  });

  it("in several sets of one byte comes back to the first at each delimiter and end", () => {
    const set = "ISO 2022 IR 100\\ISO 2022 IR 144";
    const encoded = encodeText("Дü^ü=Д", set, pn);
    expect(encoded.toString("latin1")).toBe("\x1b-L\xb4\x1b-A\xfc^\xfc=\x1b-L\xb4\x1b-A");
    expect(textDecoder(declarationOf(set))(encoded, pn)).toBe("Дü^ü=Д");
  });

  it("declares what it is written in", () => {
    expect(declarationOf("ISO_IR 6")).toEqual([]);
    expect(declarationOf("ISO 2022 IR 6")).toEqual(["ISO 2022 IR 6"]);
    expect(declarationOf("ISO_IR 100")).toEqual(["ISO_IR 100"]);
    expect(declarationOf("ISO 2022 IR 87")).toEqual(["", "ISO 2022 IR 87"]);
    expect(declarationOf("ISO 2022 IR 13\\ISO 2022 IR 87")).toEqual(["ISO 2022 IR 13", "ISO 2022 IR 87"]);
  });
});
