import { describe, expect, it } from "vitest";
import { dictionary, entryOf, entryOfTag } from "./dictionary.ts";

interface Row {
  readonly tag: string;
  readonly vr: string;
  readonly vm: string;
}

interface Dcmjs {
  readonly default: {
    readonly data: { readonly DicomMetaDictionary: { readonly nameMap: Record<string, Row | undefined> } };
  };
}

// It ships no types, so its name must not be one that the compiler looks up.
const untyped: string = "dcmjs";
const dcmjs = (await import(untyped)) as Dcmjs;
const reference = dcmjs.default.data.DicomMetaDictionary.nameMap;

describe("dictionary", () => {
  it("knows some hundred attributes", () => {
    expect(dictionary.length).toBeGreaterThan(250);
  });

  it.each(dictionary.map((entry) => [entry.keyword, entry] as const))("%s is as dcmjs has it", (keyword, entry) => {
    const row = reference[keyword];
    expect(row?.tag).toBe(`(${entry.tag.slice(0, 4)},${entry.tag.slice(4)})`);
    // dcmjs writes "ox" for "OB or OW"; here it is always bytes.
    expect(row?.vr.replace("ox", "OB")).toBe(entry.vr);
    const max = Number.isFinite(entry.maxValues) ? String(entry.maxValues) : "n";
    const vm = String(entry.minValues) === max ? max : `${entry.minValues}-${max}`;
    expect(row?.vm).toBe(vm);
  });

  it("finds an entry by keyword and by tag, and nothing else", () => {
    expect(entryOf("PatientName")?.tag).toBe("00100010");
    expect(entryOfTag("00100010")?.keyword).toBe("PatientName");
    expect(entryOf("constructor")).toBeUndefined();
    expect(entryOfTag("00091001")).toBeUndefined();
  });

  it("is in the order of the tags", () => {
    const tags = dictionary.map(({ tag }) => tag);
    expect(tags).toEqual([...tags].sort());
    expect(new Set(tags).size).toBe(tags.length);
  });
});
