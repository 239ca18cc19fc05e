import { describe, expect, test } from "vitest";
import { foldName } from "./fold.ts";
import { item } from "./item.fixture.ts";
import { jaroWinkler, similarNames } from "./similar-names.ts";

describe("Jaro–Winkler", () => {
  // The examples of Winkler's own papers.
  test.each([
    ["MARTHA", "MARHTA", 0.961],
    ["DWAYNE", "DUANE", 0.84],
    ["DIXON", "DICKSONX", 0.813],
    ["", "", 1],
    ["a", "", 0],
    ["abc", "xyz", 0],
    ["same", "same", 1],
  ])("%s and %s", (a, b, similarity) => {
    expect(jaroWinkler(a, b)).toBeCloseTo(similarity, 3);
    expect(jaroWinkler(b, a)).toBeCloseTo(similarity, 3);
  });
});

describe("look-alikes on a list", () => {
  const alike = (...names: { name: string; id: string; born?: string }[]) =>
    similarNames(
      names.map(({ name, id, born }, index) =>
        item({
          id: `${index}`,
          patient: { patientName: name, patientId: id, ...(born && { patientBirthDate: born }) },
        }),
      ),
    ).map(({ itemIds, because }) => `${itemIds.map((ids) => ids.join("+")).join("-")}: ${because.join(", ")}`);

  test("the same family name but for case and accents", () => {
    expect(alike({ name: "Müller^Anna", id: "1" }, { name: "MULLER^Bernd", id: "2" })).toEqual([
      "0-1: same-family-name",
    ]);
  });

  test("the same family name in one script only", () => {
    expect(alike({ name: "Sato^A=佐藤^甲", id: "1" }, { name: "Satoh^B=佐藤^乙", id: "2" })).toEqual([
      "0-1: same-family-name",
    ]);
  });

  test("nearly the same whole name", () => {
    expect(alike({ name: "Smith^John", id: "1" }, { name: "Smyth^John", id: "2" })).toEqual(["0-1: similar-name"]);
  });

  test("the same birth date", () => {
    const born = "19500101";
    expect(alike({ name: "A^B", id: "1", born }, { name: "X^Y", id: "2", born })).toEqual(["0-1: same-birth-date"]);
  });

  test("different patients are not alike, and two unknown names or birth dates are not the same", () => {
    expect(alike({ name: "Alpha^A", id: "1" }, { name: "Omega^Z", id: "2" })).toEqual([]);
    expect(alike({ name: "", id: "1" }, { name: "", id: "2" })).toEqual([]);
  });

  test("two steps of one patient are not alike", () => {
    expect(alike({ name: "A^B", id: "1" }, { name: "A^B", id: "1" })).toEqual([]);
    expect(alike({ name: "A^B", id: "1" }, { name: "A^B", id: "1" }, { name: "A^C", id: "2" })).toEqual([
      "0+1-2: same-family-name",
    ]);
  });

  test("no pair of similar names is missed among many", () => {
    const letters = "abcdeäé山 ";
    let seed = 7;
    const next = (limit: number): number => {
      seed = (seed * 48271) % 2147483647;
      return seed % limit;
    };
    const names = Array.from(
      { length: 120 },
      (_, index) =>
        `${Array.from({ length: 3 + next(6) }, () => letters[next(letters.length)]).join("")}${index % 2 ? "x" : "y"}^q`,
    );
    const found = alike(...names.map((name, index) => ({ name, id: `${index}` })));
    const folded = names.map(foldName);
    const similar = folded.flatMap((a, i) =>
      folded.flatMap((b, j) => (i < j && jaroWinkler(a, b) >= 0.92 ? [`${i}-${j}`] : [])),
    );
    expect(similar.length).toBeGreaterThan(5);
    expect(found.filter((line) => line.includes("similar-name")).map((line) => line.split(":")[0])).toEqual(similar);
  });
});
