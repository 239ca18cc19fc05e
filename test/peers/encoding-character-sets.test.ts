import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  characterSets,
  composeStill,
  type DataSet,
  itemsOf,
  readPart10,
  readPart10Meta,
  recodedHead,
  sopClasses,
  textOf,
  transferSyntaxes,
  writePart10,
} from "../../src/dicom/dicom.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import { makeJpeg, stillInput } from "./dicom-fixture.ts";

/** A person's name, and words of a description and of comments, in the writing that the set is for. */
const samples: Readonly<Record<(typeof characterSets)[number], readonly [name: string, words: string]>> = {
  "ISO_IR 192": ["Yamada^Tarou=山田^太郎=やまだ^たろう", "Übersicht, 😀"],
  "ISO_IR 6": ["Mueller^Joerg", "Overview"],
  "ISO_IR 100": ["Müller^Jörg", "Übersicht, große"],
  "ISO_IR 101": ["Łukasz^Świętosław", "Žlutý kůň"],
  "ISO_IR 109": ["Ġużeppa^Ħal", "Ŝajno"],
  "ISO_IR 110": ["Ķārlis^Ŗūta", "Ģīmis"],
  "ISO_IR 144": ["Люкceмбypг^Ирина", "Общий вид"],
  "ISO_IR 127": ["قباني^لنزار", "نظرة"],
  "ISO_IR 126": ["Διονυσιος^Νικος", "Οπτική"],
  "ISO_IR 138": ["שרון^דבורה", "מבט"],
  "ISO_IR 148": ["Çavuşoğlu^İlker", "Genel bakış"],
  "ISO_IR 166": ["นามสกุล^ชื่อ", "ภาพรวม"],
  "ISO_IR 13": ["ﾔﾏﾀﾞ^ﾀﾛｳ", "ｶﾞﾝ 1"],
  "ISO 2022 IR 87": ["Yamada^Tarou=山田^太郎=やまだ^たろう", "白内障 2 手術"],
  "ISO 2022 IR 13\\ISO 2022 IR 87": ["ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう", "白内障 ﾔﾏ"],
  "ISO 2022 IR 87\\ISO 2022 IR 159": ["A^B=丂^山", "丂 A"],
  "ISO 2022 IR 149": ["Hong^Gildong=洪^吉洞=홍^길동", "백내장 1 수술"],
  "ISO 2022 IR 58": ["Zhang^XiaoDong=张^小东", "白内障 手术"],
  GB18030: ["Wang^XiaoDong=王^小东", "白内障 手术"],
  GBK: ["Wang^XiaoDong=王^小东", "白内障 手术"],
};

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let jpeg: Awaited<ReturnType<typeof makeJpeg>>;

/** An Instance in UTF-8 as it is stored, and as it is sent to a node with that set. */
async function sent(set: (typeof characterSets)[number]): Promise<{ readonly stored: string; readonly sent: string }> {
  const [name, words] = samples[set];
  const composed = composeStill(stillInput("vlMicroscopic", jpeg.sizeBytes));
  const comments = `${words}\r\n${words}`;
  const dataSet: DataSet = {
    ...composed,
    PatientName: name,
    ReferringPhysicianName: name,
    PerformingPhysicianName: name,
    InstitutionName: words,
    RequestAttributesSequence: [{ RequestedProcedureDescription: words, RequestedProcedureID: "RP1" }],
    ImageComments: comments,
  };
  const stored = join(folder.path, "stored.dcm");
  await writePart10(stored, {
    sopClassUid: sopClasses.vlMicroscopic.uid,
    sopInstanceUid: textOf(dataSet, "SOPInstanceUID"),
    transferSyntaxUid: transferSyntaxes.jpegBaseline,
    dataSet,
    pixelData: { kind: "encapsulated", ...jpeg },
  });
  const meta = await readPart10Meta(stored);
  const recoded = await recodedHead(stored, meta, set);
  if ("cannotHold" in recoded) throw new Error(`cannot hold ${recoded.cannotHold.join(", ")}`);
  const file = await readFile(stored);
  const rest = file.subarray(meta.dataSetOffset + recoded.replacesBytes);
  const path = join(folder.path, "sent.dcm");
  await writeFile(path, Buffer.concat([file.subarray(0, meta.dataSetOffset), recoded.head, rest]));
  return { stored, sent: path };
}

describePeer("an instance in a destination's character set", ["ffmpeg"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
    jpeg = await makeJpeg(folder.path);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it.each(characterSets)("%s: we read the same text and the same pixels", async (set) => {
    const paths = await sent(set);
    const [before, after] = [await readPart10(paths.stored), await readPart10(paths.sent)];
    const { SpecificCharacterSet: _, ...text } = before.dataSet;
    const { SpecificCharacterSet: declared, ...sentText } = after.dataSet;
    expect(sentText).toEqual(text);
    expect(declared === undefined).toBe(set === "ISO_IR 6");
    const [pixels] = after.pixelFragments;
    const bytes = (await readFile(paths.sent)).subarray(pixels?.offset, (pixels?.offset ?? 0) + jpeg.sizeBytes);
    expect(bytes.equals(await readFile(jpeg.path))).toBe(true);
  });

  describePeer("pydicom", ["pydicom"], () => {
    it.each(characterSets)("%s: pydicom reads the same text", async (set) => {
      const script = `
import sys, json, pydicom
ds = pydicom.dcmread(sys.argv[1], stop_before_pixels=True)
ds.decode()
print(json.dumps([str(ds.PatientName), str(ds.PerformingPhysicianName), ds.InstitutionName,
  ds.RequestAttributesSequence[0].RequestedProcedureDescription, ds.ImageComments]))`;
      const options = { env: { PYTHONIOENCODING: "utf-8" } };
      const { stdout, stderr } = await runTool(need("pydicom"), ["-c", script, (await sent(set)).sent], options);
      expect(stderr).not.toMatch(/Error|Warning/);
      const [name, words] = samples[set];
      // pydicom 2.3 leaves the escapes of GB 2312 in the text (it believes that Python takes them out); DCMTK does not.
      const read: unknown = JSON.parse(stdout.replaceAll("\\u001b$)A", ""));
      expect(read).toEqual([name, name, words, words, `${words}\r\n${words}`]);
    });
  });

  describePeer("DCMTK", ["dcmdump"], () => {
    /** Debian's DCMTK converts with glibc, which has no table for JIS X 0208 by itself; pydicom reads these. */
    const known = characterSets.filter((set) => !set.includes("IR 87"));

    it.each(known)("%s: DCMTK converts it to the same text in UTF-8", async (set) => {
      const utf8 = join(folder.path, "utf8.dcm");
      const { code, stderr } = await runTool("dcmconv", ["+U8", (await sent(set)).sent, utf8]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const { dataSet } = await readPart10(utf8);
      const [name, words] = samples[set];
      expect(textOf(dataSet, "PatientName")).toBe(name);
      expect(textOf(dataSet, "ImageComments")).toBe(`${words}\r\n${words}`);
      const [item = {}] = itemsOf(dataSet, "RequestAttributesSequence");
      expect(textOf(item, "RequestedProcedureDescription")).toBe(words);
    });
  });
});
