import { describe, expect, it } from "vitest";
import { isUid, newUid, wellFormedUid } from "./uid.ts";

describe("UIDs", () => {
  it.each([
    ["1.2.840.10008.1.1", true],
    ["2.25.0", true],
    ["1.2.03", false],
    ["1.2.", false],
    ["1", false],
    ["3.1", false],
    ["1..2", false],
    ["1.2.a", false],
    ["", false],
    [`1.2.${"1".repeat(60)}`, true],
    [`1.2.${"1".repeat(61)}`, false],
  ])("%s is one: %s", (text, expected) => {
    expect(isUid(text)).toBe(expected);
  });

  it("new ones are well formed, under 2.25 or the site's root, and never the same", () => {
    const root = `1.2.${"9".repeat(39)}`;
    const uids = Array.from({ length: 3000 }, (_, index) => newUid([undefined, "1.2.3", root][index % 3]));
    expect(uids.filter((uid) => !isUid(uid))).toEqual([]);
    expect(new Set(uids).size).toBe(uids.length);
    expect(uids[0]).toMatch(/^2\.25\./);
    expect(uids[1]).toMatch(/^1\.2\.3\.\d{39}$/);
    expect(uids[2]).toMatch(/\.\d{20}$/);
  });

  it.each(["", "1.2.", "x", `1.2.${"9".repeat(40)}`])("refuses the root %s", (root) => {
    expect(() => newUid(root)).toThrow(expect.objectContaining({ code: "invalid-uid" }));
  });

  it("one that is nearly right is replaced by the same one each time, a good one never", () => {
    expect(wellFormedUid("1.2.840\0 ")).toBe("1.2.840");
    expect(wellFormedUid("1.2.03")).toBe(wellFormedUid("1.2.03 "));
    expect(wellFormedUid("1.2.03")).not.toBe(wellFormedUid("1.2.04"));
    for (const text of ["1.2.03", `1.${"2".repeat(99)}`, "9.9"]) expect(isUid(wellFormedUid(text))).toBe(true);
  });

  it.each(["", " ", "UNKNOWN", "1", "1..2", "1.2.x"])("%j names nothing, and two patients may both have it", (text) => {
    expect(wellFormedUid(text)).toBe("");
  });
});
