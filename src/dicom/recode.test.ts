import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { characterSets } from "./character-set.ts";
import type { DataSet } from "./data-set.ts";
import { decodeDataSet } from "./decode.ts";
import { encodeDataSet } from "./encode.ts";
import { readPart10Meta } from "./part10-read.ts";
import { writePart10 } from "./part10-write.ts";
import { recodeDataSet, recodedHead } from "./recode.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";

const latin: DataSet = {
  SpecificCharacterSet: "ISO_IR 192",
  SOPClassUID: "1.2.3",
  SOPInstanceUID: "1.2.4",
  StudyInstanceUID: "1.2.5",
  SeriesInstanceUID: "1.2.6",
  PatientName: "Müller^Jörg",
  PatientID: "1",
  RequestAttributesSequence: [{ SpecificCharacterSet: "ISO_IR 192", RequestedProcedureDescription: "Übersicht" }],
  ImageComments: "Zeile eins\r\nZeile zwei: größer",
};

const read = (bytes: Uint8Array): DataSet => decodeDataSet(bytes, { transferSyntax: "explicit" });

describe("a data set for a destination", () => {
  it("has the same text in the destination's set", () => {
    const recoded = recodeDataSet(latin, "ISO_IR 100");
    if ("cannotHold" in recoded) throw new Error("it holds");
    const bytes = encodeDataSet(recoded.dataSet, { transferSyntax: "explicit" });
    expect(bytes.includes(Buffer.from("M\xfcller^J\xf6rg", "latin1"))).toBe(true);
    expect(bytes.includes(Buffer.from("\xdcbersicht", "latin1"))).toBe(true);
    const { SpecificCharacterSet: _, ...text } = read(bytes);
    expect(text).toMatchObject({ PatientName: "Müller^Jörg", ImageComments: latin.ImageComments });
    expect(text.RequestAttributesSequence).toEqual([{ RequestedProcedureDescription: "Übersicht" }]);
  });

  it("that the set cannot hold names the attributes, not their text", () => {
    const recoded = recodeDataSet({ ...latin, PatientName: "山田^太郎" }, "ISO_IR 6");
    expect(recoded).toEqual({
      cannotHold: ["PatientName", "RequestAttributesSequence.RequestedProcedureDescription", "ImageComments"],
    });
  });

  it("in plain ASCII declares nothing in the default repertoire", () => {
    const recoded = recodeDataSet({ SpecificCharacterSet: "ISO_IR 192", PatientName: "A^B" }, "ISO_IR 6");
    expect(recoded).toEqual({ dataSet: { PatientName: "A^B" } });
  });

  it.each(characterSets)("of ASCII is unchanged in %s", (set) => {
    const recoded = recodeDataSet({ PatientName: "A^B", PatientID: "1", StudyDescription: "a b" }, set);
    if ("cannotHold" in recoded) throw new Error("it holds");
    expect(read(encodeDataSet(recoded.dataSet, { transferSyntax: "explicit" }))).toMatchObject({ PatientName: "A^B" });
  });
});

describe("the head of a stored instance", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "scopeline-recode-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  async function stored(dataSet: DataSet): Promise<string> {
    const path = join(folder, "instance.dcm");
    const pixels = join(folder, "pixels");
    await writeFile(pixels, Buffer.from("0123456789"));
    await writePart10(path, {
      sopClassUid: "1.2.3",
      sopInstanceUid: "1.2.4",
      transferSyntaxUid: transferSyntaxes.jpegBaseline,
      dataSet,
      pixelData: { kind: "encapsulated", path: pixels, sizeBytes: 10 },
    });
    return path;
  }

  const { RequestAttributesSequence: _, ...flat } = latin;
  const composed: DataSet = { ...flat, RequestAttributesSequence: [{ RequestedProcedureDescription: "Übersicht" }] };

  it("replaces everything up to Pixel Data, and nothing of it", async () => {
    const path = await stored(composed);
    const meta = await readPart10Meta(path);
    const recoded = await recodedHead(path, meta, "ISO_IR 100");
    if ("cannotHold" in recoded) throw new Error("it holds");
    const original = encodeDataSet(composed, { transferSyntax: "explicit" });
    expect(recoded.replacesBytes).toBe(original.length);
    expect(recoded.head.length).toBeLessThan(original.length);
    const { SpecificCharacterSet, ...text } = read(recoded.head);
    const { SpecificCharacterSet: __, ...before } = read(original);
    expect(SpecificCharacterSet).toBe("ISO_IR 100");
    expect(text).toEqual(before);
  });

  it("is nothing where the instance is in that set already", async () => {
    const path = await stored(composed);
    expect(await recodedHead(path, await readPart10Meta(path), "ISO_IR 192")).toEqual({
      head: Buffer.alloc(0),
      replacesBytes: 0,
    });
  });

  it("does not mind spaces that say nothing", async () => {
    const path = await stored({ ...composed, StudyDescription: " größer ", InstitutionName: "" });
    const recoded = await recodedHead(path, await readPart10Meta(path), "ISO_IR 100");
    if ("cannotHold" in recoded) throw new Error("it holds");
    expect(read(recoded.head)).toMatchObject({ StudyDescription: "größer", InstitutionName: "" });
  });

  it("is held where the set cannot hold it", async () => {
    const path = await stored(composed);
    const held = await recodedHead(path, await readPart10Meta(path), "ISO_IR 144");
    expect(held).toMatchObject({ cannotHold: ["PatientName", "ImageComments", expect.stringContaining(".")] });
  });

  it("of a file that is not as we write it is refused", async () => {
    const path = await stored(composed);
    const meta = { ...(await readPart10Meta(path)), transferSyntaxUid: transferSyntaxes.implicitLittleEndian };
    await expect(recodedHead(path, meta, "ISO_IR 100")).rejects.toMatchObject({ code: "unsupported" });
  });
});
