import { copyFile, open, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { type ClipEnded, discardPart, finaliseClip } from "../../src/capture/capture.ts";
import { readMovieOf } from "../../src/capture/clip/clip-file.ts";
import { readSps } from "../../src/capture/clip/h264-sps.ts";
import { ffmpegPath, makeFile, numbersIn, profileOf, rigFor, small } from "./capture-rig.ts";

const { width, height } = small;
const numbersFrom = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_unused, at) => first + at);

test("a clip holds every frame once, from a key frame at or before the press to the stop press", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 45, "more than a group of pictures");
  const pressed = rig.newest();
  const file = join(rig.folder, "c.mp4");
  const started = await rig.source.startClip({ id: "c", file, frame: pressed });
  expect(started).toMatchObject({ epoch: pressed.epoch, width, height });
  expect(started.firstSeq).toBeLessThanOrEqual(pressed.seq);
  expect(pressed.seq - started.firstSeq).toBeLessThan(small.fps);
  expect((await stat(`${file}.part`)).size).toBeGreaterThan(1000);
  expect(rig.source.state().recording).toBe("c");
  await expect(rig.source.startClip({ id: "d", file: join(rig.folder, "d.mp4") })).rejects.toMatchObject({
    code: "already-recording",
  });
  await sleep(1700);
  const stopped = rig.newest();
  const clip = await rig.source.stopClip("c", stopped);
  expect(rig.source.state().recording).toBeNull();
  const numbers = await numbersIn(file, width, height);
  expect(numbers).toEqual(numbersFrom(started.firstSeq, clip.lastSeq));
  expect(clip.lastSeq).toBeGreaterThanOrEqual(stopped.seq);
  expect(clip).toMatchObject({
    frames: numbers.length,
    firstSeq: started.firstSeq,
    notice: null,
    fpsNum: 30,
    fpsDen: 1,
  });
  expect(clip.durationMs).toBe(Math.round((numbers.length * 1000) / 30));
  expect(clip.video).toMatchObject({
    profileIdc: 100,
    levelIdc: 41,
    chromaFormat: 1,
    bitDepth: 8,
    interlaced: false,
    width,
    height,
  });
  expect(clip.video.colour).toEqual({ fullRange: false, primaries: 1, transfer: 1, matrix: 1 });
  const bytes = await readFile(file);
  expect(bytes.indexOf("moov")).toBeLessThan(bytes.indexOf("mdat"));
  expect(bytes.indexOf("moof")).toBe(-1);
  expect(bytes.length).toBe(clip.sizeBytes);
  await discardPart(`${file}.part`);
  await expect(stat(`${file}.part`)).rejects.toThrow("ENOENT");
  expect(await rig.source.stopClip("c")).toBe(clip);
  await expect(rig.source.stopClip("unknown")).rejects.toMatchObject({ code: "not-recording" });
});

test("a second clip can follow the first at once, and the two overlap rather than leave a gap", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", { ...small, fps: 29.97 }));
  await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > 40, "pictures");
  await rig.source.startClip({ id: "1", file: join(rig.folder, "1.mp4") });
  const one = await rig.source.stopClip("1");
  await rig.source.startClip({
    id: "2",
    file: join(rig.folder, "2.mp4"),
    frame: { epoch: rig.newest().epoch, seq: one.lastSeq },
  });
  const two = await rig.source.stopClip("2");
  expect(two.firstSeq).toBeLessThanOrEqual(one.lastSeq + 1);
  expect(one).toMatchObject({ fpsNum: 30_000, fpsDen: 1001 });
  for (const clip of [one, two]) {
    expect(await numbersIn(clip.file, width, height)).toEqual(numbersFrom(clip.firstSeq, clip.lastSeq));
  }
});

test("just after the rings were emptied a press is answered, with nothing from before", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  for (const wanted of [70, 115]) {
    await rig.until(() => (rig.source.newestFrame()?.seq ?? 0) > wanted, "pictures");
    rig.source.emptyRings();
    const before = rig.newest();
    const id = String(wanted);
    const started = rig.source.startClip({ id, file: join(rig.folder, `${id}.mp4`), frame: before });
    const kept = await rig.source.keepStill({ file: join(rig.folder, `${id}.jpg`), frame: before });
    expect(kept).toMatchObject({ frameExact: false, notice: expect.stringContaining("later") });
    expect(kept.seq).toBeGreaterThan(before.seq);
    expect((await started).firstSeq).toBeGreaterThan(before.seq);
    const clip = await rig.source.stopClip(id);
    expect(await numbersIn(clip.file, width, height)).toEqual(numbersFrom(clip.firstSeq, clip.lastSeq));
    expect(clip.notice).toMatch(/begins \d\.\d s after the press/);
  }
});

