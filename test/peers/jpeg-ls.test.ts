import { mkdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type LossySource, readPart10, textOf, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { makeRendition, type OriginalEncoding, type Rung } from "../../src/encoding/encoding.ts";
import { ffmpegPath, pixelsOf, profileOf, rigFor, small } from "../integration/capture-rig.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import { writeRendition } from "./encoding-fixture.ts";

type Encoding = "jpeg-ls" | "uncompressed";

interface KeptFile {
  readonly path: string;
  readonly pixels: Buffer;
}

const { width, height } = small;
const syntaxes = { "jpeg-ls": transferSyntaxes.jpegLsLossless, uncompressed: transferSyntaxes.explicitLittleEndian };
const kept = new Map<Encoding, KeptFile>();
let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let scratches = 0;

/** A still of a running source, of a frame with noise in it, as its profile asks. */
async function keep(encoding: Encoding): Promise<KeptFile> {
  const profile = { ...profileOf("simulated-microscope", small), still: { encoding } } as const;
  await using rig = await rigFor(profile);
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const still = await rig.source.keepStill({
    file: join(folder.path, `${encoding}.jpg`),
    thumbnailFile: join(folder.path, `${encoding}-small.jpg`),
  });
  const ending = encoding === "jpeg-ls" ? ".jls" : ".rgb";
  expect(still).toMatchObject({ encoding, width, height, subsampling: "4:4:4", sourceWasLossy: false });
  expect(still.file).toBe(join(folder.path, `${encoding}${ending}`));
  expect(still.sizeBytes).toBe((await stat(still.file)).size);
  const pixels = encoding === "jpeg-ls" ? await pixelsOf(still.file, "rgb24") : await readFile(still.file);
  expect(pixels.length).toBe(width * height * 3);
  return { path: still.file, pixels };
}

/** `lossyBefore`: what the source had lost before. */
async function instanceOf(encoding: Encoding, rung: Rung, lossyBefore?: readonly LossySource[]): Promise<string> {
  scratches += 1;
  const scratch = join(folder.path, `scratch-${scratches}`);
  const media = await makeRendition({
    media: kept.get(encoding)?.path ?? "",
    ...{ facts: { kind: "still", encoding, width, height }, rung, maxBytes: 2_000_000_000 },
    ...{ directory: folder.path, ffmpegPath, signal: new AbortController().signal },
  });
  const from: OriginalEncoding = { kind: "still", sopClass: "vlMicroscopic", transferSyntaxUid: syntaxes[encoding] };
  await mkdir(scratch);
  const parts = media.parts.map((part) => (lossyBefore === undefined ? part : { ...part, lossyBefore }));
  const [written] = await writeRendition(scratch, rung, { ...media, parts }, from);
  return written?.path ?? "";
}

/** The pixels at the end of an uncompressed file. */
async function nativePixels(path: string): Promise<Buffer> {
  const file = await readFile(path);
  return file.subarray(file.length - width * height * 3);
}

/** The DQT segments of a JPEG (ITU-T T.81 B.2.4.1), in hexadecimal. */
function quantisationTables(jpeg: Buffer): string[] {
  const found: string[] = [];
  for (let at = 2; jpeg.readUInt16BE(at) !== 0xffda; at += 2 + jpeg.readUInt16BE(at + 2)) {
    if (jpeg.readUInt16BE(at) === 0xffdb) found.push(jpeg.toString("hex", at + 4, at + 2 + jpeg.readUInt16BE(at + 2)));
  }
  return found;
}

const sameAs = (encoding: Encoding, pixels: Buffer): boolean => kept.get(encoding)?.pixels.equals(pixels) === true;

describePeer("stills without loss", ["ffmpeg"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
    for (const encoding of ["jpeg-ls", "uncompressed"] as const) kept.set(encoding, await keep(encoding));
  }, 60_000);
  afterAll(() => folder[Symbol.asyncDispose]());

  it("hold more than a JPEG would: neighbours that differ by one step", () => {
    const { pixels } = kept.get("uncompressed") ?? { pixels: Buffer.alloc(0) };
    expect(new Set(pixels).size).toBeGreaterThan(100);
  });

  it.each(["jpeg-ls", "uncompressed"] as const)(
    "%s has its small picture beside it, made meanwhile",
    async (encoding) => {
      const thumbnail = join(folder.path, `${encoding}-small.jpg`);
      expect((await pixelsOf(thumbnail, "rgb24")).length).toBe(480 * 270 * 3);
    },
  );

  it("say so: Lossy Image Compression 00, RGB, and the transfer syntax of the file", async () => {
    const { meta, dataSet } = await readPart10(await instanceOf("jpeg-ls", "original"));
    expect(meta).toMatchObject({ transferSyntaxUid: "1.2.840.10008.1.2.4.80" });
    expect(dataSet).toMatchObject({ LossyImageCompression: "00", PhotometricInterpretation: "RGB" });
    expect(dataSet.LossyImageCompressionMethod).toBeUndefined();
  });

  describePeer("DCMTK", ["dcmdjpls"], () => {
    it.each(["original", "secondaryCapture"] as const)("dcmdjpls gives every pixel of %s back", async (rung) => {
      const path = await instanceOf("jpeg-ls", rung);
      const decoded = `${path}.native`;
      const { code, stderr } = await runTool(need("dcmdjpls"), [path, decoded]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(sameAs("jpeg-ls", await nativePixels(decoded))).toBe(true);
    });
  });

  describePeer("GDCM", ["gdcmconv"], () => {
    it("gdcmconv gives every pixel back", async () => {
      const path = await instanceOf("jpeg-ls", "original");
      const decoded = `${path}.native`;
      const { code, stderr } = await runTool(need("gdcmconv"), ["--raw", path, decoded]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const pixels = (await readPart10(decoded)).pixelFragments;
      const { offset, sizeBytes } = pixels[0] ?? { offset: 0, sizeBytes: 0 };
      expect(sameAs("jpeg-ls", (await readFile(decoded)).subarray(offset, offset + sizeBytes))).toBe(true);
    });
  });

  it.each([
    ["jpeg-ls", "secondaryCaptureUncompressed"],
    ["uncompressed", "secondaryCaptureUncompressed"],
    ["uncompressed", "original"],
  ] as const)(
    "%s as %s holds the same pixels, uncompressed, for a node that takes nothing else",
    async (encoding, rung) => {
      const path = await instanceOf(encoding, rung);
      const { meta, dataSet } = await readPart10(path);
      expect(meta).toMatchObject({ transferSyntaxUid: transferSyntaxes.explicitLittleEndian });
      expect(dataSet).toMatchObject({ LossyImageCompression: "00" });
      expect(sameAs(encoding, await nativePixels(path))).toBe(true);
    },
  );

  it.each([
    ["jpeg-ls", "jpeg", "77.1.2"],
    ["uncompressed", "secondaryCaptureJpeg", "7"],
  ] as const)("%s as %s is the same picture, and says that and how it lost something", async (encoding, rung, type) => {
    const path = await instanceOf(encoding, rung);
    const { meta, dataSet, pixelFragments } = await readPart10(path);
    const sopClassUid = `1.2.840.10008.5.1.4.1.1.${type}`;
    expect(meta).toMatchObject({ transferSyntaxUid: transferSyntaxes.jpegBaseline, sopClassUid });
    expect(dataSet).toMatchObject({
      LossyImageCompression: "01",
      PhotometricInterpretation: "YBR_FULL_422",
      ImageType: ["DERIVED", "PRIMARY"],
      SourceImageSequence: [{ ReferencedSOPInstanceUID: "1.2.3.4" }],
      DerivationCodeSequence: [{ CodeValue: "113040" }],
    });
    expect(textOf(dataSet, "LossyImageCompressionMethod")).toBe("ISO_10918_1");
    expect(textOf(dataSet, "DerivationDescription")).toMatch(/^Encoded from .* to JPEG$/);
    // Behind the offset table.
    const { offset, sizeBytes } = pixelFragments.at(-1) ?? { offset: 0, sizeBytes: 0 };
    expect(Number(textOf(dataSet, "LossyImageCompressionRatio"))).toBeCloseTo((width * height * 3) / sizeBytes, 1);
    const jpeg = `${path}.jpg`;
    await writeFile(jpeg, (await readFile(path)).subarray(offset, offset + sizeBytes));
    const decoded = await pixelsOf(jpeg, "rgb24");
    const { pixels } = kept.get(encoding) ?? { pixels: Buffer.alloc(0) };
    const off = decoded.reduce((sum, value, at) => sum + Math.abs(value - (pixels[at] ?? 0)), 0) / decoded.length;
    expect(decoded.length).toBe(pixels.length);
    expect(off).toBeGreaterThan(0);
    expect(off).toBeLessThan(6);
  });

  it("are made a JPEG of the quality that the box's JPEG stills have", async () => {
    const profile = profileOf("simulated-microscope", small);
    expect(profile.still).toEqual({ encoding: "jpeg", quantiser: 2 });
    await using rig = await rigFor(profile);
    await rig.until(() => rig.source.newestFrame() !== null, "a picture");
    const [file, thumbnailFile] = [join(folder.path, "plain.jpg"), join(folder.path, "plain-small.jpg")];
    const still = await rig.source.keepStill({ file, thumbnailFile });
    const tables = quantisationTables(await readFile(still.file));
    expect(tables).toHaveLength(1);
    for (const encoding of ["jpeg-ls", "uncompressed"] as const) {
      const path = await instanceOf(encoding, "jpeg");
      const { pixelFragments } = await readPart10(path);
      const { offset, sizeBytes } = pixelFragments.at(-1) ?? { offset: 0, sizeBytes: 0 };
      const jpeg = (await readFile(path)).subarray(offset, offset + sizeBytes);
      expect(quantisationTables(jpeg), encoding).toEqual(tables);
    }
  });

  it("of a source that had lost something before never claim otherwise, in any form", async () => {
    const before = [{ method: "ISO_14496_10" }] as const;
    for (const rung of ["original", "secondaryCaptureUncompressed"] as const) {
      const { dataSet } = await readPart10(await instanceOf("jpeg-ls", rung, before));
      expect(dataSet.LossyImageCompression, rung).toBe("01");
    }
  });

  describePeer("dicom3tools", ["dciodvfy"], () => {
    it.each([
      ["jpeg-ls", "original", []],
      ["jpeg-ls", "original", [{ method: "ISO_14496_10" }]],
      ["jpeg-ls", "original", [{ method: "ISO_14496_10", ratio: 50 }]],
      ["jpeg-ls", "secondaryCapture", []],
      ["jpeg-ls", "secondaryCaptureUncompressed", []],
      ["jpeg-ls", "jpeg", []],
      ["uncompressed", "original", []],
      ["uncompressed", "secondaryCaptureJpeg", []],
    ] as const)("dciodvfy finds no error in %s as %s after %j", async (encoding, rung, lossyBefore) => {
      const { stdout, stderr } = await runTool(need("dciodvfy"), [await instanceOf(encoding, rung, lossyBefore)]);
      expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("Error"))).toEqual([]);
      expect(`${stdout}${stderr}`).toMatch(/Image/);
    });
  });
});
