import { describe, expect, it } from "vitest";
import { type DataSet, itemsOf, numberOf, textOf, textsOf } from "./data-set.ts";
import { decodeDataSet } from "./decode.ts";
import { encodeCommandSet, encodeDataSet } from "./encode.ts";

const both = ["implicit", "explicit"] as const;
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(/[^0-9a-f]/gi, ""), "hex");

const full: DataSet = {
  SpecificCharacterSet: "ISO_IR 192",
  ImageType: ["ORIGINAL", "PRIMARY"],
  SOPClassUID: "1.2.840.10008.5.1.4.1.1.7",
  AccessionNumber: "",
  PatientName: "Yamada^Tarou=山田^太郎",
  OtherPatientNames: ["Müller^A", "Mueller^B"],
  AdditionalPatientHistory: "a\\b, two\r\nlines",
  RequestAttributesSequence: [
    { ScheduledProcedureStepID: "S1", ScheduledProtocolCodeSequence: [{ CodeValue: "P" }] },
    {},
  ],
  AcquisitionContextSequence: [],
  FrameIncrementPointer: "00181063",
  NumberOfFrames: "60",
  FrameTimeVector: ["33", "34.5"],
  Rows: 1080,
  AcquisitionDuration: 1.5,
  PatientComments: undefined,
  ICCProfile: Uint8Array.of(1, 2, 3, 4),
  "00091001": Uint8Array.of(9, 9),
};

describe.each(both)("%s VR", (transferSyntax) => {
  it("reads back what it wrote", () => {
    const { PatientComments: _, ...expected } = full;
    expect(decodeDataSet(encodeDataSet(full, { transferSyntax }), { transferSyntax })).toEqual(expected);
  });

  it("sorts by tag, so that the keyword's order does not matter", () => {
    const reversed = Object.fromEntries(Object.entries(full).reverse());
    expect(encodeDataSet(reversed, { transferSyntax })).toEqual(encodeDataSet(full, { transferSyntax }));
  });

  it("null and the empty text are present and empty", () => {
    const bytes = encodeDataSet({ PatientID: null, PatientName: "", Rows: null }, { transferSyntax });
    expect(decodeDataSet(bytes, { transferSyntax })).toEqual({ PatientID: "", PatientName: "", Rows: null });
  });

  it("an item may have a character set of its own, and inherits otherwise", () => {
    const dataSet: DataSet = {
      SpecificCharacterSet: "ISO_IR 100",
      PatientName: "Müller",
      RequestAttributesSequence: [
        { RequestedProcedureDescription: "Überprüfung" },
        { SpecificCharacterSet: "ISO_IR 192", RequestedProcedureDescription: "山" },
      ],
      ScheduledProcedureStepSequence: [{ ScheduledProcedureStepDescription: "Ärztlich" }],
    };
    expect(decodeDataSet(encodeDataSet(dataSet, { transferSyntax }), { transferSyntax })).toEqual(dataSet);
  });

  it("declares UTF-8 when text needs it and nothing is declared", () => {
    const bytes = encodeDataSet({ PatientName: "Müller" }, { transferSyntax });
    expect(decodeDataSet(bytes, { transferSyntax })).toEqual({
      SpecificCharacterSet: "ISO_IR 192",
      PatientName: "Müller",
    });
  });

  it("refuses text that the declared set cannot hold, and names the attribute but not its value", () => {
    const write = (): unknown =>
      encodeDataSet({ SpecificCharacterSet: "ISO_IR 100", PatientName: "山田" }, { transferSyntax });
    expect(write).toThrow(expect.objectContaining({ code: "unencodable-text" }));
    expect(write).toThrow(/^(?!.*山)PatientName/);
  });

  it("refuses what a VR cannot hold", () => {
    for (const wrong of [{ Rows: 70_000 }, { Rows: "8" }, { PatientName: [{}] }, { ICCProfile: "x" }, { Rows: 1.5 }]) {
      expect(() => encodeDataSet(wrong, { transferSyntax })).toThrow(expect.objectContaining({ code: "wrong-value" }));
    }
    expect(() => encodeDataSet({ PatientNmae: "x" }, { transferSyntax })).toThrow(
      expect.objectContaining({ code: "unknown-keyword" }),
    );
  });
});

