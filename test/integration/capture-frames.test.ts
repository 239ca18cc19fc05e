import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { CaptureError, type RingPlan, writeThumbnail } from "../../src/capture/capture.ts";
import { readJpeg } from "../../src/capture/still/jpeg.ts";
import { ffmpegPath, numberOn, numbersIn, profileOf, rigFor, small } from "./capture-rig.ts";

const { width, height } = small;

test("the still is the frame that was on the screen, in 20 of 20 presses, recording or not", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  for (let press = 0; press < 20; press += 1) {
    if (press === 10) await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
    await sleep(37 + ((press * 61) % 150));
    const shown = rig.newest();
    const file = join(rig.folder, `${press}.jpg`);
    const kept = await rig.source.keepStill({ frame: { epoch: shown.epoch, seq: shown.seq }, file });
    const [number] = await numbersIn(file, width, height);
    expect(number).toBe(await numberOn(rig, shown));
    expect({ ...kept, number }).toMatchObject({ frameExact: true, notice: null, seq: shown.seq, number: shown.seq });
    expect(readJpeg(await readFile(file))).toMatchObject({ width, height, subsampling: "4:2:2" });
  }
  const clip = await rig.source.stopClip("c");
  expect(clip.frames).toBe(clip.lastSeq - clip.firstSeq + 1);
});

/** A ring of 15 full frames. */
const halfASecond: RingPlan = {
  ...{ frames: 15, frameBytes: 100_000_000, seconds: 0.5, fragmentBytes: 20_000_000, everyNth: 1, told: null },
  ...{ previews: { frames: 45, bytes: 10_000_000 }, lookBackSeconds: 0 },
};

test("two presses 150 ms apart are two stills, and ten at once are ten", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const one = rig.source.keepStill({ frame: rig.newest(), file: join(rig.folder, "1.jpg") });
  await sleep(150);
  const two = rig.source.keepStill({ frame: rig.newest(), file: join(rig.folder, "2.jpg") });
  expect((await two).seq).toBeGreaterThan((await one).seq);
  const frame = rig.newest();
  const many = Array.from({ length: 10 }, (_unused, at) =>
    rig.source.keepStill({ frame, file: join(rig.folder, `m${at}.jpg`) }),
  );
  expect((await Promise.all(many)).map((kept) => kept.seq)).toEqual(Array(10).fill(frame.seq));
});

test("a frame from well before a patient began is none of theirs, though it is still here; the one just shown is", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 50, "two seconds of pictures");
  const { epoch, seq } = rig.newest();
  const old = { epoch, seq: seq - 40 };
  rig.source.limitLookBack();
  expect(rig.source.canKeep(old)).toBe(true);
  const kept = await rig.source.keepStill({ frame: old, file: join(rig.folder, "old.jpg") });
  expect(kept).toMatchObject({ frameExact: false, notice: expect.stringMatching(/later/) });
  expect(kept.seq).toBeGreaterThan(seq - 10);
  const pressed = await rig.source.keepStill({ frame: { epoch, seq }, file: join(rig.folder, "new.jpg") });
  expect(pressed).toMatchObject({ frameExact: true, seq });
  const clip = await rig.source.startClip({
    id: "c",
    file: join(rig.folder, "c.mp4"),
    frame: { epoch, seq: seq - 45 },
  });
  expect(clip.firstSeq).toBeGreaterThan(seq - 35);
  await rig.source.stopClip("c");
});

test("a frame that has left the ring, or another start's, is not silently another one", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small), { rings: halfASecond });
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 40, "two seconds of pictures");
  const { epoch } = rig.newest();
  const old = await rig.source.keepStill({ frame: { epoch, seq: 3 }, file: join(rig.folder, "old.jpg") });
  expect(old.frameExact).toBe(false);
  expect(old.notice).toMatch(/\d\.\d\d s later/);
  const other = await rig.source.keepStill({
    frame: { epoch: epoch - 5, seq: 3 },
    file: join(rig.folder, "other.jpg"),
  });
  expect(other).toMatchObject({ epoch, frameExact: false, notice: expect.stringContaining("restarted") });
  rig.source.emptyRings();
  const after = await rig.source.keepStill({ file: join(rig.folder, "after.jpg") });
  expect(await numbersIn(join(rig.folder, "after.jpg"), width, height)).toEqual([after.seq]);
});

test("an encoder that dies or hangs is replaced and the press answered", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null && rig.source.encoderPid !== undefined, "a picture");
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) {
    await rig.until(() => rig.source.encoderPid !== undefined, "an encoder");
    const pid = rig.source.encoderPid ?? 0;
    process.kill(pid, signal);
    const shown = rig.newest();
    const file = join(rig.folder, `${signal}.jpg`);
    const kept = await rig.source.keepStill({ frame: shown, file });
    expect(kept).toMatchObject({ frameExact: true, seq: shown.seq });
    expect(await numbersIn(file, width, height)).toEqual([shown.seq]);
    expect(rig.source.encoderPid).not.toBe(pid);
  }
});

