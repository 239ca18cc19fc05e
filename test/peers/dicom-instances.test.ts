import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  chooseVideoTransferSyntax,
  composeClip,
  composeStill,
  type DataSet,
  itemsOf,
  numberOf,
  type Part10Written,
  readJpegHeader,
  readPart10,
  type SopClassName,
  sopClasses,
  sopClassNames,
  textOf,
  textsOf,
  transferSyntaxes,
  writePart10,
} from "../../src/dicom/dicom.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import { clipInput, copiedClip, makeJpeg, makeMp4, stillInput } from "./dicom-fixture.ts";

type Media = Awaited<ReturnType<typeof makeJpeg>>;
interface Made {
  readonly path: string;
  readonly dataSet: DataSet;
  readonly media: Media;
  readonly written: Part10Written;
}
type Variant = "full" | "emergency" | "both eyes" | "derived";

/** Single pictures of a clip are made, and tested, in encoding-rungs.test.ts. */
type CapturedName = Exclude<SopClassName, "multiFrameTrueColor">;
const captured = sopClassNames.filter((name): name is CapturedName => name !== "multiFrameTrueColor");

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let jpeg: Media;
let mp4: Media;

async function make(name: CapturedName, variant: Variant = "full", transferSyntaxUid?: string): Promise<Made> {
  const media = sopClasses[name].kind === "still" ? jpeg : mp4;
  const dataSet = compose(name, variant, media.sizeBytes, transferSyntaxUid);
  const path = join(folder.path, `${name} ${variant}.dcm`);
  const video = transferSyntaxUid ?? transferSyntaxes.h264HighLevel41;
  const written = await writePart10(path, {
    sopClassUid: textOf(dataSet, "SOPClassUID"),
    sopInstanceUid: textOf(dataSet, "SOPInstanceUID"),
    transferSyntaxUid: sopClasses[name].kind === "still" ? transferSyntaxes.jpegBaseline : video,
    dataSet,
    pixelData: { kind: "encapsulated", ...media },
  });
  return { path, dataSet, media, written };
}

function compose(name: CapturedName, variant: Variant, sizeBytes: number, transferSyntaxUid?: string): DataSet {
  switch (name) {
    case "secondaryCapture":
    case "vlEndoscopic":
    case "vlMicroscopic":
    case "vlPhotographic":
      return composeStill(vary(stillInput(name, sizeBytes), variant));
    case "videoEndoscopic":
    case "videoMicroscopic":
    case "videoPhotographic":
      return composeClip(vary(clipInput(name, sizeBytes, transferSyntaxUid), variant));
    default:
      return name satisfies never;
  }
}

function vary<T extends ReturnType<typeof stillInput> | ReturnType<typeof clipInput>>(input: T, variant: Variant): T {
  const { series, instance } = input;
  const sources = [{ referencedSopClassUid: sopClasses.vlMicroscopic.uid, referencedSopInstanceUid: "1.2.3.4" }];
  switch (variant) {
    case "full":
      return input;
    case "emergency":
      return {
        ...input,
        patient: { patientName: "", patientId: "" },
        steps: [],
        study: { ...input.study, studyId: "", studyDescription: "" },
        performedStep: { ...input.performedStep, description: "", sopInstanceUid: undefined },
        series: { ...series, laterality: undefined },
        anatomicRegion: undefined,
      };
    case "both eyes": {
      const other = input.steps.map((step) => ({ ...step, accessionNumber: "A2", scheduledProcedureStepId: "SPS2" }));
      return { ...input, steps: [...input.steps, ...other], series: { ...series, laterality: "B" } };
    }
    case "derived":
      return { ...input, instance: { ...instance, derivation: { description: "Cropped", sources } } };
    default:
      return variant satisfies never;
  }
}

