/**
 * The encoder's own stream becomes the clips. The number that another process burned into each picture is the judge, and so
 * are the bytes that it sent.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { ClipEnded } from "../../src/capture/capture.ts";
import { simulatedMicroscope } from "../../src/capture/input/simulated-microscope.ts";
import { isSlice, nalUnits } from "../../src/capture/pass-through/access-unit.ts";
import { lossyRelay } from "../support/lossy-relay.ts";
import {
  allNumbersIn,
  ffmpegPath,
  freeUdpPort,
  profileOf,
  type Rig,
  rigFor,
  sender,
  shownOn,
  stopSenders,
  until,
} from "./capture-rig.ts";

const run = promisify(execFile);
const size = { width: 640, height: 360, fps: 15 };
const { width, height, fps } = size;
const group = 15;
const high = ["-profile:v", "high", "-tune", "zerolatency"];

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-pass-through-"));
});
afterEach(stopSenders);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** An encoder in another process; x264's 8x8 transform is what makes its stream High. */
function encoder(to: readonly string[], coded: readonly string[] = high, x264 = "", gop = group) {
  const picture = simulatedMicroscope(width, height, fps, 1);
  const params = ["8x8dct=1:scenecut=0:sliced-threads=0", x264].filter(Boolean).join(":");
  return sender(
    ...["-f", "lavfi", "-i", picture, "-map", "0:v", "-c:v", "libx264", "-preset", "ultrafast", "-g", String(gop)],
    ...["-pix_fmt", "yuv420p", "-b:v", "2M", "-x264-params", params, ...coded, ...to],
  );
}

const udp = (port: number): string[] => ["-f", "mpegts", `udp://127.0.0.1:${port}?pkt_size=1316`];
const reason = (rig: Rig): string => rig.source.state().passThrough?.because ?? "";
/** With an input option of its own, which must not take the place of ours. */
const listening = (port: number): Promise<Rig> => {
  const profile = profileOf("network-udp-mpegts", { ...size, url: `udp://127.0.0.1:${port}` });
  return rigFor({ ...profile, input: { ...profile.input, options: { fflags: "nobuffer" } } });
};

const isCopied = (rig: Rig): boolean => rig.source.state().passThrough?.copied === true;
const pictures = (rig: Rig, count: number): Promise<void> =>
  rig.until(() => rig.source.newestFrame() !== null && rig.newest().seq > count, `${count} pictures`);

const numbersOf = (file: string): Promise<number[]> => allNumbersIn(file, width, height);

/** The coded slices of a file, in order, each as its hash. */
async function slicesIn(file: string): Promise<string[]> {
  const args = ["-v", "error", "-i", file, "-map", "0:v:0", "-c", "copy", "-f", "h264", "pipe:1"];
  const { stdout } = await run(ffmpegPath, args, { encoding: "buffer", maxBuffer: 1 << 28 });
  return slicesOf(stdout);
}
const slicesOf = (bytes: Buffer): string[] =>
  nalUnits(bytes)
    .filter(isSlice)
    .map((nal) => createHash("sha256").update(nal).digest("hex"));

/** A press: preview, still and the clip that begins with it name the same picture by one number. */
async function pressAndProve(rig: Rig, id: string): Promise<{ file: string; numbers: number[] }> {
  const { frame, number } = await shownOn(rig);
  const still = join(rig.folder, `${id}.jpg`);
  expect(await rig.source.keepStill({ frame, file: still })).toMatchObject({ frameExact: true, seq: frame.seq });
  expect(await numbersOf(still)).toEqual([number]);
  const press = await shownOn(rig);
  const file = join(rig.folder, `${id}.mp4`);
  const began = await rig.source.startClip({ id, file, frame: press.frame });
  await rig.until(() => rig.newest().seq > press.frame.seq + group + 3, "more than another group");
  const stop = await shownOn(rig);
  const clip = await rig.source.stopClip(id, stop.frame);
  const numbers = await numbersOf(file);
  expect(clip).toMatchObject({ pressedSeq: press.frame.seq, firstSeq: began.firstSeq, frames: numbers.length });
  expect(numbers[press.frame.seq - clip.firstSeq]).toBe(press.number);
  expect(numbers[stop.frame.seq - clip.firstSeq]).toBe(stop.number);
  const missing = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length;
  expect(clip.lostFrames).toBe(missing);
  return { file, numbers };
}

