import { afterAll, beforeAll, expect, test } from "vitest";
import type { WorklistItem } from "../../src/dicom/identity.ts";
import { describePeer, startWlmscpfs, temporaryDirectory, type Wlmscpfs } from "../support/peers.ts";
import { dumpOf } from "./worklist-files.ts";
import { boxAsking } from "./worklist-support.ts";

/** Bytes as they stand in the standard's examples: one character, one byte. */
const bytes = (text: string): Buffer => Buffer.from(text, "latin1");

interface Case {
  readonly what: string;
  readonly characterSet?: string;
  readonly written: Buffer;
  readonly read: string;
  readonly description?: { readonly written: Buffer; readonly read: string };
}

const cases: readonly Case[] = [
  { what: "Latin 1", characterSet: "ISO_IR 100", written: bytes("M\xfcller^J\xfcrgen"), read: "Müller^Jürgen" },
  {
    what: "Latin 1, another",
    characterSet: "ISO_IR 100",
    written: bytes("\xc5ngstr\xf6m^Anders"),
    read: "Ångström^Anders",
  },
  {
    what: "Cyrillic (PS3.5 with Latin c, e, y and p in the word)",
    characterSet: "ISO_IR 144",
    written: bytes("\xbb\xee\xdace\xdc\xd1yp\xd3"),
    read: "\u041b\u044e\u043ace\u043c\u0431yp\u0433",
  },
  {
    what: "UTF-8",
    characterSet: "ISO_IR 192",
    written: Buffer.from("Wang^XiaoDong=王^小東"),
    read: "Wang^XiaoDong=王^小東",
  },
  {
    what: "Japanese (PS3.5 H.3.1)",
    characterSet: "\\ISO 2022 IR 87",
    written: bytes("Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B"),
    read: "Yamada^Tarou=山田^太郎=やまだ^たろう",
    description: { written: bytes("\x1b$B<j=Q\x1b(B left"), read: "手術 left" },
  },
  {
    what: "Japanese with half-width kana (PS3.5 H.3.2)",
    characterSet: "ISO 2022 IR 13\\ISO 2022 IR 87",
    written: bytes(
      "\xd4\xcf\xc0\xde^\xc0\xdb\xb3=\x1b$B;3ED\x1b(J^\x1b$BB@O:\x1b(J=\x1b$B$d$^$@\x1b(J^\x1b$B$?$m$&\x1b(J",
    ),
    read: "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう",
  },
  {
    what: "Korean (PS3.5 I.2)",
    characterSet: "\\ISO 2022 IR 149",
    written: bytes("Hong^Gildong=\x1b$)C\xfb\xf3^\x1b$)C\xd1\xce\xd4\xd7=\x1b$)C\xc8\xab^\x1b$)C\xb1\xe6\xb5\xbf"),
    read: "Hong^Gildong=洪^吉洞=홍^길동",
  },
  {
    what: "Chinese (PS3.5 J.3)",
    characterSet: "GB18030",
    written: bytes("Wang^XiaoDong=\xcd\xf5^\xd0\xa1\xb6\xab"),
    read: "Wang^XiaoDong=王^小东",
    description: { written: bytes("\xca\xd6\xca\xf5"), read: "手术" },
  },
  { what: "UTF-8 without a label", written: Buffer.from("Müller^Ångström"), read: "Müller^Ångström" },
  { what: "Latin 1 without a label", written: bytes("M\xfcller^Otto"), read: "Müller^Otto" },
  {
    what: "a label nobody knows",
    characterSet: "ISO_IR 999",
    written: Buffer.from("Müller^Emil"),
    read: "Müller^Emil",
  },
  {
    what: "Latin 1 labelled UTF-8",
    characterSet: "ISO_IR 192",
    written: bytes("M\xfcller^Fritz"),
    read: "M\ufffdller^Fritz",
  },
];

describePeer("real worklist answers in many character sets", ["wlmscpfs", "dump2dcm"], () => {
  const opened = new AsyncDisposableStack();
  let peer: Wlmscpfs;
  beforeAll(async () => {
    const { path: directory } = opened.use(await temporaryDirectory());
    const items = cases.map(({ characterSet, written, description }, index) =>
      dumpOf({
        ...(characterSet === undefined ? {} : { characterSet }),
        patientName: written,
        patientId: `P${index}`,
        stepId: `S${index}`,
        ...(description === undefined ? {} : { description: description.written }),
      }),
    );
    peer = opened.use(await startWlmscpfs({ directory, items }));
  });
  afterAll(() => opened.disposeAsync());

  test("real answers, each in a character set of its own within one query, all arrive as they were meant", async () => {
    using box = boxAsking(peer);
    await box.worklist.refresh();
    const page = box.worklist.list();
    expect(page.nodes[0]?.error).toBeNull();
    const byId = new Map<string, WorklistItem>(page.items.map((item) => [item.patient.patientId, item]));
    for (const [index, { what, read, description }] of cases.entries()) {
      const item = byId.get(`P${index}`);
      expect(item?.patient.patientName, what).toBe(read);
      expect(item?.step.requestedProcedureDescription, what).toBe(description?.read ?? "Cataract surgery");
    }
    expect(page.total).toBe(cases.length);
    expect(page.nodes[0]?.notice).toContain("1 not written in the character set it names: PatientName");
  });

  test("the rest of a real answer arrives whole", async () => {
    using box = boxAsking(peer);
    await box.worklist.refresh();
    const item = box.worklist.list({ search: "P0" }).items[0];
    expect(item).toMatchObject({
      node: "RIS",
      patient: { patientId: "P0", issuerOfPatientId: "HOSP", patientBirthDate: "19700101", patientSex: "F" },
      step: {
        studyInstanceUid: "1.2.826.0.1.3680043.8.498.777.1",
        accessionNumber: "ACC-P0",
        referringPhysicianName: "Ref^Doc",
        requestedProcedureId: "RP1",
        requestedProcedureCodes: [
          { codeValue: "54885007", codingSchemeDesignator: "SCT", codeMeaning: "Cataract extraction" },
        ],
        admissionId: "ADM1",
        scheduledProcedureStepId: "S0",
        scheduledProcedureStepDescription: "Phaco",
        scheduledStationAeTitle: "SCOPELINE",
        scheduledStationName: "OR1",
        modality: "GM",
        startDate: "20261124",
        startTime: "101500",
        performingPhysicianName: "Op^Surgeon",
      },
    });
  });

  test("a name is found in each script it is written in", async () => {
    using box = boxAsking(peer);
    await box.worklist.refresh();
    const found = (search: string) => box.worklist.list({ search }).items.map((item) => item.patient.patientName);
    for (const search of ["yamada", "山田", "ヤマダ", "ﾔﾏﾀﾞ"]) {
      expect(found(search), search).toContain("Yamada^Tarou=山田^太郎=やまだ^たろう");
    }
    expect(found("길동")).toEqual(["Hong^Gildong=洪^吉洞=홍^길동"]);
    expect(found("angstrom anders")).toEqual(["Ångström^Anders"]);
  });
});
