/**
 * The number that another process burned into each picture is the judge: of stills, clips, what was before the press, what
 * was lost on the way, and what is rescued. Sequence numbers are ours; those in the pixels are not.
 */
import { copyFile, open, stat } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { finaliseClip } from "../../src/capture/capture.ts";
import { simulatedMicroscope } from "../../src/capture/input/simulated-microscope.ts";
import {
  allNumbersIn,
  ffmpegPath,
  freeUdpPort,
  numbersIn,
  profileOf,
  type Rig,
  rigFor,
  sender,
  shownOn,
  stopSenders,
} from "./capture-rig.ts";

const size = { width: 640, height: 360, fps: 15 };
const { width, height, fps } = size;
const picture = simulatedMicroscope(width, height, fps, 1);

/** A source in another process over MPEG-TS on UDP; `lossy` leaves pictures out after they were numbered. */
async function rigOfAnother(lossy = "null"): Promise<Rig> {
  const port = await freeUdpPort();
  const profile = profileOf("network-udp-mpegts", { ...size, url: `udp://127.0.0.1:${port}` });
  const rig = await rigFor(profile);
  sender(
    ...["-f", "lavfi", "-i", `${picture},${lossy}`, "-fps_mode", "passthrough", "-c:v", "libx264"],
    ...["-preset", "ultrafast", "-tune", "zerolatency", "-g", String(fps), "-pix_fmt", "yuv420p", "-b:v", "3M"],
    ...["-f", "mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`],
  );
  return rig;
}

const readClip = (file: string): Promise<number[]> => allNumbersIn(file, width, height);
const counted = (numbers: readonly number[]): number[] => numbers.map((_unused, at) => (numbers[0] ?? Number.NaN) + at);

afterAll(stopSenders);

describe("numbers burned in by another process", () => {
  let rig: Rig;
  beforeAll(async () => {
    rig = await rigOfAnother();
    await rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > 6 * fps, "six seconds of pictures");
    return async () => {
      await stopSenders();
      await rig[Symbol.asyncDispose]();
    };
  });

  test("a still, a clip that begins before its press, and the last seconds hold what the screen showed", async () => {
    const { frame, number } = await shownOn(rig);
    const still = join(rig.folder, "s.jpg");
    expect(await rig.source.keepStill({ frame, file: still })).toMatchObject({ frameExact: true });
    expect(await numbersIn(still, width, height)).toEqual([number]);

    const press = await shownOn(rig);
    const began = await rig.source.startClip({
      ...{ id: "c", file: join(rig.folder, "c.mp4"), frame: press.frame, lookBackMs: 4000 },
    });
    await rig.until(() => rig.newest().seq > press.frame.seq + 2 * fps, "two seconds more");
    const last = await shownOn(rig);
    const kept = await rig.source.keepLast({
      ...{ id: "l", file: join(rig.folder, "l.mp4"), frame: last.frame, lookBackMs: 5000 },
    });
    // The one that is being recorded does not notice.
    expect(rig.source.state().recording).toBe("c");
    const stop = await shownOn(rig);
    const clip = await rig.source.stopClip("c", stop.frame);

    const inClip = await readClip(clip.file);
    expect(inClip).toEqual(counted(inClip));
    expect(inClip[0]).toBe(press.number - (press.frame.seq - began.firstSeq));
    expect(inClip[0]).toBeLessThanOrEqual(press.number - 4 * fps);
    expect(inClip[0]).toBeGreaterThan(press.number - 7 * fps);
    expect(inClip.at(-1)).toBeGreaterThanOrEqual(stop.number);
    expect(clip).toMatchObject({ lostFrames: 0, pressedSeq: press.frame.seq, startedAtMs: began.startedAtMs });
    // The time of the first picture, not of the press.
    expect(began.startedAtMs).toBeLessThan(press.frame.capturedAtMs - 2000);

    const inLast = await readClip(kept.file);
    expect(inLast).toEqual(counted(inLast));
    expect(inLast[0]).toBeLessThanOrEqual(last.number - 5 * fps);
    expect(inLast.at(-1)).toBeGreaterThanOrEqual(last.number);
    expect(kept).toMatchObject({ notice: null, lostFrames: 0 });
  });

  test("what a cut power left of a clip is rescued without a hole, from before the press", async () => {
    const press = await shownOn(rig);
    const file = join(rig.folder, "r.mp4");
    await rig.source.startClip({ id: "r", file, frame: press.frame, lookBackMs: 3000 });
    await rig.until(() => rig.newest().seq > press.frame.seq + fps, "another second");
    const whole = await rig.source.stopClip("r");
    const cut = join(rig.folder, "cut.mp4");
    await copyFile(`${file}.part`, `${cut}.part`);
    const handle = await open(`${cut}.part`, "r+");
    await handle.truncate(Math.floor((await stat(`${file}.part`)).size * 0.6));
    await handle.close();
    const rescued = await finaliseClip(`${cut}.part`, cut, ffmpegPath);
    const numbers = await readClip(cut);
    expect(numbers).toEqual((await readClip(whole.file)).slice(0, rescued.frames));
    expect(numbers[0]).toBeLessThanOrEqual(press.number - 3 * fps);
    expect(rescued.frames).toBeLessThan(whole.frames);
    expect(rescued).toMatchObject({ startedAtMs: null, lostFrames: null });
  });
});

test("frames that never came are counted in the clip that lacks them, and it says so", async () => {
  await using rig = await rigOfAnother("select='gte(mod(n\\,75)\\,3)'");
  await rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > fps, "pictures");
  const { frame } = await shownOn(rig);
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4"), frame });
  await rig.until(() => rig.newest().seq > frame.seq + 80, "more than one gap");
  const clip = await rig.source.stopClip("c");
  const numbers = await readClip(clip.file);
  const missing = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length;
  expect(missing).toBeGreaterThanOrEqual(3);
  expect(clip.lostFrames).toBe(missing);
  expect(clip.notice).toContain(`${missing} frames of the source are missing`);
});
