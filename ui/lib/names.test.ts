import { expect, test } from "vitest";
import { nameInLine, showName } from "./names.ts";

test("a family name is upper case, then a comma, then the given names", () => {
  expect(showName("Tanaka^Hanako")).toEqual({ main: "TANAKA, Hanako", also: [] });
  expect(showName("O'Brien^Sean^Patrick")).toEqual({ main: "O'BRIEN, Sean Patrick", also: [] });
  expect(showName("Müller^Jürgen^^Dr.")).toEqual({ main: "MÜLLER, Jürgen (Dr.)", also: [] });
});

test("the ideographic group is the large one, then the phonetic, then the alphabetic", () => {
  expect(showName("Yamada^Tarou=山田^太郎=やまだ^たろう")).toEqual({
    main: "山田 太郎",
    also: ["やまだ たろう", "YAMADA, Tarou"],
  });
  expect(showName("Hong^Gildong=洪^吉洞=홍^길동").also[0]).toBe("홍 길동");
});

test("missing components leave no stray commas", () => {
  expect(nameInLine("Madonna")).toBe("MADONNA");
  expect(nameInLine("^Given")).toBe("Given");
  expect(nameInLine("")).toBe("");
  expect(nameInLine("^^^^")).toBe("");
  expect(nameInLine("=山田^太郎")).toBe("山田 太郎");
});

test("a script without case stays as it is", () => {
  expect(nameInLine("محمد^أحمد")).toBe("محمد, أحمد");
});