test("a still is refused where there is no picture, and leaves nothing on the disk", async () => {
  await using rig = await rigFor(profileOf("looped-file", { ...small, file: "/does/not/exist.mp4" }));
  await rig.until(() => rig.source.state().message !== null, "a reason");
  const file = join(rig.folder, "x.jpg");
  const refused = await rig.source.keepStill({ file }).catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(CaptureError);
  expect(refused).toMatchObject({ code: "no-signal", message: expect.stringContaining("The video file is not there") });
  await expect(readFile(file)).rejects.toThrow("ENOENT");
});

test("a disk that does not take the still is said, not taken for kept", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const file = join(rig.folder, "no-such-folder", "x.jpg");
  await expect(rig.source.keepStill({ file })).rejects.toMatchObject({ code: "disk" });
  await expect(rig.source.startClip({ id: "c", file: `${file}.mp4` })).rejects.toMatchObject({ code: "disk" });
  await rig.until(() => rig.source.state().recording === null, "the clip to be given up");
});

test("a small picture is made of stills and of clips", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const [still, clip] = [join(rig.folder, "s.jpg"), join(rig.folder, "c.mp4")];
  await rig.source.keepStill({ file: still });
  await rig.source.startClip({ id: "c", file: clip });
  await rig.source.stopClip("c");
  for (const [kind, file] of [
    ["still", still],
    ["clip", clip],
  ] as const) {
    const target = join(rig.folder, `${kind}.thumbnail.jpg`);
    await writeThumbnail({ kind, file, ...small }, target, ffmpegPath);
    expect(readJpeg(await readFile(target))).toMatchObject({ width: 480, height: 270 });
  }
});

test("a picture that is looked back to is kept exactly, long after it has left the ring, until the rings are emptied", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small), { rings: halfASecond });
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 30, "a second of pictures");
  const { epoch, seqs, exactFromSeq } = rig.source.lookBack();
  const [firstSeq = -1, seq = -1] = seqs;
  expect(exactFromSeq).toBe(firstSeq);
  const frame = { epoch, seq };
  await rig.until(() => rig.newest().seq > firstSeq + 45, "the ring to have gone on");
  const seen = rig.source.pictureOf(frame);
  await writeFile(join(rig.folder, "seen.jpg"), seen ?? "");
  expect(await numbersIn(join(rig.folder, "seen.jpg"), small.width, small.height)).toEqual([frame.seq]);
  const file = join(rig.folder, "back.jpg");
  expect(await rig.source.keepStill({ frame, file })).toMatchObject({ ...frame, frameExact: true, notice: null });
  expect(await numbersIn(file, small.width, small.height)).toEqual([frame.seq]);
  rig.source.limitLookBack();
  expect([rig.source.pictureOf(frame), rig.source.canKeep(frame)]).toEqual([null, false]);
  rig.source.emptyRings();
  expect(() => rig.source.lookBack()).toThrow("no picture to look back to");
});

test("beyond the limit of flow every third frame is shown and kept exactly; the clip holds all", {
  timeout: 180_000,
}, async () => {
  const rings: RingPlan = { ...halfASecond, everyNth: 3, told: "Only every third frame is shown." };
  await using rig = await rigFor(profileOf("simulated-microscope", small), { rings });
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 30, "a second of pictures");
  expect(rig.source.state()).toMatchObject({ stillsFrom: "every-nth", limits: rings.told, preview: { fps: 10 } });
  const shown = rig.newest();
  expect([shown.seq % 3, await numberOn(rig, shown)]).toEqual([0, shown.seq]);
  const file = join(rig.folder, "third.jpg");
  const named = rig.newest();
  const frame = { epoch: named.epoch, seq: named.seq };
  expect(await rig.source.keepStill({ frame, file })).toMatchObject({ ...frame, frameExact: true });
  expect(await numbersIn(file, small.width, small.height)).toEqual([named.seq]);
  expect(rig.source.lookBack().seqs.every((seq, at, all) => at === 0 || seq === (all[at - 1] ?? 0) + 3)).toBe(true);
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  const { seq } = rig.newest();
  await rig.until(() => rig.newest().seq > seq + 30, "a second of the clip");
  const clip = await rig.source.stopClip("c");
  expect(clip.frames).toBe(clip.lastSeq - clip.firstSeq + 1);
  expect(clip.frames).toBeGreaterThan(20);
});

test("a source that was refused says why and stays off", async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small), {
    refusal: "The installed ffmpeg is too old.",
  });
  expect(rig.source.state()).toMatchObject({ state: "refused", message: "The installed ffmpeg is too old." });
  expect(rig.source.childPid).toBeUndefined();
});
