/** Stills decoded from the recording: picked from further back than full frames reach, and where there are none at all. */
import { mkdtempDisposable, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CaptureError, planRings } from "../../src/capture/capture.ts";
import { CodedFrames } from "../../src/capture/rings/coded-frames.ts";
import { FragmentRing } from "../../src/capture/rings/fragment-ring.ts";
import { readJpeg } from "../../src/capture/still/jpeg.ts";
import { RecordedStills } from "../../src/capture/still/recorded-stills.ts";
import { ffmpegPath, numbersIn, profileOf, rigFor } from "./capture-rig.ts";

const size = { width: 640, height: 360, fps: 15 };
const { width, height, fps } = size;
const profile = profileOf("simulated-microscope", size);
const need = { profile, preRollSeconds: 30, lookBackSeconds: 10 };
const recorded = { frameExact: false, frameDistance: 0, notice: expect.stringContaining("Taken from the recording: ") };
const lossy = { sourceWasLossy: true, lossyBefore: [{ method: "ISO_14496_10", ratio: expect.any(Number) }] };

test("a still picked 8 s back is that very frame out of the recording and says so, and none from before a floor", {
  timeout: 180_000,
}, async () => {
  const [plan] = planRings([need], { bytes: 2_000_000_000, bytesPerS: 350_000_000, machineBytes: 16_000_000_000 });
  await using rig = await rigFor(profile, { ...(plan && { rings: { ...plan, frames: fps } }) });
  await rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > 9 * fps, "nine seconds of pictures");
  const held = rig.source.lookBack();
  const newest = held.seqs.at(-1) ?? -1;
  const seq = held.seqs.findLast((one) => one <= newest - 8 * fps) ?? -1;
  expect(held.exactFromSeq ?? -1).toBeGreaterThan(seq);
  const frame = { epoch: held.epoch, seq };
  const [seen, file] = [join(rig.folder, "seen.jpg"), join(rig.folder, "back.jpg")];
  await writeFile(seen, rig.source.pictureOf(frame) ?? "");
  const thumbnailFile = join(rig.folder, "back.thumbnail.jpg");
  const kept = await rig.source.keepStill({ frame, file, thumbnailFile });
  expect(kept).toMatchObject({ ...frame, ...recorded, ...lossy, encoding: "jpeg", width, height });
  expect(await numbersIn(seen, width, height)).toEqual([seq]);
  expect(await numbersIn(file, width, height)).toEqual([seq]);
  expect(readJpeg(await readFile(thumbnailFile))).toMatchObject({ width: 480, height: 270 });
  // What is still here at full resolution is kept as it came.
  const late = { epoch: held.epoch, seq: held.exactFromSeq ?? -1 };
  const exact = await rig.source.keepStill({ frame: late, file });
  expect(exact).toMatchObject({ ...late, frameExact: true, notice: null });
  expect(kept.frameAtMs).toBeLessThan(exact.frameAtMs);

  const begun = rig.newest().seq;
  rig.source.limitLookBack();
  expect([rig.source.pictureOf(frame), rig.source.canKeep(frame)]).toEqual([null, false]);
  const none = await rig.source.keepStill({ frame, file });
  expect(none).toMatchObject({ frameExact: false, notice: expect.stringContaining("later"), sourceWasLossy: false });
  expect(none.seq).toBeGreaterThanOrEqual(begun - fps);
  await rig.until(() => rig.newest().seq > begun + 2 * fps, "another two seconds");
  // What was on the screen just before is a press only as long as it is here at full resolution.
  const before = await rig.source.keepStill({ frame: { epoch: held.epoch, seq: begun - 3 }, file });
  expect(before).toMatchObject({ frameExact: false, notice: expect.stringContaining("later"), sourceWasLossy: false });
  expect(Math.min(...rig.source.lookBack().seqs)).toBeGreaterThanOrEqual(begun);
});

