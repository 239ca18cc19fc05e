/** An HEVC clip, and what becomes of it for archives that take none, read by software none of us wrote. */
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { readVideo } from "../../src/capture/capture.ts";
import { readPart10Meta, transferSyntaxes, writePart10 } from "../../src/dicom/dicom.ts";
import { makeRendition, type OriginalEncoding, type RenditionMedia, type Rung } from "../../src/encoding/encoding.ts";
import { candidatesOf } from "../../src/fit/candidates.ts";
import { FitMedia } from "../../src/fit/media.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import { ffmpeg, frameHashes, type TestClip, type Written, writeRendition } from "./encoding-fixture.ts";

const { hevcMainLevel51, h264HighLevel41 } = transferSyntaxes;
const from: OriginalEncoding = { kind: "clip", sopClass: "videoMicroscopic", transferSyntaxUid: hevcMainLevel51 };
const signal = new AbortController().signal;
const aroundPixels = 256 * 1024;

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let clip: TestClip;
let large: TestClip;
let scratches = 0;

/** As the capture room records it: Main, no B frames, IDR key frames at a fixed distance, BT.709 limited. */
async function recordHevc(path: string, width: number, height: number, frames: number): Promise<TestClip> {
  const [fpsNum, fpsDen] = [30, 1];
  const groups =
    "keyint=15:min-keyint=15:open-gop=0:scenecut=0:bframes=0:level-idc=5.1:high-tier=0:info=0:log-level=error";
  ffmpeg([
    ...["-f", "lavfi", "-i", `testsrc2=size=${width}x${height}:rate=30`, "-frames:v", String(frames)],
    ...["-vf", "scale=out_color_matrix=bt709:out_range=limited,format=yuv420p,setsar=1", "-c:v", "libx265"],
    ...["-preset", "ultrafast", "-tune", "zerolatency", "-crf", "24", "-profile:v", "main", "-x265-params", groups],
    ...["-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv"],
    ...["-tag:v", "hvc1", "-movflags", "+faststart", "-use_editlist", "0", "-video_track_timescale", "30", path],
  ]);
  const { video } = await readVideo(path);
  const facts = { kind: "clip", width, height, frames, fpsNum, fpsDen, video } as const;
  return { path, facts: { ...facts, transferSyntaxUid: hevcMainLevel51 } };
}

async function scratch(): Promise<string> {
  scratches += 1;
  const path = join(folder.path, `scratch-${scratches}`);
  await mkdir(path);
  return path;
}

async function make(rung: Rung, of: TestClip, more: object = {}): Promise<RenditionMedia> {
  const { path: media, facts } = of;
  const directory = await scratch();
  return makeRendition({ media, facts, rung, maxBytes: 2e9, directory, ffmpegPath: "ffmpeg", signal, ...more });
}

async function streamOf(path: string): Promise<string> {
  const entries = "stream=codec_name,codec_tag_string,profile,level,width,height,nb_read_frames,color_space";
  const args = ["-v", "error", "-count_frames", "-show_entries", entries, "-of", "csv=p=0", path];
  return (await runTool("ffprobe", args)).stdout.trim();
}

/** dciodvfy stops at the pixels of a transfer syntax that it does not know: it is shown the same data set as H.264. */
async function expectNoErrors(made: Written | undefined): Promise<void> {
  if (made === undefined) throw new Error("nothing was made");
  const path = join(await scratch(), "known.dcm");
  const { sopClassUid, sopInstanceUid } = await readPart10Meta(made.path);
  const { dataSet, part } = made;
  const pixelData = part.pixelData;
  await writePart10(path, { sopClassUid, sopInstanceUid, transferSyntaxUid: h264HighLevel41, dataSet, pixelData });
  const { stderr } = await runTool("dciodvfy", [path]);
  expect(stderr.split("\n").filter((line) => line.startsWith("Error"))).toEqual([]);
}

