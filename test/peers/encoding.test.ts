import { createHash } from "node:crypto";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { runFfmpegJob } from "../../src/capture/capture.ts";
import { clipRungs, readPart10, stillRungs, textOf, textsOf, transferSyntaxes } from "../../src/dicom/dicom.ts";
import {
  ladderOf,
  makeRendition,
  type OriginalEncoding,
  type RenditionMedia,
  type Rung,
  splitClip,
} from "../../src/encoding/encoding.ts";
import { readMp4Index } from "../../src/encoding/mp4-index.ts";
import { describePeer, need, runTool, temporaryDirectory } from "../support/peers.ts";
import {
  ffmpeg,
  frameHashes,
  recordClip,
  sizeOf,
  type TestClip,
  type Written,
  writeRendition,
} from "./encoding-fixture.ts";

const plenty = 2_000_000_000;
const signal = new AbortController().signal;
const stillOriginal = {
  kind: "still",
  sopClass: "vlMicroscopic",
  transferSyntaxUid: transferSyntaxes.jpegBaseline,
} as const;
const aroundPixels = 256 * 1024;

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let clip: TestClip;
let red: TestClip;
let jpeg: string;
let scratches = 0;

async function scratch(): Promise<string> {
  scratches += 1;
  const path = join(folder.path, `scratch-${scratches}`);
  await mkdir(path);
  return path;
}

async function make(rung: Rung, from: TestClip = clip, more: object = {}): Promise<RenditionMedia> {
  const { path: media, facts } = from;
  return makeRendition({
    media,
    facts,
    rung,
    maxBytes: plenty,
    directory: await scratch(),
    ffmpegPath: "ffmpeg",
    signal,
    ...more,
  });
}

async function makeStill(rung: Rung): Promise<RenditionMedia> {
  const facts = { kind: "still", width: 480, height: 270 } as const;
  const directory = await scratch();
  return makeRendition({ media: jpeg, facts, rung, maxBytes: plenty, directory, ffmpegPath: "ffmpeg", signal });
}

async function instancesOf(rung: Rung, media: RenditionMedia, isStill = false): Promise<readonly Written[]> {
  return writeRendition(await scratch(), rung, media, isStill ? stillOriginal : undefined);
}

/** The bytes of the pixel data's fragments, one after the other. */
async function pixelsOf(path: string): Promise<Buffer> {
  const [file, { pixelFragments }] = [await readFile(path), await readPart10(path)];
  return Buffer.concat(pixelFragments.map(({ offset, sizeBytes }) => file.subarray(offset, offset + sizeBytes)));
}

const probed =
  "codec_name,profile,level,width,height,nb_read_frames,r_frame_rate,sample_aspect_ratio,display_aspect_ratio,color_space,color_primaries,color_range,field_order,pix_fmt";

async function probe(path: string): Promise<Record<string, unknown>> {
  const args = ["-v", "error", "-count_frames", "-show_entries", `stream=${probed}`, "-of", "json", path];
  const { stdout } = await runTool("ffprobe", args);
  const { streams } = JSON.parse(stdout) as { streams: Record<string, unknown>[] };
  return streams[0] ?? {};
}

/** The mean colour of a picture's middle as R, G, B. */
function middle(path: string, filter = ""): readonly number[] {
  const crop = `${filter}scale=flags=accurate_rnd,format=rgb24,crop=64:64`;
  const bytes = ffmpeg(["-i", path, "-frames:v", "1", "-vf", crop, "-f", "rawvideo", "-"]);
  return [0, 1, 2].map((channel) => {
    const values = bytes.filter((_, at) => at % 3 === channel);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  });
}

