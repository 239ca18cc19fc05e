import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { tableAfter } from "../../test/support/statement.ts";
import { defaultSettings, loadSettings, type Settings } from "../config/config.ts";
import { isItems } from "../dicom/data-set.ts";
import { type DataSet, sopClasses } from "../dicom/dicom.ts";
import { worklistQuery } from "../worklist/query.ts";
import { type Attribute, attributesOf, variantsOf } from "./attributes.ts";
import { composed } from "./compose-facts.ts";
import { conformanceStatement } from "./conformance.ts";
import { everyFact, facts, otherFacts } from "./facts.ts";
import { nameOf, table } from "./markdown.ts";
import { moduleOf } from "./modules.ts";
import { className, syntaxName } from "./uid-names.ts";

const atRoot = (path: string) => new URL(`../../${path}`, import.meta.url);
const exampleSettings = () => loadSettings(atRoot("config.example.yaml").pathname);

describe("docs/conformance.md", () => {
  it("is current", async () => {
    const { version } = JSON.parse(await readFile(atRoot("package.json"), "utf8")) as { version: string };
    const page = await readFile(atRoot("docs/conformance.md"), "utf8");
    expect(page, "run: node src/conformance/generate.ts").toBe(conformanceStatement(await exampleSettings(), version));
  });

  it("has every section of PS3.2 Annex N", async () => {
    const page = await readFile(atRoot("docs/conformance.md"), "utf8");
    const sections = [...page.matchAll(/^## (?:(\d) |Annex (A\.[A-E]): )/gm)].map((match) => match[1] ?? match[2]);
    expect(sections).toEqual([..."12345678", "A.A", "A.B", "A.C", "A.D", "A.E"]);
  });
});

describe("the statement", () => {
  const folder = "/somewhere-secret";
  const node = async (): Promise<Settings["nodes"][number]> => {
    const [first] = (await exampleSettings()).nodes;
    if (first === undefined) throw new Error("the example has no node");
    return first;
  };

  it("is made for a box of which almost nothing is set, and for one that does not listen", () => {
    const settings = defaultSettings(folder);
    expect(conformanceStatement(settings, "1")).toContain("AE title SCOPELINE");
    const deaf = { ...settings, listener: { ...settings.listener, enabled: false } };
    const statement = conformanceStatement(deaf, "1");
    expect(statement).toContain("No associations are accepted");
    expect(statement).not.toContain("**Presentation contexts accepted**");
  });

  it("holds no secret and no path", async () => {
    const settings = defaultSettings(folder);
    const secret = `${folder}/token`;
    const dicomweb = {
      url: "https://pacs.example/dicom-web",
      uses: ["store" as const],
      tokenFile: secret,
      keyFile: secret,
    };
    const tls = { caFile: secret, certificateFile: secret, keyFile: secret };
    const nodes = [{ ...(await node()), dicomweb, tls }];
    const listener = { ...settings.listener, tls: { port: 2762, only: false, requireClientCertificate: true, ...tls } };
    const statement = conformanceStatement({ ...settings, nodes, listener }, "1");
    expect(statement).toContain("https://pacs.example/dicom-web");
    expect(statement).toContain("bearer token");
    expect(statement).not.toContain(folder);
  });

  it("proposes nothing by DIMSE to a node that stores and queries over DICOMweb", async () => {
    const settings = defaultSettings(folder);
    const { aeTitle: _, host: __, port: ___, ...rest } = await node();
    const dicomweb = { url: "http://pacs.example/web", uses: ["store" as const, "query" as const] };
    const web = { ...rest, name: "Web", roles: ["storage" as const, "query" as const], dicomweb };
    const statement = conformanceStatement({ ...settings, nodes: [web] }, "1");
    expect(statement).not.toContain("proposed to Web");
    expect(tableAfter(statement, "### 6.3 Configuration of DICOM Web Services")).toEqual([
      { Node: "Web", Address: "http://pacs.example/web", Uses: "store, query", Authentication: "none" },
    ]);
  });
});

describe("the facts that instances are made of", () => {
  it("are all other ones in the second procedure", () => {
    for (const { name, changed } of everyFact()) expect(changed(facts), name).not.toEqual(facts);
    let both = facts;
    for (const { changed } of everyFact()) both = changed(both);
    expect(both).toEqual(otherFacts);
  });

  it("fill every key that the worklist is asked for", () => {
    const keys = (dataSet: DataSet, before = ""): string[] =>
      Object.entries(dataSet).flatMap(([keyword, value]) => [
        `${before}${keyword}`,
        ...(isItems(value) ? value.flatMap((item) => keys(item, `${before}${keyword}>`)) : []),
      ]);
    const query = worklistQuery({ stationAeTitle: "*", daysBack: 0, daysAhead: 0 }, "20260105");
    expect(keys(facts.MWL ?? {}).sort()).toEqual(keys(query).sort());
  });
});

describe("what is found out about an attribute", () => {
  const variants = variantsOf("vlMicroscopic", "still");
  const found = (compose: Parameters<typeof attributesOf>[1]): Attribute[] => attributesOf(variants, compose);

  it("is whether it is there and has a value, over all variants", () => {
    const attributes = found(({ facts: { MWL } }) => ({
      PatientID: "1",
      PatientComments: MWL === null ? undefined : "x",
      AccessionNumber: MWL === null ? "" : "x",
      StudyID: "",
      RequestAttributesSequence: MWL === null ? [] : [{ AccessionNumber: "1" }],
    }));
    expect(attributes.map(({ path, presence }) => [path.join(">"), presence])).toEqual([
      ["AccessionNumber", "VNAP"],
      ["PatientID", "ALWAYS"],
      ["PatientComments", "ANAP"],
      ["StudyID", "EMPTY"],
      ["RequestAttributesSequence", "VNAP"],
      ["RequestAttributesSequence>AccessionNumber", "ALWAYS"],
    ]);
  });

  it("is every fact that it changes with, and that it is fixed where there is none", () => {
    const attributes = found(({ facts: { CONFIG, AUTO, MWL }, making }) => ({
      StationName: `${CONFIG.stationName} ${AUTO.begunAt}`,
      PatientID: String(MWL?.PatientID ?? ""),
      Modality: "GM",
      ImageType: making.way.isDerived ? "DERIVED" : "ORIGINAL",
    }));
    const of = Object.fromEntries(attributes.map(({ path, ...rest }) => [path.join(">"), rest]));
    expect(of.StationName).toMatchObject({ sources: ["AUTO", "CONFIG"], values: [], worklistKeys: [] });
    expect(of.PatientID).toMatchObject({ sources: ["MWL"], worklistKeys: ["PatientID"] });
    expect(of.Modality).toMatchObject({ sources: ["FIXED"], values: ["GM"] });
    expect(of.ImageType).toMatchObject({ sources: ["AUTO"], values: ["ORIGINAL", "DERIVED"] });
  });

  it("does not depend on the order in which attributes are written", () => {
    const turned = found((variant) =>
      Object.fromEntries(Object.entries(composed(variant.facts, variant.making)).reverse()),
    );
    expect(turned).toEqual(found(({ facts: one, making }) => composed(one, making)));
  });
});

describe("names", () => {
  it("are those of PS3.6 where the keyword has lost something", () => {
    const expected = {
      PatientName: "Patient's Name",
      SOPInstanceUID: "SOP Instance UID",
      ReferencedNonImageCompositeSOPInstanceSequence: "Referenced Non-Image Composite SOP Instance Sequence",
      AcquisitionDateTime: "Acquisition DateTime",
      SamplesPerPixel: "Samples per Pixel",
      PerformedStationAETitle: "Performed Station AE Title",
    };
    for (const [keyword, name] of Object.entries(expected)) expect(nameOf(keyword)).toBe(name);
  });

  it("are missing for what the statement does not know, and then there is no statement", () => {
    expect(() => className("1.2.840.10008.5.1.4.1.1.2")).toThrow(/no name/);
    expect(() => syntaxName("1.2.840.10008.1.2.4.90")).toThrow(/no name/);
    expect(() => moduleOf("PixelSpacing", "vlMicroscopic")).toThrow(/no module/);
    expect(syntaxName("1.2.840.10008.1.2.4.102.1")).toMatch(/^Fragmentable MPEG-4/);
    for (const { uid } of Object.values(sopClasses)) expect(className(uid)).toMatch(/ Image Storage$/);
  });
});

it("a cell of a table never ends it", () => {
  const text = table(["a", "b"], [["one | two", "three\nfour"]]);
  expect(text).toBe("| a | b |\n|---|---|\n| one \\| two | three four |");
  expect(tableAfter(`here\n\n${text}\n`, "here")).toEqual([{ a: "one | two", b: "three four" }]);
});