describePeer("an HEVC clip", ["ffmpeg", "dcmdump", "dciodvfy", "ffprobe", "pydicom"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
    clip = await recordHevc(join(folder.path, "clip.mp4"), 320, 180, 60);
    large = await recordHevc(join(folder.path, "large.mp4"), 3840, 2160, 4);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("as it was recorded is an Instance that DCMTK, dicom3tools and pydicom read, its stream unchanged", async () => {
    const [made] = await writeRendition(await scratch(), "original", await make("original", clip), from);
    const path = made?.path ?? "";
    const { stdout } = await runTool("dcmdump", ["+P", "0002,0010", "+P", "0028,2114", path]);
    expect(stdout).toMatch(/TransferSyntaxUID/);
    expect(stdout).toMatch(/HEVC|1\.2\.840\.10008\.1\.2\.4\.107/);
    expect(stdout).toContain("[ISO_23008_2]");
    await expectNoErrors(made);
    const script = [
      "import pydicom,pydicom.encaps,sys",
      "d=pydicom.dcmread(sys.argv[1])",
      "f=pydicom.encaps.decode_data_sequence(d.PixelData)",
      "print(d.file_meta.TransferSyntaxUID,d.PhotometricInterpretation,d.NumberOfFrames,d.LossyImageCompressionMethod,len(f))",
      "open(sys.argv[2],'wb').write(f[0])",
    ].join("\n");
    const out = join(folder.path, "out.mp4");
    const read = await runTool(need("pydicom"), ["-c", script, path, out]);
    expect(read.stdout.trim()).toBe(`${hevcMainLevel51} YBR_PARTIAL_420 60 ISO_23008_2 1`);
    const [stored, recorded] = [await readFile(out), await readFile(clip.path)];
    expect(stored.subarray(0, recorded.length).equals(recorded)).toBe(true);
  });

  it("is cut at key frames into parts that each play, in a hvc1 track, with every frame once", async () => {
    const media = await make("videoEndoscopic", clip, { maxBytes: aroundPixels + 120_000 });
    expect(media.parts.length).toBeGreaterThan(1);
    const hashes: string[] = [];
    for (const { pixelData, transferSyntaxUid, frames } of media.parts) {
      expect(transferSyntaxUid).toBe(hevcMainLevel51);
      expect(await streamOf(pixelData.path)).toBe(`hevc,Main,hvc1,320,180,153,bt709,${frames}`);
      hashes.push(...frameHashes(pixelData.path));
    }
    expect(hashes).toEqual(frameHashes(clip.path));
  });

  it("goes as H.264 where HEVC is not taken: every frame, its own size, said to be derived", async () => {
    const media = await make("videoMicroscopicH264", clip);
    expect(media).toMatchObject({ derivation: "Re-encoded from HEVC to H.264", parts: [{ frames: 60 }] });
    const [made] = await writeRendition(await scratch(), "videoMicroscopicH264", media, from);
    expect(await streamOf(made?.part.pixelData.path ?? "")).toBe("h264,High,avc1,320,180,41,bt709,60");
    expect(made?.transferSyntaxUid).toBe(h264HighLevel41);
    await expectNoErrors(made);
    expect(made?.dataSet).toMatchObject({
      ImageType: ["DERIVED", "PRIMARY"],
      LossyImageCompressionMethod: ["ISO_23008_2", "ISO_14496_10"],
    });
  });

  it("of 2160p is scaled down for H.264, as far as its level demands, and says so", async () => {
    const media = await make("videoPhotographicH264", large);
    expect(media.derivation).toBe("Re-encoded from HEVC to H.264; scaled from 3840x2160 to 1920x1080");
    expect(media.derivationCodes.map(({ codeValue }) => codeValue)).toEqual(["113040", "113085"]);
    expect(media.parts).toMatchObject([{ rows: 1080, columns: 1920, frames: 4, transferSyntaxUid: h264HighLevel41 }]);
    expect(await streamOf(media.parts[0]?.pixelData.path ?? "")).toBe("h264,High,avc1,1920,1080,41,bt709,4");
  });

  it("is what a fit test sends for a box that records HEVC", async () => {
    const originals = { still: "vlMicroscopic", clip: "videoMicroscopic", recordsHevc: true } as const;
    const candidate = candidatesOf(originals).find(({ picture }) => picture === "hevcClip");
    if (candidate === undefined) throw new Error("no HEVC is tried");
    const size = { width: 320, height: 180 };
    const sizes = { still: size, clip: size, fastClip: size, hevcClip: size };
    const media = await new FitMedia({
      ffmpegPath: "ffmpeg",
      directory: await scratch(),
      sizes,
      signal,
    }).of(candidate);
    expect(media.parts).toMatchObject([{ transferSyntaxUid: hevcMainLevel51, frames: 10 }]);
    const { video } = await readVideo(media.parts[0]?.pixelData.path ?? "");
    expect(video).toMatchObject({ codec: "hevc", profileIdc: 1, highTier: false, levelIdc: 153 });
  });

  it("goes down the rest of the ladder as H.264 does", async () => {
    const mpeg2 = await make("videoMicroscopicMpeg2", clip);
    expect(mpeg2.derivation).toContain("Re-encoded from HEVC to MPEG-2");
    expect(mpeg2.parts[0]).toMatchObject({ frames: 60, lossyBefore: [{ method: "ISO_23008_2" }] });
    expect((await make("keyFrames", clip)).parts.map(({ sourceFrame }) => sourceFrame)).toEqual([1, 16, 31, 46]);
    expect((await make("multiFrameTrueColor", clip)).parts).toMatchObject([{ frames: 60 }]);
  });
});