describePeer("renditions", ["ffmpeg"], () => {
  beforeAll(async () => {
    folder = await temporaryDirectory();
    const shape = { width: 640, height: 360, fpsNum: 25, fpsDen: 1, frames: 250, gop: 25 };
    clip = await recordClip(join(folder.path, "clip.mp4"), { ...shape, graph: "testsrc2" });
    red = await recordClip(join(folder.path, "red.mp4"), { ...shape, graph: "color=c=0xc02040", frames: 30 });
    jpeg = join(folder.path, "still.jpg");
    const pattern = ["-f", "lavfi", "-i", "testsrc2=size=480x270", "-frames:v", "1"];
    ffmpeg([...pattern, "-vf", "scale=out_color_matrix=bt601:out_range=full,format=yuvj422p", "-c:v", "mjpeg", jpeg]);
  });
  afterAll(() => folder[Symbol.asyncDispose]());

  it("the original as a whole is the file itself, and nothing is said of it", async () => {
    const media = await make("original");
    expect(media).toMatchObject({ derivation: null, derivationCodes: [] });
    expect(media.parts.map(({ pixelData }) => pixelData.path)).toEqual([clip.path]);
    expect(media.parts[0]).toMatchObject({
      frames: 250,
      durationMs: 10_000,
      startOffsetMs: 0,
      rows: 360,
      columns: 640,
    });
  });

  it.each(["videoMicroscopic", "videoEndoscopic", "videoPhotographic"] as const)(
    "%s holds the same stream, byte for byte, and says that it is derived",
    async (rung) => {
      const from = {
        kind: "clip",
        sopClass: "multiFrameTrueColor",
        transferSyntaxUid: transferSyntaxes.h264HighLevel41,
      } as const;
      const [made] = await writeRendition(await scratch(), rung, await make(rung), from);
      const pixels = await pixelsOf(made?.path ?? "");
      const recorded = await readFile(clip.path);
      expect(pixels.subarray(0, recorded.length).equals(recorded)).toBe(true);
      expect(pixels.length - recorded.length).toBeLessThan(2);
      expect(made?.dataSet).toMatchObject({ ImageType: ["DERIVED", "PRIMARY"], NumberOfFrames: 250 });
      expect(made?.dataSet.LossyImageCompressionMethod).toEqual(["ISO_14496_10"]);
    },
  );

  describe("a long clip", () => {
    const maxBytes = aroundPixels + 800_000;

    it("is cut at key frames into parts that each play, with every frame once", async () => {
      const media = await make("original", clip, { maxBytes });
      expect(media.parts.length).toBeGreaterThan(2);
      expect(media.derivation).toContain(`${media.parts.length} parts`);
      let before = 0;
      const hashes: string[] = [];
      for (const part of media.parts) {
        const { path } = part.pixelData;
        expect(part.startOffsetMs).toBe((before * 1000) / 25);
        expect(before % 25).toBe(0);
        expect(await sizeOf(path)).toBe(part.sizeBytes);
        expect(part.sizeBytes).toBeLessThanOrEqual(800_000);
        expect(Number((await probe(path)).nb_read_frames)).toBe(part.frames);
        const bytes = await readFile(path);
        expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
        hashes.push(...frameHashes(path));
        before += part.frames;
      }
      expect(before).toBe(250);
      expect(hashes).toEqual(frameHashes(clip.path));
    });

    it("goes whole, in fragments, to a node that takes them and allows so much", async () => {
      const twin = `${clip.facts.transferSyntaxUid}.1`;
      const only = await make("original", clip, { transferSyntaxUids: [twin] });
      expect(only.parts).toMatchObject([{ transferSyntaxUid: twin, pixelData: { maxFragmentBytes: 1_073_741_824 } }]);
      const both = await make("original", clip, { transferSyntaxUids: [clip.facts.transferSyntaxUid, twin] });
      expect(both.parts).toMatchObject([{ transferSyntaxUid: clip.facts.transferSyntaxUid }]);
      expect(both.parts[0]?.pixelData).not.toHaveProperty("maxFragmentBytes");
    });

    it("gives the same files again", async () => {
      const hashes = async (): Promise<readonly string[]> => {
        const { path: media, facts } = clip;
        const parts = await splitClip({
          media,
          facts,
          maxBytes,
          directory: await scratch(),
          ffmpegPath: "ffmpeg",
          signal,
        });
        const files = await Promise.all(parts.map(({ pixelData }) => readFile(pixelData.path)));
        return files.map((bytes) => createHash("sha256").update(bytes).digest("hex"));
      };
      expect(await hashes()).toEqual(await hashes());
    });

    it("whose frames between two key frames do not fit is refused in words", async () => {
      await expect(make("original", clip, { maxBytes: aroundPixels + 100_000 })).rejects.toMatchObject({
        code: "too-large",
        message: expect.stringContaining("maxInstanceBytes"),
      });
    });

    it("says which part each Instance is", async () => {
      const parts = await instancesOf("videoEndoscopic", await make("videoEndoscopic", clip, { maxBytes }));
      expect(parts.map(({ dataSet }) => dataSet.ImageComments)).toEqual(
        parts.map((_, at) => `Part ${at + 1} of ${parts.length}`),
      );
      for (const { path } of parts) expect(await sizeOf(path)).toBeLessThanOrEqual(maxBytes);
    });
  });

  describe("MPEG-2", () => {
    it("of a small picture is Main Profile at Main Level: PAL size, square pixels, nothing enlarged, every frame", async () => {
      const media = await make("videoEndoscopicMpeg2");
      const [part] = media.parts;
      expect(part).toMatchObject({
        transferSyntaxUid: transferSyntaxes.mpeg2MainLevel,
        frames: 250,
        rows: 576,
        columns: 720,
      });
      expect(await probe(part?.pixelData.path ?? "")).toMatchObject({
        codec_name: "mpeg2video",
        profile: "Main",
        level: 8,
        width: 720,
        height: 576,
        nb_read_frames: "250",
        r_frame_rate: "25/1",
        sample_aspect_ratio: "1:1",
        color_space: "bt470bg",
        color_range: "tv",
        field_order: "progressive",
        pix_fmt: "yuv420p",
      });
      expect(media.derivation).toBe(
        "Re-encoded from H.264 to MPEG-2 Main Profile, Main Level; black around it to 720x576",
      );
    });

    it("for a node that takes High Level only is 1280x720, 16:9", async () => {
      const media = await make("videoEndoscopicMpeg2", clip, { transferSyntaxUids: [transferSyntaxes.mpeg2HighLevel] });
      const [part] = media.parts;
      expect(part).toMatchObject({
        transferSyntaxUid: transferSyntaxes.mpeg2HighLevel,
        frames: 250,
        rows: 720,
        columns: 1280,
      });
      expect(await probe(part?.pixelData.path ?? "")).toMatchObject({
        profile: "Main",
        level: 4,
        width: 1280,
        height: 720,
        display_aspect_ratio: "16:9",
        color_space: "bt709",
      });
      // aspect_ratio_information is the high half of the byte behind the picture's size: 0011 (PS3.5 8.2.6).
      const bytes = await readFile(part?.pixelData.path ?? "");
      expect(bytes.subarray(0, 4).toString("hex")).toBe("000001b3");
      expect((bytes[7] ?? 0) >> 4).toBe(3);
    });

    it("is the same again, as are JPEG frames", async () => {
      for (const rung of ["videoEndoscopicMpeg2", "multiFrameTrueColor"] as const) {
        const [one, two] = [await make(rung, red), await make(rung, red)];
        const [first, second] = [one, two].map(({ parts }) => readFile(parts[0]?.pixelData.path ?? ""));
        expect((await first)?.equals((await second) ?? Buffer.alloc(0))).toBe(true);
      }
    });

    it("names both lossy steps and their ratios", async () => {
      const [made] = await instancesOf("videoPhotographicMpeg2", await make("videoPhotographicMpeg2"));
      expect(made?.dataSet.LossyImageCompressionMethod).toEqual(["ISO_14496_10", "ISO_13818_2"]);
      const [first, second] = textsOf(made?.dataSet ?? {}, "LossyImageCompressionRatio").map(Number);
      expect(first).toBeCloseTo((640 * 360 * 3 * 250) / (await sizeOf(clip.path)), 1);
      expect(second).toBeCloseTo((720 * 576 * 3 * 250) / (made?.part.sizeBytes ?? 1), 1);
    });

    it("that would be too large for one Instance is in parts that each play, with every frame once", async () => {
      const media = await make("videoEndoscopicMpeg2", clip, { maxBytes: aroundPixels + 6_000_000 });
      expect(media.parts.length).toBeGreaterThan(1);
      expect(media.parts.reduce((sum, { frames }) => sum + frames, 0)).toBe(250);
      for (const part of media.parts) {
        expect(Number((await probe(part.pixelData.path)).nb_read_frames)).toBe(part.frames);
        expect(part.sizeBytes).toBeLessThanOrEqual(6_000_000);
      }
      expect(media.parts[1]?.startOffsetMs).toBe((media.parts[0]?.frames ?? 0) * 40);
    });

    it("of twice the legal rate keeps every second frame", async () => {
      const fast = await recordClip(join(folder.path, "fast.mp4"), {
        ...{ graph: "testsrc2", width: 640, height: 360, fpsNum: 60_000, fpsDen: 1001, frames: 61, gop: 30 },
      });
      const media = await make("videoEndoscopicMpeg2", fast);
      expect(media.parts[0]).toMatchObject({
        frames: 31,
        rows: 480,
        frameRate: { numerator: 30_000, denominator: 1001 },
      });
      expect(media.derivation).toContain("29.97 instead of 59.94 frames a second");
    });

    it("of an odd rate plays as long as the original", async () => {
      const slow = await recordClip(join(folder.path, "slow.mp4"), {
        ...{ graph: "testsrc2", width: 640, height: 360, fpsNum: 15, fpsDen: 1, frames: 45, gop: 15 },
      });
      const { parts } = await make("videoEndoscopicMpeg2", slow);
      expect(Math.abs((parts[0]?.durationMs ?? 0) - 3000)).toBeLessThanOrEqual(80);
    });
  });

  describe("colours", () => {
    /** A matrix or range mistaken for another moves this red by ten or more. */
    const near = (seen: readonly number[]): void => {
      const wanted = middle(red.path);
      expect(Math.abs((wanted[0] ?? 0) - 0xc0)).toBeLessThan(5);
      for (const [at, value] of wanted.entries()) expect(Math.abs((seen[at] ?? 0) - value)).toBeLessThan(3);
    };

    it("stay the same in MPEG-2 of both levels", async () => {
      for (const uid of [transferSyntaxes.mpeg2HighLevel, transferSyntaxes.mpeg2MainLevel]) {
        const { parts } = await make("videoEndoscopicMpeg2", red, { transferSyntaxUids: [uid] });
        near(middle(parts[0]?.pixelData.path ?? ""));
      }
    });

    it("stay the same in JPEG frames and stills, read as JFIF means them", async () => {
      for (const rung of ["multiFrameTrueColor", "keyFrames"] as const) {
        const { parts } = await make(rung, red);
        near(middle(parts[0]?.pixelData.path ?? "", "scale=in_color_matrix=bt601:in_range=full:out_range=full,"));
      }
    });
  });

  describe("single pictures of a clip", () => {
    it("are every frame where they fit", async () => {
      const media = await make("multiFrameTrueColor");
      const [part] = media.parts;
      expect(part).toMatchObject({ frames: 250, frameRate: { numerator: 25, denominator: 1 }, durationMs: 10_000 });
      expect(media.derivation).toBe("Re-encoded from H.264 to single JPEG pictures");
    });

    it("are fewer, evenly, where the limit is small, and the derivation says so", async () => {
      const media = await make("multiFrameTrueColor", clip, { maxBytes: aroundPixels + 2_000_000 });
      const [part] = media.parts;
      const keepEvery = part?.frameRate?.denominator ?? 0;
      expect(keepEvery).toBeGreaterThan(1);
      expect(part?.frames).toBe(Math.ceil(250 / keepEvery));
      expect(part?.sizeBytes).toBeLessThanOrEqual(2_000_000);
      expect(media.derivation).toContain(`${part?.frames} of 250`);
    });

    it("are refused where not even one fits", async () => {
      await expect(make("multiFrameTrueColor", clip, { maxBytes: aroundPixels + 20_000 })).rejects.toMatchObject({
        code: "too-large",
      });
    });

    it("as stills are key frames, evenly, each with its time and its frame", async () => {
      const media = await make("keyFrames");
      expect(media.parts.map(({ sourceFrame }) => sourceFrame)).toEqual([1, 26, 51, 76, 101, 126, 151, 176, 201, 226]);
      expect(media.parts.map(({ startOffsetMs }) => startOffsetMs)).toEqual(media.parts.map((_, at) => at * 1000));
      const whole = join(folder.path, "frame-76.jpg");
      const pick =
        "select=eq(n\\,75),scale=in_color_matrix=bt709:out_color_matrix=bt601:out_range=full,format=yuvj422p";
      ffmpeg(["-i", clip.path, "-vf", pick, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2", whole]);
      const grey = (path: string): Buffer => ffmpeg(["-i", path, "-f", "rawvideo", "-pix_fmt", "gray", "-"]);
      const [ours, theirs] = [grey(media.parts[3]?.pixelData.path ?? ""), grey(whole)];
      expect(ours.length).toBe(640 * 360);
      expect(ours.reduce((sum, byte, at) => sum + Math.abs(byte - (theirs[at] ?? 0)), 0) / ours.length).toBeLessThan(1);
    });
  });

  describe("stills", () => {
    it.each(["secondaryCapture", "vlEndoscopic"] as const)("%s holds the same JPEG", async (rung) => {
      const [made] = await instancesOf(rung, await makeStill(rung), true);
      const [pixels, recorded] = [await pixelsOf(made?.path ?? ""), await readFile(jpeg)];
      expect(pixels.subarray(0, recorded.length).equals(recorded)).toBe(true);
      expect(made?.dataSet).toMatchObject({ PhotometricInterpretation: "YBR_FULL_422" });
    });

    it("uncompressed are the decoded pixels, and what was lost stays said", async () => {
      const [made] = await instancesOf(
        "secondaryCaptureUncompressed",
        await makeStill("secondaryCaptureUncompressed"),
        true,
      );
      expect((await pixelsOf(made?.path ?? "")).length).toBe(480 * 270 * 3);
      expect(made?.dataSet).toMatchObject({ PhotometricInterpretation: "RGB", LossyImageCompression: "01" });
      expect(made?.dataSet.LossyImageCompressionMethod).toEqual(["ISO_10918_1"]);
      expect(textsOf(made?.dataSet ?? {}, "LossyImageCompressionRatio")).toHaveLength(1);
    });
  });

  describe("what goes wrong", () => {
    it("a rung of the other kind is refused", async () => {
      await expect(make("secondaryCapture")).rejects.toMatchObject({ code: "wrong-kind" });
      await expect(makeStill("keyFrames")).rejects.toMatchObject({ code: "wrong-kind" });
      await expect(makeStill("jpeg")).rejects.toMatchObject({ code: "wrong-kind" });
    });

    it("a file that is no clip, is cut off or is gone is told", async () => {
      const bad = join(folder.path, "bad.mp4");
      await writeFile(bad, (await readFile(clip.path)).subarray(0, 500));
      await expect(make("original", { ...clip, path: bad })).rejects.toMatchObject({ code: "unreadable" });
      await expect(make("keyFrames", { ...clip, path: bad })).rejects.toMatchObject({ code: "unreadable" });
      await expect(make("videoEndoscopicMpeg2", { ...clip, path: bad })).rejects.toMatchObject({ code: "encoder" });
      await expect(make("original", { ...clip, path: `${bad}.gone` })).rejects.toMatchObject({ code: "unreadable" });
    });

    it("an index with any damage is read or refused, and costs nothing more", async () => {
      const bytes = (await readFile(clip.path)).subarray(0, 8192);
      const bad = join(folder.path, "damaged.mp4");
      let seed = 1;
      const random = (below: number): number => {
        seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
        return (seed >>> 8) % below;
      };
      for (let tries = 0; tries < 500; tries += 1) {
        const damaged = Buffer.from(bytes);
        for (let changes = 1 + random(4); changes > 0; changes -= 1) damaged[random(3000)] = random(2) * random(256);
        await writeFile(bad, damaged);
        const outcome = await readMp4Index(bad).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toMatchObject({ name: "EncodingError", code: "unreadable" });
      }
    });

    it("a clip with other frames than were counted when it was saved is not cut", async () => {
      const facts = { ...clip.facts, frames: 251 };
      await expect(make("original", { ...clip, facts })).rejects.toMatchObject({ code: "encoder" });
    });

    /** A program that answers what ffmpeg can do, and then waits for ever, as a hanging encoder does. */
    async function hangingFfmpeg(): Promise<{ readonly path: string; readonly pid: () => Promise<number> }> {
      const path = join(await scratch(), "ffmpeg");
      const pidFile = `${path}.pid`;
      const script = `#!/bin/sh\ncase "$*" in *-i*) echo $$ > ${pidFile}.new; mv ${pidFile}.new ${pidFile}; exec sleep 300;; esac\nexec ffmpeg "$@"\n`;
      await writeFile(path, script, { mode: 0o755 });
      const pid = async (): Promise<number> =>
        Number(await vi.waitFor(() => readFile(pidFile, "utf8"), { timeout: 30_000 }));
      return { path, pid };
    }

    const isGone = (pid: number): boolean => {
      try {
        process.kill(pid, 0);
        return false;
      } catch {
        return true;
      }
    };

    it("a signal ends a hanging encoder and is what is thrown", async () => {
      const stop = new AbortController();
      const reason = new Error("stopped for the test");
      const hanging = await hangingFfmpeg();
      const running = make("videoEndoscopicMpeg2", clip, { signal: stop.signal, ffmpegPath: hanging.path });
      const seen = expect(running).rejects.toBe(reason);
      const pid = await hanging.pid();
      expect(isGone(pid)).toBe(false);
      stop.abort(reason);
      await seen;
      await vi.waitFor(() => expect(isGone(pid)).toBe(true), { timeout: 30_000 });
    });

    it("a signal that comes while ffmpeg is being started ends it, too", async () => {
      const stop = new AbortController();
      const reason = new Error("stopped for the test");
      const { path: ffmpegPath } = await hangingFfmpeg();
      const job = {
        ffmpegPath,
        from: clip.path,
        outputOptions: ["-c", "copy"],
        to: `${ffmpegPath}.mp4`,
        timeoutMs: 600_000,
      };
      const running = expect(runFfmpegJob(job, stop.signal)).rejects.toBe(reason);
      stop.abort(reason);
      await running;
    }, 20_000);

    it("an encoder that hangs is ended after its time", async () => {
      const { path: ffmpegPath, pid } = await hangingFfmpeg();
      const job = {
        ffmpegPath,
        from: clip.path,
        outputOptions: ["-c", "copy"],
        to: `${ffmpegPath}.mp4`,
        timeoutMs: 1000,
      };
      await expect(runFfmpegJob(job, signal)).rejects.toThrow(/timeout/);
      const hung = await pid();
      await vi.waitFor(() => expect(isGone(hung)).toBe(true), { timeout: 30_000 });
    });

    it("an encoder that is not there is told in words", async () => {
      await expect(make("keyFrames", clip, { ffmpegPath: "/no/such/ffmpeg" })).rejects.toMatchObject({
        code: "encoder",
      });
    });
  });

  const derivedRungs = (original: OriginalEncoding, rungs: readonly Rung[]): readonly Rung[] =>
    ladderOf(original, rungs).flatMap(({ rung }) => (rung === "original" ? [] : [rung]));
  const everyClipRung = derivedRungs(
    { kind: "clip", sopClass: "videoMicroscopic", transferSyntaxUid: transferSyntaxes.h264HighLevel41 },
    clipRungs,
  );
  const everyStillRung = derivedRungs(stillOriginal, stillRungs);
  const everyRung = [...everyClipRung, ...everyStillRung];
  const madeOf = new Map<Rung, readonly Written[]>();

  async function everyInstance(rung: Rung): Promise<readonly Written[]> {
    const isStill = everyStillRung.includes(rung);
    const made =
      madeOf.get(rung) ?? (await instancesOf(rung, await (isStill ? makeStill(rung) : make(rung, red)), isStill));
    madeOf.set(rung, made);
    return made;
  }

  describePeer("dicom3tools", ["dciodvfy"], () => {
    it.each(everyRung)("dciodvfy finds no error in %s", async (rung) => {
      for (const { path } of await everyInstance(rung)) {
        const { stdout, stderr } = await runTool(need("dciodvfy"), [path]);
        expect(`${stdout}${stderr}`.split("\n").filter((line) => line.includes("Error"))).toEqual([]);
        expect(`${stdout}${stderr}`).toMatch(/Image/);
      }
    });
  });

  describePeer("DCMTK", ["dcmdump", "dcmdjpeg"], () => {
    it.each(everyRung)("dcmdump reads %s to its end, derived from its source", async (rung) => {
      for (const { path, dataSet } of await everyInstance(rung)) {
        const { code, stdout, stderr } = await runTool(need("dcmdump"), ["-q", "+L", path]);
        expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
        expect(stdout).toContain(`[${textOf(dataSet, "DerivationDescription")}]`);
        expect(stdout).toContain("[1.2.3.4]");
      }
    });

    it("it decodes every one of the JPEG frames", async () => {
      const [made] = await everyInstance("multiFrameTrueColor");
      const decoded = join(folder.path, "frames-decoded.dcm");
      expect((await runTool(need("dcmdjpeg"), [made?.path ?? "", decoded])).code).toBe(0);
      expect((await pixelsOf(decoded)).length).toBe(640 * 360 * 3 * 30);
    });

    it("it decodes the JPEG to the pixels that we send uncompressed", async () => {
      const [[compressed], [native]] = [
        await everyInstance("secondaryCapture"),
        await everyInstance("secondaryCaptureUncompressed"),
      ];
      const decoded = join(folder.path, "still-decoded.dcm");
      expect((await runTool(need("dcmdjpeg"), [compressed?.path ?? "", decoded])).code).toBe(0);
      const [theirs, ours] = [await pixelsOf(decoded), await pixelsOf(native?.path ?? "")];
      expect(ours.length).toBe(theirs.length);
      const difference = ours.reduce((sum, byte, at) => sum + Math.abs(byte - (theirs[at] ?? 0)), 0) / ours.length;
      expect(difference).toBeLessThan(4);
    });
  });

  describePeer("pydicom", ["pydicom"], () => {
    it("puts a stream in several fragments together again", async () => {
      const media = await make("videoEndoscopic", red, { transferSyntaxUids: [`${red.facts.transferSyntaxUid}.1`] });
      const parts = media.parts.map((part) => ({ ...part, pixelData: { ...part.pixelData, maxFragmentBytes: 1000 } }));
      const [made] = await instancesOf("videoEndoscopic", { ...media, parts });
      const script = `
import sys, json, hashlib, pydicom
from pydicom.encaps import generate_pixel_data_fragment
from pydicom.filebase import DicomBytesIO
ds = pydicom.dcmread(sys.argv[1])
fp = DicomBytesIO(ds.PixelData); fp.is_little_endian = True; fp.seek(8)
fragments = list(generate_pixel_data_fragment(fp))
stream = b"".join(fragments)[:int(sys.argv[2])]
print(json.dumps({"fragments": len(fragments), "even": all(len(f) % 2 == 0 for f in fragments),
  "syntax": ds.file_meta.TransferSyntaxUID, "sha256": hashlib.sha256(stream).hexdigest()}))`;
      const size = await sizeOf(red.path);
      const { stdout } = await runTool(need("pydicom"), ["-c", script, made?.path ?? "", String(size)]);
      expect(JSON.parse(stdout)).toEqual({
        fragments: Math.ceil(size / 1000),
        even: true,
        syntax: "1.2.840.10008.1.2.4.102.1",
        sha256: createHash("sha256")
          .update(await readFile(red.path))
          .digest("hex"),
      });
    });

    it("reads the frames through their offset table, and the same bytes", async () => {
      const [made] = await everyInstance("multiFrameTrueColor");
      const script = `
import sys, json, hashlib, pydicom
from pydicom.encaps import generate_pixel_data_frame, get_frame_offsets
from pydicom.filebase import DicomBytesIO
ds = pydicom.dcmread(sys.argv[1])
fp = DicomBytesIO(ds.PixelData); fp.is_little_endian = True
has_table, offsets = get_frame_offsets(fp)
frames = list(generate_pixel_data_frame(ds.PixelData, int(ds.NumberOfFrames)))
print(json.dumps({"frames": len(frames), "offsets": len(offsets), "jpeg": all(f[:2] == b"\\xff\\xd8" for f in frames),
  "class": ds.SOPClassUID.name, "methods": list(ds.LossyImageCompressionMethod), "code": ds.DerivationCodeSequence[0].CodeValue}))`;
      const { stdout, stderr } = await runTool(need("pydicom"), ["-c", script, made?.path ?? ""]);
      expect(stderr).not.toMatch(/Error/);
      expect(JSON.parse(stdout)).toEqual({
        frames: 30,
        offsets: 30,
        jpeg: true,
        class: "Multi-frame True Color Secondary Capture Image Storage",
        methods: ["ISO_14496_10", "ISO_10918_1"],
        code: "113040",
      });
    });
  });
});