test("when ffmpeg is killed the clip keeps what it had, says so, and the picture comes back", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  const ends: ClipEnded[] = [];
  rig.source.onClipEnded((ended) => ends.push(ended));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const file = join(rig.folder, "c.mp4");
  const started = await rig.source.startClip({ id: "c", file });
  await sleep(800);
  const killed = rig.newest();
  process.kill(rig.source.childPid ?? 0, "SIGKILL");
  await rig.until(() => ends.length > 0, "the end of the clip");
  const [ended] = ends;
  expect(ended).toMatchObject({ id: "c", isInputLost: true });
  const clip = await ended?.clip;
  expect(clip?.firstSeq).toBe(started.firstSeq);
  expect(clip?.notice).toContain("video input failed");
  const numbers = await numbersIn(file, width, height);
  expect(numbers).toEqual(numbersFrom(started.firstSeq, clip?.lastSeq ?? 0));
  expect(killed.seq - (clip?.lastSeq ?? 0)).toBeLessThan(small.fps);
  expect(await rig.source.stopClip("c")).toBe(clip);
  await rig.until(() => rig.source.state().state === "live", "the picture");
  expect(rig.source.state()).toMatchObject({ restarts: 1, message: null });
  expect(rig.source.state().epoch).toBeGreaterThan(started.epoch);
  await rig.source.keepStill({ file: join(rig.folder, "after.jpg") });
});

test("when ffmpeg hangs it is seen, told, and healed, and the clip is kept", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  const states: string[] = [];
  rig.source.onState(({ state }) => states.push(state));
  const ends: ClipEnded[] = [];
  rig.source.onClipEnded((ended) => ends.push(ended));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  process.kill(rig.source.childPid ?? 0, "SIGSTOP");
  await rig.until(() => rig.source.state().state === "no-signal", "no signal");
  expect(rig.source.newestFrame()).toBeNull();
  expect(rig.source.state().message).toContain("No picture comes from");
  await expect(rig.source.startClip({ id: "d", file: join(rig.folder, "d.mp4") })).rejects.toMatchObject({
    code: "no-signal",
  });
  await rig.until(() => rig.source.state().state === "live" && ends.length > 0, "the picture and the clip");
  expect((await ends[0]?.clip)?.notice).toContain("signal was lost");
  expect(states).toContain("no-signal");
});

test("stopping the service in the middle of a clip finishes the clip", { timeout: 180_000 }, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const ends: ClipEnded[] = [];
  rig.source.onClipEnded((ended) => ends.push(ended));
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  await rig.source.stop();
  expect((await ends[0]?.clip)?.notice).toContain("Scopeline was stopped");
  expect(ends[0]?.isInputLost).toBe(false);
  expect(rig.source.childPid).toBeUndefined();
});

test("a growing clip that was cut off anywhere is rescued up to its last whole fragment", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small));
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const file = join(rig.folder, "c.mp4");
  await rig.source.startClip({ id: "c", file });
  await sleep(900);
  const whole = await rig.source.stopClip("c");
  const { size } = await stat(`${file}.part`);
  for (const part of [0.999, 0.7, 0.45]) {
    const cut = join(rig.folder, `cut-${part}.mp4`);
    await copyFile(`${file}.part`, `${cut}.part`);
    const handle = await open(`${cut}.part`, "r+");
    await handle.truncate(Math.floor(size * part));
    await handle.close();
    const clip = await finaliseClip(`${cut}.part`, cut, ffmpegPath);
    expect(clip.frames).toBeGreaterThan(0);
    expect(clip.frames).toBeLessThan(whole.frames);
    expect(await numbersIn(cut, width, height)).toEqual(numbersFrom(whole.firstSeq, clip.lastSeq));
    // A crash between the finished file and its row: the same again, from the same growing file.
    expect((await finaliseClip(`${cut}.part`, cut, ffmpegPath)).sha256).toBe(clip.sha256);
  }
});

test("a growing clip with nothing in it is told apart from one that holds pictures", async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small), { refusal: "not needed" });
  const file = join(rig.folder, "x.mp4");
  await expect(finaliseClip(`${file}.part`, file, ffmpegPath)).rejects.toMatchObject({ code: "nothing-recorded" });
  for (const bytes of [Buffer.alloc(0), Buffer.from("no movie at all"), Buffer.alloc(5000, 0)]) {
    const handle = await open(`${file}.part`, "w");
    await handle.write(bytes);
    await handle.close();
    await expect(finaliseClip(`${file}.part`, file, ffmpegPath)).rejects.toMatchObject({ code: "nothing-recorded" });
  }
});

test("x264's ultrafast without 8x8dct is seen not to be High profile", async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", small), { refusal: "not needed" });
  const file = join(rig.folder, "b.mp4");
  const picture = ["-f", "lavfi", "-i", "testsrc2=s=640x360:r=30", "-frames:v", "3", "-pix_fmt", "yuv420p"];
  await makeFile(...picture, "-c:v", "libx264", "-preset", "ultrafast", "-profile:v", "high", file);
  const [sps] = (await readMovieOf(file)).sps;
  expect(readSps(sps ?? Buffer.alloc(0)).profileIdc).toBe(66);
});