describe("explicit VR", () => {
  it("a text too long for a 16 bit length is refused, not wrapped round", () => {
    const comments = "x".repeat(70_000);
    expect(() => encodeDataSet({ ImageComments: comments }, { transferSyntax: "explicit" })).toThrow(
      expect.objectContaining({ code: "too-large" }),
    );
  });

  it("a known attribute that a relay wrote as UN is read by its own VR", () => {
    const bytes = bytesOf("10001000 554e0000 04000000 41424320");
    expect(decodeDataSet(bytes, { transferSyntax: "explicit" })).toEqual({ PatientName: "ABC" });
  });

  it("a UN of undefined length holds implicit VR items", () => {
    const inner = "feff00e0 0c000000 08000001 04000000 41424320";
    const bytes = bytesOf(`09000110 554e0000 ffffffff ${inner} feffdde0 00000000 28001000 55530200 0800`);
    expect(decodeDataSet(bytes, { transferSyntax: "explicit" })).toEqual({
      "00091001": [{ CodeValue: "ABC" }],
      Rows: 8,
    });
  });
});

describe("what others send", () => {
  it("sequences and items of undefined length", () => {
    const bytes = bytesOf(`40000001 ffffffff feff00e0 ffffffff 40000900 04000000 53505331 feff0de0 00000000
      feff00e0 00000000 feffdde0 00000000 28001000 02000000 3804`);
    expect(decodeDataSet(bytes, { transferSyntax: "implicit" })).toEqual({
      ScheduledProcedureStepSequence: [{ ScheduledProcedureStepID: "SPS1" }, {}],
      Rows: 1080,
    });
  });

  it("group lengths are dropped; padding is taken off", () => {
    const bytes = bytesOf("10000000 04000000 08000000 10002000 04000000 20412000 28001000 02000000 0100");
    expect(decodeDataSet(bytes, { transferSyntax: "implicit" })).toEqual({ PatientID: "A", Rows: 1 });
  });

  it("command sets have a group length and only ASCII", () => {
    const bytes = encodeCommandSet({ CommandField: 0x30, MessageID: 1, AffectedSOPClassUID: "1.2.840.10008.1.1" });
    const read = decodeDataSet(bytes, { transferSyntax: "implicit" });
    expect(read).toMatchObject({ CommandField: 0x30, MessageID: 1, AffectedSOPClassUID: "1.2.840.10008.1.1" });
    expect(read.CommandGroupLength).toBe(bytes.length - 12);
    expect(() => encodeCommandSet({ ErrorComment: "größer" })).toThrow(
      expect.objectContaining({ code: "unencodable-text" }),
    );
  });
});

