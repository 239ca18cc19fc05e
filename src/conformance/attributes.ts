/** Which attributes a composed data set has, when, and where each value comes from: found by composing. Pure. */

import { isItems } from "../dicom/data-set.ts";
import { type DataSet, itemsOf } from "../dicom/dicom.ts";
import { entryOf } from "../dicom/dictionary.ts";
import type { Making } from "./compose-facts.ts";
import { everyFact, type Facts, facts, type Origin } from "./facts.ts";
import { lossOf, type Way, waysTo } from "./ways.ts";

/**
 * The words of PS3.2: ALWAYS has a value, VNAP is there and may be empty, ANAP may be absent, EMPTY never has a value.
 */
export type Presence = "ALWAYS" | "VNAP" | "ANAP" | "EMPTY";

export interface Attribute {
  /** From the data set inwards: `["RequestAttributesSequence", "AccessionNumber"]`. */
  readonly path: readonly string[];
  readonly presence: Presence;
  /** Where its values come from; FIXED: always the same. Empty for one that never has a value. */
  readonly sources: readonly (Origin | "FIXED")[];
  /** Every value it may have, where no fact changes it. */
  readonly values: readonly string[];
  /** The keys of a worklist answer that it may be taken from. */
  readonly worklistKeys: readonly string[];
}

/** One way in which a data set may come about. */
export interface Variant {
  readonly facts: Facts;
  readonly making: Making;
}

type Compose = (variant: Variant) => DataSet;

/** What there is to know of the data sets that `compose` makes of these variants, in the order of the tags. */
export function attributesOf(variants: readonly Variant[], compose: Compose): Attribute[] {
  const seen = variants.map((variant) => flat(compose(variant)));
  const paths = [...new Set(seen.flatMap((one) => [...one.keys()]))].sort(byTags);
  const origins = originsOf(variants, seen, compose);
  return paths.map((path) => {
    const found = origins.get(path) ?? { sources: new Set<Origin>(), worklistKeys: new Set<string>() };
    const values = [...new Set(seen.map((one) => one.get(path) ?? ""))].filter((value) => value !== "");
    const isSequence = entryOf(path.split(">").at(-1) ?? "")?.vr === "SQ";
    const isFixed = found.sources.size === 0;
    return {
      path: path.split(">"),
      presence: presenceOf(path, seen),
      sources: values.length === 0 ? [] : isFixed ? [values.length > 1 ? "AUTO" : "FIXED"] : [...found.sources].sort(),
      values: isFixed && !isSequence ? values : [],
      worklistKeys: [...found.worklistKeys],
    };
  });
}

function byTags(a: string, b: string): number {
  const [one, other] = [a, b].map((path) => path.split(">").map(tagOf).join(">"));
  return (one ?? "") < (other ?? "") ? -1 : 1;
}

/** Path to value; `""`: present and empty. Items of a sequence are taken together. */
type Flat = ReadonlyMap<string, string>;

function flat(dataSet: DataSet, before = ""): Flat {
  const found = new Map<string, string>();
  for (const keyword of Object.keys(dataSet).filter((one) => dataSet[one] !== undefined)) {
    const path = `${before}${keyword}`;
    const value = dataSet[keyword];
    const isSequence = entryOf(keyword)?.vr === "SQ" && isItems(value);
    found.set(path, isSequence && value.length === 0 ? "" : textOfValue(value));
    if (!isSequence) continue;
    const nested = new Map<string, string[]>();
    for (const item of value)
      for (const [inside, text] of flat(item, `${path}>`)) nested.set(inside, [...(nested.get(inside) ?? []), text]);
    for (const [inside, texts] of nested)
      found.set(inside, [...new Set(texts)].filter((text) => text !== "").join(" / "));
  }
  return found;
}

function textOfValue(value: DataSet[string]): string {
  if (value === null || value === undefined) return "";
  if (isItems(value)) return JSON.stringify(value);
  return Array.isArray(value) ? value.join("\\") : String(value);
}

export function tagOf(keyword: string): string {
  const entry = entryOf(keyword);
  if (entry === undefined) throw new Error(`the dictionary does not know ${keyword}`);
  return entry.tag;
}

