import { describe, expect, test } from "vitest";
import { foldedFamilyNames, foldName, searchableName } from "./fold.ts";

describe("folding a name", () => {
  test.each([
    ["Müller^Jürgen", "muller jurgen"],
    ["ÅNGSTRÖM^Anders", "angstrom anders"],
    ["Sørensen^Łukasz", "sorensen lukasz"],
    ["Weiß^Ægir", "weiss aegir"],
    ["İpek^Işıl", "ipek isil"],
    ["Nguyễn^Thị", "nguyen thi"],
    ["O'Neill-Smith^A.  B.", "o neill smith a b"],
    ["ヤマダ^タロウ", "やまだ たろう"],
    ["ﾔﾏﾀﾞ^ﾀﾛｳ", "やまだ たろう"],
    ["Yamada^Tarou=山田^太郎=やまだ^たろう", "yamada tarou 山田 太郎 やまだ たろう"],
    ["Hong^Gildong=洪^吉洞=홍^길동", "hong gildong 洪 吉洞 홍 길동"],
    ["Люкceмбypг", "люкceмбypг"],
    ["^^=^", ""],
  ])("%s is %s", (name, folded) => {
    expect(foldName(name)).toBe(folded);
  });

  test("keeps voiced and unvoiced kana apart", () => {
    expect(foldName("カトウ")).not.toBe(foldName("ガトウ"));
  });

  test("is the same when done twice", () => {
    for (const name of ["Müller^Jürgen", "ﾔﾏﾀﾞ^ﾀﾛｳ", "洪^吉洞=홍^길동"])
      expect(foldName(foldName(name))).toBe(foldName(name));
  });
});

test("Müller and Mueller find each other", () => {
  expect(searchableName("Müller^Jörg")).toBe("muller jorg mueller joerg");
  expect(searchableName("Mu\u0308ller")).toBe("muller mueller");
  expect(searchableName("Mueller")).toBe("mueller muller");
  expect(searchableName("Smith")).toBe("smith");
});

test("the family names of every component group are taken", () => {
  expect(foldedFamilyNames("Yamada^Tarou=山田^太郎=やまだ^たろう")).toEqual(["yamada", "山田", "やまだ"]);
  expect(foldedFamilyNames("^Only")).toEqual([]);
});