describe("hostile bytes", () => {
  const malformed = expect.objectContaining({ code: "malformed" });
  const read = (bytes: Uint8Array, transferSyntax: "implicit" | "explicit" = "implicit"): DataSet =>
    decodeDataSet(bytes, { transferSyntax });

  it.each([
    ["half a header", "1000"],
    ["a length of 4 GB", "10001000 feffffff 4142"],
    ["a length one beyond the end", "10001000 03000000 4142"],
    ["undefined length where none may be", "10001000 ffffffff 4142"],
    ["a sequence without an end", "40000001 ffffffff feff00e0 ffffffff"],
    ["an item longer than its sequence", "40000001 08000000 feff00e0 10000000 40000900 08000000 5350533153505331"],
    ["no item in a sequence", "40000001 08000000 40000900 00000000"],
    ["an item at the top", "feff00e0 00000000"],
    ["a number of 3 bytes", "28001000 03000000 010203"],
  ])("%s", (_name, hex) => {
    expect(() => read(bytesOf(hex))).toThrow(malformed);
  });

  it("no VR in explicit VR", () => {
    expect(() => read(bytesOf("10001000 3f3f0200 4142"), "explicit")).toThrow(malformed);
  });

  it("sequences nested a thousand deep", () => {
    const deep = Buffer.from("40000001fffffffffeff00e0ffffffff".repeat(1000), "hex");
    expect(() => read(deep)).toThrow(/16 deep/);
  });

  it("sequences nested sixteen deep are read, seventeen are not", () => {
    let dataSet: DataSet = { ScheduledProcedureStepID: "1" };
    for (let depth = 0; depth < 16; depth += 1) dataSet = { ScheduledProcedureStepSequence: [dataSet] };
    expect(read(encodeDataSet(dataSet, { transferSyntax: "implicit" }))).toEqual(dataSet);
    const deeper = { ScheduledProcedureStepSequence: [dataSet] };
    expect(() => read(encodeDataSet(deeper, { transferSyntax: "implicit" }))).toThrow(/16 deep/);
  });

  it("millions of elements, of items, of values", () => {
    const head = (length: number, tag: string): Buffer => {
      const bytes = Buffer.alloc(8);
      bytes.write(tag, "hex");
      bytes.writeUInt32LE(length, 4);
      return bytes;
    };
    const million = 1_000_001;
    const backslashes = Buffer.alloc(million + 1, "\\");
    expect(() => read(Buffer.concat([head(backslashes.length, "10000110"), backslashes]))).toThrow(/1000000/);
    const items = Buffer.alloc(8 * million, Buffer.from("feff00e000000000", "hex"));
    expect(() => read(Buffer.concat([head(items.length, "40000001"), items]))).toThrow(/1000000/);
    expect(() => read(Buffer.alloc(8 * million, Buffer.from("1000200000000000", "hex")))).toThrow(/1000000/);
    const numbers = Buffer.alloc(2 * million);
    expect(() => read(Buffer.concat([head(numbers.length, "28001000"), numbers]))).toThrow(/1000000/);
  });

  it("any bytes at all end in a data set or in malformed", () => {
    let state = 20261124;
    const random = (): number => {
      state = (Math.imul(state, 1103515245) + 12345) >>> 0;
      return state >>> 16;
    };
    const valid = encodeDataSet(full, { transferSyntax: "implicit" });
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(valid);
      for (let change = 0; change < 4; change += 1) bytes[random() % bytes.length] = random() & 0xff;
      for (const transferSyntax of both) {
        try {
          expect(read(bytes.subarray(0, random() % bytes.length), transferSyntax)).toBeTypeOf("object");
        } catch (error) {
          expect(error).toEqual(malformed);
        }
      }
    }
  });
});

describe("readers", () => {
  it("give one kind of answer for every kind of value", () => {
    expect(textOf({ PatientID: "1" }, "PatientID")).toBe("1");
    expect(textOf({ ImageType: ["A", "B"] }, "ImageType")).toBe("A");
    expect(textOf({}, "PatientID")).toBe("");
    expect(textsOf({ ImageType: ["A", "", "B"] }, "ImageType")).toEqual(["A", "B"]);
    expect(textsOf({ PatientID: "" }, "PatientID")).toEqual([]);
    expect(numberOf({ NumberOfFrames: " 60" }, "NumberOfFrames")).toBe(60);
    expect(numberOf({ Rows: 8 }, "Rows")).toBe(8);
    expect(numberOf({ NumberOfFrames: "x" }, "NumberOfFrames")).toBeUndefined();
    expect(itemsOf({ PatientID: "1" }, "PatientID")).toEqual([]);
    expect(itemsOf({ ContentSequence: [{}] }, "ContentSequence")).toEqual([{}]);
  });
});