describe("a stream that is legal as it comes", () => {
  // The one over UDP is joined in the middle of a group of pictures; the one over RTSP begins when we listen.
  test.each([
    [
      "MPEG-TS over UDP",
      "network-udp-mpegts",
      "udp://127.0.0.1:PORT",
      {},
      "[f=mpegts]udp://127.0.0.1:PORT?pkt_size=1316",
    ],
    [
      "RTSP",
      "network-rtsp",
      "rtsp://127.0.0.1:PORT/live",
      { rtsp_flags: "listen" },
      "[f=rtsp:rtsp_transport=tcp]rtsp://127.0.0.1:PORT/live",
    ],
  ])(
    "%s: still, preview and clip have one number, and the clip's slices are those that were sent",
    { timeout: 90_000 },
    async (_name, profileId, ours, options, theirs) => {
      const port = String(await freeUdpPort());
      const sent = join(folder, `${profileId}.h264`);
      const tee = [
        "-f",
        "tee",
        "-flags",
        "+global_header",
        `[f=h264:flush_packets=1:bsfs=dump_extra]${sent}|${theirs.replace("PORT", port)}`,
      ];
      const profile = profileOf(profileId, { ...size, url: ours.replace("PORT", port) });
      const isCalled = "rtsp_flags" in options;
      const other = isCalled ? null : encoder(tee);
      // One group and a half.
      if (other !== null)
        await until(
          () => existsSync(sent) && slicesOf(readFileSync(sent)).length > 1.5 * group,
          "the encoder has begun",
        );
      await using rig = await rigFor({ ...profile, input: { ...profile.input, options } });
      const later = other ?? encoder(tee);
      await pictures(rig, 5);
      expect(isCopied(rig)).toBe(true);
      expect(rig.source.state().commandLine).toContain("-c:v copy");
      const { epoch } = rig.newest();
      if (other !== null) await pressAndProve(rig, "a");
      await pictures(rig, rig.newest().seq + 7);
      const { file, numbers } = await pressAndProve(rig, "b");
      expect(numbers).toEqual(numbers.map((_number, at) => (numbers[0] ?? Number.NaN) + at));
      expect(rig.source.state()).toMatchObject({ epoch, lostFrames: 0, passThrough: { copied: true, because: null } });

      const own = slicesOf(await readFile(sent));
      const kept = await slicesIn(file);
      const at = own.indexOf(kept[0] ?? "");
      expect(at).toBeGreaterThan(0);
      expect(kept).toEqual(own.slice(at, at + kept.length));
      await later.stop();
    },
  );
});

