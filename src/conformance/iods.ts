/** Annex A.A: what the instances of each SOP class hold, found by composing them. */
import { type SopClassName, sopClasses, sopClassNames } from "../dicom/dicom.ts";
import { attributeCells, attributeHead } from "./attribute-tables.ts";
import { type Attribute, attributesOf, variantsOf } from "./attributes.ts";
import { composed } from "./compose-facts.ts";
import { blocks, list, table } from "./markdown.ts";
import { type ModuleName, moduleOf, modules } from "./modules.ts";
import { className } from "./uid-names.ts";

/** One attribute with everything inside it. */
interface Group {
  readonly module: ModuleName;
  readonly isAlways: boolean;
  readonly rows: readonly (readonly string[])[];
}

/** Behind every composed data set comes its picture. */
const pixelData: Attribute = {
  path: ["PixelData"],
  presence: "ALWAYS",
  sources: ["AUTO"],
  values: [],
  worklistKeys: [],
};

function groupsOf(sopClass: SopClassName): Group[] {
  const variants = variantsOf(sopClass, sopClasses[sopClass].kind);
  const attributes = attributesOf(variants, ({ facts, making }) => composed(facts, making));
  const groups = Map.groupBy([...attributes, pixelData], ({ path }) => path[0] ?? "");
  return [...groups].map(([keyword, own]) => ({
    module: moduleOf(keyword, sopClass),
    isAlways: own[0]?.presence !== "ANAP",
    rows: own.map(attributeCells),
  }));
}

const keyOf = ({ module, rows }: Group): string => JSON.stringify([module, rows]);

let annex: string | undefined;

/** The same for all settings, so it is made once. */
export function iodAnnex(): string {
  annex ??= makeAnnex();
  return annex;
}

function makeAnnex(): string {
  const all = new Map(sopClassNames.map((name) => [name, groupsOf(name)]));
  const [first = []] = all.values();
  const isInAll = (key: string): boolean => [...all.values()].every((own) => own.some((one) => keyOf(one) === key));
  const common = new Set(first.map(keyOf).filter(isInAll));
  return blocks(
    "## Annex A.A: Information Object Definitions",
    "Every table here is made by composing instances of synthetic procedures (from a full and from an empty worklist answer, typed by hand, in an emergency, derived, in parts) and by changing one fact after the other.",
    list([
      "Presence: **ALWAYS** with a value; **VNAP** always present, sometimes empty; **ANAP** sometimes absent; **EMPTY** always present, never with a value. Of what is inside a sequence: of each of its items.",
      "Source: **MWL** the worklist; **USER** typed or chosen at the screen; **CONFIG** the settings file; **PROFILE** the device profile of the microscope or tower; **AUTO** made by this box; **FIXED** always that value.",
      "Text is fitted to its VR. A patient ID or an issuer that DICOM cannot hold as it is is never changed: the instance is held for a person.",
      "No private attributes, no Private, Specialized or Standard Extended SOP Classes: every attribute belongs to a module of its IOD.",
    ]),
    "### A.A.1 Information shared across multiple IODs",
    "#### A.A.1.1 Common Modules",
    "These attributes are the same in the instances of every SOP class.",
    ...moduleTables(first.filter((one) => common.has(keyOf(one)))),
    "#### A.A.1.2 Common Functional Group Macros",
    "None: no enhanced multi-frame IOD is created.",
    "#### A.A.1.3 Common Private Modules",
    "None.",
    ...[...all].map(([name, groups], index) => iod(index + 2, name, groups, common)),
  );
}

function moduleTables(groups: readonly Group[]): string[] {
  return modules.flatMap(([name, , section]) => {
    const rows = groups.filter(({ module }) => module === name).flatMap((one) => one.rows);
    return rows.length === 0 ? [] : [`**${name}** (PS3.3 ${section})`, table(attributeHead, rows)];
  });
}

function iod(number: number, name: SopClassName, groups: readonly Group[], common: ReadonlySet<string>): string {
  const used = modules.flatMap(([module, entity, section]) => {
    const own = groups.filter((one) => one.module === module);
    if (own.length === 0) return [];
    return [[entity, module, section, own.some(({ isAlways }) => isAlways) ? "ALWAYS" : "ANAP"]];
  });
  return blocks(
    `### A.A.${number} ${className(sopClasses[name].uid).replace(/ Storage$/, "")} IOD`,
    table(["Information Entity", "Module", "Reference (PS3.3)", "Presence of module"], used),
    "Beside the common attributes above:",
    ...moduleTables(groups.filter((one) => !common.has(keyOf(one)))),
  );
}