test("a source beyond every limit takes its stills from the recording, each the frame that was on the screen", {
  timeout: 180_000,
}, async () => {
  const [rings] = planRings([need], { bytes: 2_000_000_000, bytesPerS: 1_000_000, machineBytes: 16_000_000_000 });
  // A recording has the left view first; the still has the views as the source gives them, or its number could not be read.
  const stereo = { packing: "side-by-side", first: "right" } as const;
  const lossless = { ...profile, stereo, still: { ...profile.still, encoding: "uncompressed" as const } };
  await using rig = await rigFor(lossless, { ...(rings && { rings }) });
  await rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > fps, "a second of pictures");
  expect(rig.source.state()).toMatchObject({
    ...{ state: "live", stillsFrom: "recording", limits: expect.stringContaining("Stills come from the recording") },
    ...{ preview: { fps }, lookBackS: { stills: 10 } },
  });
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  const presses = [0, 1, 2].map(async (press) => {
    const { epoch, seq } = rig.newest();
    const kept = await rig.source.keepStill({
      frame: { epoch, seq: seq - press },
      file: join(rig.folder, `${press}.jpg`),
    });
    expect(kept).toMatchObject({
      epoch,
      seq: seq - press,
      ...recorded,
      ...lossy,
      encoding: "uncompressed",
      width,
      height,
    });
    const rgb = await readFile(kept.file);
    const grey = join(rig.folder, `${press}.pgm`);
    const green = Buffer.from(Array.from({ length: width * height }, (_one, at) => rgb[3 * at + 1] ?? 0));
    await writeFile(grey, Buffer.concat([Buffer.from(`P5 ${width} ${height} 255\n`), green]));
    expect(await numbersIn(grey, width, height)).toEqual([seq - press]);
  });
  await Promise.all(presses);
  // Without a screen the newest is meant, and another start's frame is never taken for this one's.
  expect(await rig.source.keepStill({ file: join(rig.folder, "any.jpg") })).toMatchObject({ frameExact: false });
  const other = { epoch: rig.newest().epoch - 5, seq: 3 };
  const late = await rig.source.keepStill({ frame: other, file: join(rig.folder, "other.jpg") });
  expect(late).toMatchObject({
    frameDistance: null,
    notice: expect.stringMatching(/restarted.*Taken from the recording/),
  });
  const clip = await rig.source.stopClip("c");
  expect(clip.frames).toBe(clip.lastSeq - clip.firstSeq + 1);

  const { epoch, seq } = rig.newest();
  rig.source.emptyRings();
  expect(rig.source.canKeep({ epoch, seq })).toBe(false);
  expect(() => rig.source.lookBack()).toThrow("no picture to look back to");
});

test("a frame that cannot be decoded, is not where it should be or takes too long keeps nothing and says so", {
  timeout: 180_000,
}, async () => {
  const broken = new FragmentRing({ frames: 100, bytes: 10_000 });
  for (const firstSeq of [0, 20]) {
    broken.push({ epoch: 1, firstSeq, frames: 9, startsWithKey: true, atMs: 0, bytes: Buffer.alloc(2000, 7) });
  }
  const coded = new CodedFrames(broken);
  const options = { ffmpegPath, profile, coded, initOf: () => Buffer.alloc(500, 7) };
  const stills = new RecordedStills(options);
  const frame = { epoch: 1, seq: 3 };
  await expect(stills.take(frame)).rejects.toMatchObject({
    ...{ code: "encoder", message: expect.stringContaining("cannot be decoded") },
  });
  await expect(stills.take({ epoch: 1, seq: 15 })).rejects.toThrow("is not in the recording");
  await using folder = await mkdtempDisposable(join(tmpdir(), "scopeline-hung-"));
  const hung = join(folder.path, "hung");
  await writeFile(hung, "#!/bin/sh\nexec sleep 60\n", { mode: 0o755 });
  const slow = new RecordedStills({ ...options, ffmpegPath: hung, timeoutMs: 200 });
  const hanging = new RecordedStills({ ...options, ffmpegPath: hung });
  await expect(slow.take(frame)).rejects.toThrow("took too long");
  // Those that wait their turn are bounded, and end with the source.
  const many = Array.from({ length: 9 }, () => new Promise((resolve) => hanging.take(frame).then(resolve, resolve)));
  expect(await Promise.race(many)).toMatchObject({ code: "busy" });
  await hanging.stop();
  expect((await Promise.all(many)).filter((one) => one instanceof CaptureError && one.code === "stopped")).toHaveLength(
    8,
  );
});