/** Where its sequence has no items nothing can be said of what is in them. */
function presenceOf(path: string, seen: readonly Flat[]): Presence {
  const parent = path.split(">").slice(0, -1).join(">");
  const states = seen
    .filter((one) => parent === "" || (one.get(parent) ?? "") !== "")
    .map((one) => one.get(path))
    .map((value) => (value === undefined ? "absent" : value === "" ? "empty" : "value"));
  if (states.includes("absent")) return "ANAP";
  if (!states.includes("value")) return "EMPTY";
  return states.includes("empty") ? "VNAP" : "ALWAYS";
}

interface Origins {
  readonly sources: Set<Origin>;
  readonly worklistKeys: Set<string>;
}

/** An attribute comes from each fact without which it would be another one. */
function originsOf(variants: readonly Variant[], seen: readonly Flat[], compose: Compose): Map<string, Origins> {
  const origins = new Map<string, Origins>();
  for (const { origin, name, changed } of everyFact()) {
    for (const [index, variant] of variants.entries()) {
      const other = changed(variant.facts);
      if (other === variant.facts) continue;
      const before = seen[index] ?? new Map<string, string>();
      const after = flat(compose({ ...variant, facts: other }));
      for (const path of new Set([...before.keys(), ...after.keys()])) {
        if (before.get(path) === after.get(path)) continue;
        const known = origins.get(path) ?? { sources: new Set(), worklistKeys: new Set() };
        known.sources.add(origin);
        if (origin === "MWL") known.worklistKeys.add(name);
        origins.set(path, known);
      }
    }
  }
  return origins;
}

/** Of whom an instance of a SOP class may be, as far as that makes a difference; its pixels in the usual way. */
export function subjectsOf(sopClass: Making["sopClass"]): Variant[] {
  const plain = plainMaking(sopClass);
  return [
    { facts: whole, making: plain },
    { facts: { ...whole, MWL: sparse(facts.MWL ?? {}) }, making: plain },
    { facts: { ...whole, MWL: null }, making: plain },
    { facts: bare, making: { ...plain, isTemporary: true, tellsSteps: false } },
  ];
}

/** Every way in which an instance of a SOP class may come about that makes a difference. */
export function variantsOf(sopClass: Making["sopClass"], kind: "still" | "clip"): Variant[] {
  const plain = plainMaking(sopClass);
  const others = waysTo(sopClass).slice(1);
  const isWithoutLoss = ({ transferSyntaxUid }: Way): boolean => lossOf(transferSyntaxUid) === null;
  const live: Facts = { ...whole, PROFILE: { ...whole.PROFILE, format: "raw" } };
  return [
    ...subjectsOf(sopClass),
    ...others.map((way) => ({ facts: way.isOfKeyFrames ? facts : whole, making: { ...plain, way } })),
    // Of a source that had lost nothing.
    ...others.filter(isWithoutLoss).map((way) => ({ facts: live, making: { ...plain, way } })),
    ...(kind === "clip" ? [{ facts: whole, making: { ...plain, isPart: true } }] : []),
    ...(kind === "still" ? [{ facts: whole, making: { ...plain, isOfRecording: true } }] : []),
  ];
}

function plainMaking(sopClass: Making["sopClass"]): Making {
  const [way] = waysTo(sopClass);
  if (way === undefined) throw new Error(`nothing that is recorded leads to ${sopClass}`);
  return { sopClass, way, isPart: false, isTemporary: false, tellsSteps: true, isOfRecording: false };
}

const whole: Facts = { ...facts, AUTO: { ...facts.AUTO, sourceFrame: null } };

/** A patient of whom nothing is known, on a box of which nothing is set that need not be. */
const bare: Facts = {
  ...whole,
  MWL: null,
  CONFIG: { ...facts.CONFIG, institutionName: "", departmentName: "", serialNumber: "" },
  PROFILE: { ...facts.PROFILE, anatomicRegion: null },
};

/** The same answer with nothing in it that a worklist may leave empty. */
function sparse(answer: DataSet): DataSet {
  const isKept = (keyword: string): boolean => keyword === "PatientName" || keyword === "PatientID";
  const emptied = Object.entries(answer).map(([keyword, value]) => {
    if (isKept(keyword)) return [keyword, value] as const;
    return [keyword, isItems(value) ? itemsOf(answer, keyword).map(() => ({})) : ""] as const;
  });
  return Object.fromEntries(emptied);
}
