/** The keys of the worklist query and where their answers go: found in the query itself, and by composing. */
import type { Settings } from "../config/config.ts";
import { isItems } from "../dicom/data-set.ts";
import { type DataSet, itemsOf } from "../dicom/dicom.ts";
import { entryOf } from "../dicom/dictionary.ts";
import { worklistQuery } from "../worklist/query.ts";
import { type Attribute, attributesOf, subjectsOf, tagOf, type Variant } from "./attributes.ts";
import { composed, stepMessages } from "./compose-facts.ts";
import { blocks, nameOf, table, tagText } from "./markdown.ts";

const today = "20260105";
/** What a query looks like in which everything that can be asked for is. */
const widest = { stationAeTitle: "STATION", modality: "GM", daysBack: 1, daysAhead: 1 };

interface Key {
  readonly path: readonly string[];
  readonly value: string;
}

function keysOf(query: DataSet, before: readonly string[] = []): Key[] {
  return Object.entries(query).flatMap(([keyword, value]): Key[] => {
    const path = [...before, keyword];
    if (!isItems(value)) return [{ path, value: typeof value === "string" ? value : "" }];
    return [{ path, value: "" }, ...itemsOf(query, keyword).flatMap((item) => keysOf(item, path))];
  });
}

const pathText = ({ path }: Key): string => path.join(">");

/** All keys: those that match in the query of the interval, those that match in a search, and those that only return. */
export function worklistTable(settings: Settings["worklist"]): string {
  const scheduled = new Map(keysOf(worklistQuery(widest, today)).map((key) => [pathText(key), key.value]));
  const own = new Map(keysOf(worklistQuery(settings, today)).map((key) => [pathText(key), key.value]));
  const byPatient = { patientName: "NAME", patientId: "ID" };
  const searched = new Map(keysOf(worklistQuery(widest, today, byPatient)).map((key) => [pathText(key), key.value]));
  const rows = keysOf(worklistQuery(widest, today)).map((key) => {
    const keyword = key.path.at(-1) ?? "";
    const at = pathText(key);
    return [
      `${">".repeat(key.path.length - 1)}${nameOf(keyword)}`,
      tagText(tagOf(keyword)),
      entryOf(keyword)?.vr ?? "",
      matching(scheduled.get(at) ?? ""),
      relative(own.get(at) ?? ""),
      matching(searched.get(at) ?? ""),
      "Y",
    ];
  });
  return table(
    ["Attribute", "Tag", "VR", "Matching", "With these settings", "Matching in a search", "Return key"],
    rows,
  );
}

function matching(value: string): string {
  if (value === "") return "";
  if (/[*?]/.test(value)) return "wild card";
  return /^\d{8}-\d{8}$/.test(value) ? "single value or range" : "single value";
}

/** A statement is not about one day. */
function relative(value: string): string {
  if (value === today) return "today";
  return /^\d{8}-\d{8}$/.test(value) ? "a range around today" : value;
}

/** Where each key of an answer goes in the instances and in the messages about the step. */
export function mappingTable(): string {
  // Which class it is makes no difference to what an order says.
  const [first] = subjectsOf("vlMicroscopic");
  if (first === undefined) throw new Error("there is no variant");
  const inInstances = goesTo(attributesOf([first], ({ facts, making }) => composed(facts, making)));
  const messageOf = (which: "create" | "complete") => (one: Variant) => stepMessages(one.facts, one.making)[which];
  const inCreate = goesTo(attributesOf([first], messageOf("create")));
  const inSet = goesTo(attributesOf([first], messageOf("complete")));
  const rows = keysOf(worklistQuery(widest, today))
    .filter(({ path }) => path.length === 1 || path[0] === "ScheduledProcedureStepSequence")
    .filter(({ path }) => path.length <= 2 && path.join() !== "ScheduledProcedureStepSequence")
    .map((key) => {
      const at = pathText(key);
      const keyword = key.path.at(-1) ?? "";
      return [
        `${">".repeat(key.path.length - 1)}${nameOf(keyword)}`,
        tagText(tagOf(keyword)),
        inInstances.get(at)?.join("; ") ?? "",
        inCreate.get(at)?.join("; ") ?? "",
        inSet.get(at)?.join("; ") ?? "",
      ];
    });
  return blocks(
    table(["Worklist attribute", "Tag", "In instances", "In MPPS N-CREATE", "In MPPS N-SET"], rows),
    "Of the codes only whole ones (value, scheme and meaning) are taken. What is not mapped is shown at the screen, or looked at by the rules of routing.",
  );
}

/** By worklist key the innermost attributes that it changes. */
function goesTo(attributes: readonly Attribute[]): ReadonlyMap<string, string[]> {
  const found = new Map<string, string[]>();
  for (const { path, worklistKeys } of attributes) {
    // An item as a whole says nothing that the sequence, or what is in it, does not say.
    const isInCode =
      path.length > 1 && entryOf(path.at(-2) ?? "")?.vr === "SQ" && /Code|Referenced/.test(path.at(-2) ?? "");
    if (isInCode || isOuter(path, attributes)) continue;
    const [outer, ...inner] = path.map(nameOf);
    const words = [outer, ...inner].join(" > ");
    for (const key of worklistKeys) found.set(key, [...(found.get(key) ?? []), words]);
  }
  return found;
}

/** A sequence whose items are told of one by one. */
function isOuter(path: readonly string[], attributes: readonly Attribute[]): boolean {
  const keyword = path.at(-1) ?? "";
  if (/Code|Referenced/.test(keyword)) return false;
  return attributes.some((other) => other.path.length > path.length && path.every((one, at) => other.path[at] === one));
}