test("where packets are lost whole pictures are missing, which is told, and every number still names its picture", {
  timeout: 90_000,
}, async () => {
  const port = await freeUdpPort();
  await using relay = await lossyRelay(port);
  await using rig = await listening(port);
  const other = encoder(udp(relay.port));
  await pictures(rig, 2 * group);
  expect(isCopied(rig)).toBe(true);
  const { epoch } = rig.newest();
  const lost = rig.source.state().lostFrames;
  relay.lose(1);
  await rig.until(() => rig.source.state().lostFrames > lost, "the loss is told");
  const { numbers: after } = await pressAndProve(rig, "lost");
  expect(after).toEqual([...new Set(after)].toSorted((a, b) => a - b));

  // Lost within the clip: it says so, and what is behind the gap has its own numbers.
  const began = await shownOn(rig);
  await rig.source.startClip({ id: "gap", file: join(rig.folder, "gap.mp4"), frame: began.frame });
  const before = rig.source.state().lostFrames;
  relay.lose(2);
  await rig.until(() => rig.source.state().lostFrames > before, "the loss in the clip");
  await pictures(rig, rig.newest().seq + 4);
  const stop = await shownOn(rig);
  const clip = await rig.source.stopClip("gap", stop.frame);
  const numbers = await numbersOf(clip.file);
  const missing = (numbers.at(-1) ?? 0) - (numbers[0] ?? 0) + 1 - numbers.length;
  expect(missing).toBeGreaterThan(0);
  expect(clip.lostFrames).toBe(missing);
  expect(numbers[began.frame.seq - clip.firstSeq]).toBe(began.number);
  expect(numbers[stop.frame.seq - clip.firstSeq]).toBe(stop.number);
  expect(clip.notice).toContain(`${missing} frame`);
  expect([rig.newest().epoch, relay.lost]).toEqual([epoch, 3]);

  // Again and again: a picture with flaws is better than none.
  for (let loss = 0; loss < 8 && isCopied(rig); loss += 1) {
    const before = rig.source.state().lostFrames;
    relay.lose(1);
    await rig.until(() => rig.source.state().lostFrames > before || !isCopied(rig), "another loss");
  }
  await rig.until(() => reason(rig).includes("packets of it are lost again and again"), "it is encoded again");
  await rig.until(() => rig.source.state().state === "live" && rig.newest().epoch > epoch, "the picture again");
  await other.stop();
});

test("a stream that is no legal clip is encoded again, and the source says why and what to set", {
  timeout: 90_000,
}, async () => {
  const streams: readonly (readonly [string, readonly string[], number])[] = [
    [
      "it has B frames. Set the encoder to none",
      ["-profile:v", "high", "-bf", "2", "-x264-params", "8x8dct=1:b-adapt=0"],
      group,
    ],
    [
      "it is H.264 Main. Set the encoder's profile to High",
      ["-profile:v", "main", "-tune", "zerolatency", "-x264-params", "8x8dct=0:cabac=1"],
      group,
    ],
    ["more than a second lies between two of its key frames", high, 4 * fps],
  ];
  await Promise.all(
    streams.map(async ([why, coded, gop]) => {
      const port = await freeUdpPort();
      await using rig = await listening(port);
      const other = encoder(udp(port), coded, "", gop);
      await rig.until(() => rig.source.state().state === "live", `a picture, though ${why}`);
      expect(reason(rig)).toContain(`The encoder's video is encoded again: ${why}`);
      expect(isCopied(rig)).toBe(false);
      await other.stop();
    }),
  );
});

test("an encoder that goes and comes back, with other settings too, begins a new epoch and is passed through again", {
  timeout: 90_000,
}, async () => {
  const port = await freeUdpPort();
  await using rig = await listening(port);
  const ended: ClipEnded[] = [];
  rig.source.onClipEnded((one) => ended.push(one));
  let other = encoder(udp(port));
  await pictures(rig, group);
  const epochs = [rig.newest().epoch];
  const { frame, number } = await shownOn(rig);
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4"), frame });
  await pictures(rig, frame.seq + group);
  await other.stop();
  await rig.until(() => rig.source.state().state === "no-signal" && ended.length > 0, "no signal");
  const clip = await ended[0]?.clip;
  const numbers = await numbersOf(clip?.file ?? "");
  expect(numbers[frame.seq - (clip?.firstSeq ?? 0)]).toBe(number);
  expect(clip?.notice).toContain("ended early");
  expect(ended[0]?.isInputLost).toBe(true);

  const again = async (x264: string): Promise<void> => {
    other = encoder(udp(port), high, x264);
    await rig.until(() => rig.newest().epoch > (epochs.at(-1) ?? 0) && rig.newest().seq > 5, "the picture again");
    epochs.push(rig.newest().epoch);
    expect(isCopied(rig)).toBe(true);
  };
  await again("");
  // Without a pause between: the stream of another encoder, with another parameter set.
  await other.stop();
  await again("ref=3");
  await pressAndProve(rig, "other");
  await other.stop();
});
