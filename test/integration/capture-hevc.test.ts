/** HEVC as it is recorded, killed, rescued, cut and made an Instance of: what H.264 goes through, once, in a small picture. */
import { copyFile, mkdir, open, readFile, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type ClipEnded, type FinishedClip, finaliseClip } from "../../src/capture/capture.ts";
import { scanGrowingClip } from "../../src/capture/clip/clip-file.ts";
import type { DeviceProfile } from "../../src/devices/devices.ts";
import { readPart10Meta, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { type ClipMediaFacts, cutClip, frameOfClip, makeRendition } from "../../src/encoding/encoding.ts";
import { clipTransferSyntax } from "../../src/procedures/release-plan.ts";
import { writeRendition } from "../peers/encoding-fixture.ts";
import { ffmpegPath, numbersIn, profileOf, rigFor, small } from "./capture-rig.ts";

const { width, height } = small;
const transferSyntaxUid = transferSyntaxes.hevcMainLevel51;
const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_unused, at) => first + at);

function hevcProfile(): DeviceProfile {
  const profile = profileOf("simulated-microscope", small);
  const encoder = { ...profile.clip.encoder, codec: "libx265", level: "5.1", gopSeconds: 0.5 } as const;
  return { ...profile, clip: { ...profile.clip, encoder } };
}

test("HEVC that is recorded live outlives the death of ffmpeg and a cut anywhere, and is legal DICOM as it is", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(hevcProfile());
  const ends: ClipEnded[] = [];
  rig.source.onClipEnded((ended) => ends.push(ended));
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 20, "pictures");
  expect(rig.source.state()).toMatchObject({ encoder: { id: "libx265", because: null }, untested: [] });
  const file = join(rig.folder, "c.mp4");
  const started = await rig.source.startClip({ id: "c", file });
  // What is on the disk is kept, however far a busy machine's encoder is behind.
  await framesOnDisk(`${file}.part`, 46);
  process.kill(rig.source.childPid ?? 0, "SIGKILL");
  await rig.until(() => ends.length > 0, "the end of the clip");
  const clip = await ends[0]?.clip;
  if (clip === undefined) throw new Error("no clip");
  const numbers = numbersFrom(started.firstSeq, clip.lastSeq);
  expect(numbers.length).toBeGreaterThanOrEqual(46);
  expect(await numbersIn(file, width, height)).toEqual(numbers);
  expect(clip.video).toEqual({
    ...{ codec: "hevc", profileIdc: 1, compatibility: 0x60000000, highTier: false, levelIdc: 153, chromaFormat: 1 },
    ...{ bitDepth: 8, interlaced: false, width, height },
    colour: { fullRange: false, primaries: 1, transfer: 1, matrix: 1 },
  });
  const bytes = await readFile(file);
  expect([bytes.includes("hvc1"), bytes.includes("hev1"), bytes.includes("moof")]).toEqual([true, false, false]);
  const facts = { kind: "clip" as const, ...clip, startedAtMs: 0 };
  expect(clipTransferSyntax(facts)).toEqual({ uid: transferSyntaxUid });

  const rescued = join(rig.folder, "rescued.mp4");
  await copyFile(`${file}.part`, `${rescued}.part`);
  await truncate(`${rescued}.part`, Math.floor(clip.sizeBytes * 0.6));
  const half = await finaliseClip(`${rescued}.part`, rescued, ffmpegPath);
  expect(half.frames).toBeLessThan(clip.frames);
  expect(await numbersIn(rescued, width, height)).toEqual(numbersFrom(started.firstSeq, half.lastSeq));

  await usedAfterwards(rig.folder, clip, numbers);
});

async function framesOnDisk(part: string, wanted: number): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    await using handle = await open(part, "r");
    if ((await scanGrowingClip(handle)).frames >= wanted) return;
    await sleep(50);
  }
  throw new Error("the clip does not grow");
}

/** Cut at key frames, one frame as a still, and the Instance of the whole. */
async function usedAfterwards(folder: string, clip: FinishedClip, numbers: readonly number[]): Promise<void> {
  const { signal } = new AbortController();
  const media = clip.file;
  const facts: ClipMediaFacts = { kind: "clip", ...clip, transferSyntaxUid };
  const to = join(folder, "cut.mp4");
  const cut = await cutClip({ media, facts, fromSeconds: 0.6, toSeconds: 0.9, to, ffmpegPath, signal });
  expect(cut.range).toEqual({ from: 15, to: 30 });
  expect(await numbersIn(to, width, height)).toEqual(numbers.slice(15, 30));
  const still = join(folder, "still.jpg");
  const taken = await frameOfClip({ media, facts, at: { frame: 22 }, to: still, ffmpegPath, signal });
  expect(await numbersIn(still, width, height)).toEqual([numbers[22]]);
  expect(taken.lossyBefore).toMatchObject([{ method: "ISO_23008_2" }]);
  const directory = join(folder, "made");
  await mkdir(directory);
  const request = { media, facts, directory, ffmpegPath, signal, maxBytes: 2e9 };
  const whole = await makeRendition({ ...request, rung: "original" });
  const from = { kind: "clip", sopClass: "videoMicroscopic", transferSyntaxUid } as const;
  const [instance] = await writeRendition(directory, "original", whole, from);
  expect(await readPart10Meta(instance?.path ?? "")).toMatchObject({ transferSyntaxUid });
  expect(instance?.dataSet).toMatchObject({
    ...{ PhotometricInterpretation: "YBR_PARTIAL_420", BitsAllocated: 8, NumberOfFrames: clip.frames, CineRate: 30 },
    ...{ LossyImageCompression: "01", LossyImageCompressionMethod: ["ISO_23008_2"], FrameIncrementPointer: "00181063" },
  });
}