describePeer("instances of every SOP class", ["ffmpeg"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
    [jpeg, mp4] = [await makeJpeg(folder.path), await makeMp4(folder.path)];
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  const variants: readonly Variant[] = ["full", "emergency", "both eyes", "derived"];
  const cases = captured.flatMap((name) => variants.map((variant) => [name, variant] as const));

  it.each(captured)("%s: the pixels in the file are the capture's, byte for byte", async (name) => {
    const { path, media, written } = await make(name);
    const [file, pixels, { pixelFragments }] = [
      await readFile(path),
      await readFile(media.path),
      await readPart10(path),
    ];
    expect(pixelFragments).toHaveLength(1);
    const offset = pixelFragments[0]?.offset ?? 0;
    expect(file.subarray(offset, offset + pixels.length).equals(pixels)).toBe(true);
    expect(written.sha256).toBe(createHash("sha256").update(file).digest("hex"));
  });

  it("the fixture is the JPEG that the header describes", async () => {
    const { dataSet } = await make("vlMicroscopic");
    const header = readJpegHeader(await readFile(jpeg.path));
    expect(header).toMatchObject({ process: "baseline", subsampling: "4:2:2", bitsPerSample: 8 });
    expect(dataSet).toMatchObject({
      Rows: header.rows,
      Columns: header.columns,
      SamplesPerPixel: header.samplesPerPixel,
      PhotometricInterpretation: header.photometricInterpretation,
    });
  });

  describePeer("dicom3tools", ["dciodvfy"], () => {
    it.each(cases)("dciodvfy finds no error in %s, %s", async (name, variant) => {
      const { path } = await make(name, variant);
      const { stdout, stderr } = await runTool(need("dciodvfy"), [path]);
      const said = `${stdout}${stderr}`;
      expect(said).toMatch(/Image/);
      expect(said.split("\n").filter((line) => line.includes("Error"))).toEqual([]);
    });

    it("dciodvfy finds no error in a clip that is a network encoder's own stream, and every frame of it decodes", async () => {
      const copied = await copiedClip(folder.path, mp4.path);
      const facts = { width: 480, height: 270, frameRate: 30_000 / 1001, chromaFormat: "4:2:0" } as const;
      const [video, frames] = [copied.video, copied.frames];
      expect(frames).toBe(60);
      expect(video.codec === "h264" && chooseVideoTransferSyntax({ ...video, ...facts })).toEqual({
        uid: transferSyntaxes.h264HighLevel41,
      });
      const dataSet = composeClip(clipInput("videoMicroscopic", copied.sizeBytes));
      expect(dataSet).toMatchObject({ LossyImageCompressionMethod: ["ISO_14496_10"] });
      const path = join(folder.path, "copied.dcm");
      await writePart10(path, {
        sopClassUid: textOf(dataSet, "SOPClassUID"),
        sopInstanceUid: textOf(dataSet, "SOPInstanceUID"),
        transferSyntaxUid: transferSyntaxes.h264HighLevel41,
        dataSet,
        pixelData: { kind: "encapsulated", path: copied.file, sizeBytes: copied.sizeBytes },
      });
      const { stdout, stderr } = await runTool(need("dciodvfy"), [path]);
      expect(`${stdout}${stderr}`).toMatch(/Image/);
      expect(`${stdout}${stderr}`).not.toContain("Error");
      const count = ["-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames", "-of", "csv=p=0"];
      expect(await runTool("ffprobe", [...count, copied.file])).toMatchObject({ stdout: "60\n", stderr: "" });
    });

    it("dciodvfy takes .104 too", async () => {
      const { path } = await make("videoMicroscopic", "full", transferSyntaxes.h264HighLevel42);
      const { stdout, stderr } = await runTool(need("dciodvfy"), [path]);
      expect(`${stdout}${stderr}`).not.toContain("Error");
    });
  });

  describePeer("DCMTK", ["dcmdump", "dcmftest", "dcmdjpeg"], () => {
    it.each(captured)("dcmdump reads %s to its end", async (name) => {
      const { path, dataSet } = await make(name);
      expect((await runTool(need("dcmftest"), [path])).stdout).toMatch(/^yes/);
      const { code, stdout, stderr } = await runTool(need("dcmdump"), ["-q", "+L", path]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      expect(stdout).toContain(`[${textOf(dataSet, "PatientName")}]`);
      expect(stdout).toMatch(/\(7fe0,0010\) OB \(PixelSequence #=2\)/);
      expect(stdout.includes("(0028,0009) AT (0018,1063)")).toBe(sopClasses[name].kind === "clip");
    });

    it("what it decodes from a still is what ffmpeg decodes from the JPEG", async () => {
      const { path } = await make("secondaryCapture");
      const decoded = join(folder.path, "decoded.dcm");
      expect((await runTool(need("dcmdjpeg"), [path, decoded])).code).toBe(0);
      const { dataSet, pixelFragments } = await readPart10(decoded);
      expect(dataSet.PhotometricInterpretation).toBe("RGB");
      const { offset, sizeBytes } = pixelFragments[0] ?? { offset: 0, sizeBytes: 0 };
      expect(sizeBytes).toBe(480 * 270 * 3);
      const theirs = (await readFile(decoded)).subarray(offset, offset + sizeBytes);
      const raw = join(folder.path, "decoded.rgb");
      const args = [
        "-nostdin",
        "-loglevel",
        "error",
        "-y",
        "-i",
        jpeg.path,
        "-f",
        "rawvideo",
        "-pix_fmt",
        "rgb24",
        raw,
      ];
      expect((await runTool(need("ffmpeg"), args)).code).toBe(0);
      const ours = await readFile(raw);
      const meanDifference =
        theirs.reduce((sum, byte, at) => sum + Math.abs(byte - (ours[at] ?? 0)), 0) / theirs.length;
      // Two decoders round and upsample chroma differently; wrong colour would be far off.
      expect(meanDifference).toBeLessThan(4);
    });

    it.each([
      ["implicit VR, defined lengths", ["+ti", "+e"]],
      ["implicit VR, undefined lengths", ["+ti", "-e"]],
      ["explicit VR, undefined lengths and group lengths", ["+te", "-e", "+g"]],
    ])("we read what it writes: %s", async (_name, options) => {
      const { path } = await make("vlMicroscopic");
      const decoded = join(folder.path, "decoded.dcm");
      const converted = join(folder.path, "converted.dcm");
      expect((await runTool(need("dcmdjpeg"), ["+ua", path, decoded])).code).toBe(0);
      const conversion = await runTool("dcmconv", [...options, decoded, converted]);
      expect(conversion.code).toBe(0);
      const [before, after] = [await readPart10(decoded), await readPart10(converted)];
      expect(after.dataSet).toEqual(before.dataSet);
      expect(Object.keys(after.dataSet).length).toBeGreaterThan(50);
      expect(itemsOf(after.dataSet, "RequestAttributesSequence")).toHaveLength(1);
    });
  });

  describePeer("pydicom", ["pydicom"], () => {
    it.each(captured)("pydicom reads %s as we do", async (name) => {
      const { path, dataSet, media } = await make(name);
      const script = `
import sys, json, hashlib, pydicom
from pydicom.encaps import generate_pixel_data_fragment, get_frame_offsets
from pydicom.filebase import DicomBytesIO
ds = pydicom.dcmread(sys.argv[1])
fp = DicomBytesIO(ds.PixelData); fp.is_little_endian = True
table, offsets = get_frame_offsets(fp)
fragments = list(generate_pixel_data_fragment(fp))
size = int(sys.argv[2])
print(json.dumps({"keywords": [e.keyword for e in ds if e.keyword != "PixelData"], "name": str(ds.PatientName),
  "physician": str(ds.PerformingPhysicianName), "fragments": len(fragments), "table": bool(table),
  "sha256": hashlib.sha256(fragments[0][:size]).hexdigest(), "meta": ds.file_meta.MediaStorageSOPInstanceUID,
  "request": ds.RequestAttributesSequence[0].ScheduledProcedureStepID}))`;
      const read = await runTool(need("pydicom"), ["-c", script, path, String(media.sizeBytes)], {
        env: { PYTHONIOENCODING: "utf-8" },
      });
      expect(read.stderr).not.toMatch(/Error|Warning/);
      const keywords = Object.keys(dataSet).filter((keyword) => dataSet[keyword] !== undefined);
      const result: unknown = JSON.parse(read.stdout);
      expect(result).toMatchObject({
        name: textOf(dataSet, "PatientName"),
        physician: textOf(dataSet, "PerformingPhysicianName"),
        fragments: 1,
        table: false,
        sha256: createHash("sha256")
          .update(await readFile(media.path))
          .digest("hex"),
        meta: textOf(dataSet, "SOPInstanceUID"),
        request: "SPS1",
      });
      expect((result as { keywords: string[] }).keywords.sort()).toEqual(keywords.sort());
    });
  });

  describePeer("GDCM", ["gdcminfo"], () => {
    // GDCM 3.0.21 knows .102 but none of .104 to .108.
    it.each(captured)("gdcminfo understands %s", async (name) => {
      const { path } = await make(name);
      const { code, stdout } = await runTool(need("gdcminfo"), [path]);
      expect(code).toBe(0);
      expect(stdout).toContain(sopClasses[name].uid);
      expect(stdout).toContain(`Dimensions: (480,270,${sopClasses[name].kind === "clip" ? 60 : 1})`);
    });
  });

  describePeer("what dciodvfy does not catch", ["ffprobe"], () => {
    it("the clip in the instance is whole, High, and has as many frames, rows and columns as the header says", async () => {
      const { path, dataSet } = await make("videoMicroscopic");
      const { pixelFragments } = await readPart10(path);
      const { offset, sizeBytes } = pixelFragments[0] ?? { offset: 0, sizeBytes: 0 };
      const extracted = join(folder.path, "extracted.mp4");
      await writeFile(extracted, (await readFile(path)).subarray(offset, offset + sizeBytes));
      const entries = "stream=profile,level,width,height,nb_read_frames,r_frame_rate,pix_fmt";
      const args = [
        "-v",
        "error",
        "-count_frames",
        "-select_streams",
        "v:0",
        "-show_entries",
        entries,
        "-of",
        "json",
        extracted,
      ];
      const { stdout } = await runTool(need("ffprobe"), args);
      const { streams } = JSON.parse(stdout) as { streams: Record<string, string | number>[] };
      expect(streams[0]).toEqual({
        profile: "High",
        level: 41,
        pix_fmt: "yuv420p",
        width: dataSet.Columns,
        height: dataSet.Rows,
        nb_read_frames: String(numberOf(dataSet, "NumberOfFrames")),
        r_frame_rate: "30000/1001",
      });
      expect(numberOf(dataSet, "FrameTime")).toBeCloseTo(1001 / 30, 6);
    });

    it.each(cases)("%s, %s: colour, lossy history and derivation are true", async (name, variant) => {
      const { dataSet } = await readPart10((await make(name, variant)).path);
      const isClip = sopClasses[name].kind === "clip";
      expect(dataSet.PhotometricInterpretation).toBe(isClip ? "YBR_PARTIAL_420" : "YBR_FULL_422");
      expect(dataSet.LossyImageCompression).toBe("01");
      expect(textsOf(dataSet, "LossyImageCompressionMethod")).toEqual([isClip ? "ISO_14496_10" : "ISO_10918_1"]);
      const uncompressed = 480 * 270 * 3 * (isClip ? 60 : 1);
      const ratio = uncompressed / (isClip ? mp4 : jpeg).sizeBytes;
      expect(numberOf(dataSet, "LossyImageCompressionRatio")).toBeCloseTo(ratio, 2);
      expect(dataSet.Modality).toBe(sopClasses[name].modality ?? "GM");
      expect(textOf(dataSet, "ImageType")).toBe(variant === "derived" ? "DERIVED" : "ORIGINAL");
      expect(textOf(dataSet, "DerivationDescription")).toBe(variant === "derived" ? "Cropped" : "");
      expect(dataSet).not.toHaveProperty("PixelAspectRatio");
      expect(dataSet).not.toHaveProperty("PixelSpacing");
    });
  });
});
