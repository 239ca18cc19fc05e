import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { readFragment } from "../../src/capture/clip/fragments.ts";
import { fullOutput } from "../../src/capture/command-line/full-output.ts";
import { simulatedMicroscope } from "../../src/capture/input/simulated-microscope.ts";
import { readJpeg, withHuffmanTables } from "../../src/capture/still/jpeg.ts";
import { BoxReader } from "../../src/capture/streams/box-reader.ts";
import { JpegSplitter } from "../../src/capture/streams/jpeg-splitter.ts";
import type { CardSignal } from "../../src/devices/devices.ts";
import {
  freeUdpPort,
  makeFile,
  numberOn,
  numbersIn,
  pixelsOf,
  profileOf,
  rigFor,
  sender,
  small,
  stopSenders,
} from "./capture-rig.ts";

const { width, height } = small;
const graph = simulatedMicroscope(width, height, 30, 1);
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-inputs-"));
});
afterAll(async () => rm(folder, { recursive: true, force: true }));

describe("a source that is another program", () => {
  const send = (to: string, ...container: string[]) =>
    sender(
      ...["-f", "lavfi", "-i", graph, "-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", "15"],
      ...["-pix_fmt", "yuv420p", "-b:v", "4M", "-f", ...container, to],
    );
  afterEach(stopSenders);

  // RTSP and SRT the other way round than in a hospital: we listen and the encoder calls, for ffmpeg cannot serve RTSP.
  test.each([
    [
      "MPEG-TS over UDP",
      "network-udp-mpegts",
      "udp://127.0.0.1:PORT",
      {},
      "udp://127.0.0.1:PORT?pkt_size=1316",
      ["mpegts"],
    ],
    ["MPEG-TS over RTP", "network-udp-mpegts", "rtp://127.0.0.1:PORT", {}, "rtp://127.0.0.1:PORT", ["rtp_mpegts"]],
    ["SRT", "network-srt", "srt://127.0.0.1:PORT?mode=listener", {}, "srt://127.0.0.1:PORT", ["mpegts"]],
    [
      "RTSP",
      "network-rtsp",
      "rtsp://127.0.0.1:PORT/live",
      { rtsp_flags: "listen" },
      "rtsp://127.0.0.1:PORT/live",
      ["rtsp", "-rtsp_transport", "tcp"],
    ],
  ])(
    "sending %s: stills, a clip, no signal, and live again by itself",
    { timeout: 180_000 },
    async (_name, profileId, ours, options, theirs, container) => {
      const port = String(await freeUdpPort());
      const profile = profileOf(profileId, { ...small, url: ours.replace("PORT", port) });
      await using rig = await rigFor({ ...profile, input: { ...profile.input, options } });
      let other = send(theirs.replace("PORT", port), ...container);
      await rig.until(() => rig.source.state().state === "live", "the first picture");
      await sleep(500);
      const shown = rig.newest();
      const still = join(rig.folder, "s.jpg");
      const kept = await rig.source.keepStill({ frame: shown, file: still });
      expect(kept).toMatchObject({ frameExact: true, sourceWasLossy: true });
      const [number] = await numbersIn(still, width, height);
      expect(number).not.toBeNull();
      expect(number).toBe(await numberOn(rig, shown));
      await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4"), frame: shown });
      await sleep(1000);
      const clip = await rig.source.stopClip("c");
      const numbers = await numbersIn(clip.file, width, height);
      const [first] = numbers;
      expect(numbers).toEqual(numbers.map((_number, at) => (first ?? 0) + at));
      expect(numbers).toContain(number);
      await other.stop();
      await rig.until(() => rig.source.state().state === "no-signal", "no signal");
      other = send(theirs.replace("PORT", port), ...container);
      await rig.until(() => rig.source.state().state === "live", "the picture again");
      await other.stop();
    },
  );

  test("that is not there is waited for", { timeout: 180_000 }, async () => {
    const port = await freeUdpPort();
    await using rig = await rigFor(profileOf("network-udp-mpegts", { ...small, url: `udp://127.0.0.1:${port}` }));
    await rig.until(() => rig.source.state().state === "no-signal", "no signal");
    const other = send(`udp://127.0.0.1:${port}?pkt_size=1316`, "mpegts");
    await rig.until(() => rig.source.state().state === "live", "the picture");
    await other.stop();
  });
});

test("a video card that tells what arrives at its socket is believed before what ffmpeg makes of it", {
  timeout: 180_000,
}, async () => {
  let card: CardSignal = { kind: "no-signal" };
  const device = "/dev/scopeline-no-such-device";
  const ask = async (asked: string): Promise<CardSignal> => (asked === device ? card : { kind: "unknown" });
  const profile = profileOf("hdmi-sdi-v4l2-card", { ...small, device });
  await using rig = await rigFor(profile, { card: { ask, everyMs: 20 } });
  const says = (): string => rig.source.state().message ?? "";
  await rig.until(() => says().includes("receives no signal"), "the words of the card");
  card = { kind: "signal", width: 1920, height: 1080, fps: 50, interlaced: false };
  await rig.until(() => says().includes("receives 1920 × 1080, 50 pictures a second"), "another mode");
  card = { ...card, width: 640, height: 360, fps: 30 };
  await rig.until(() => says().includes("is not there"), "the plain words");
  expect(rig.source.state().state).not.toBe("live");
});

test("where the card delivers JPEG the still is its very bytes, of the frame that was shown", {
  timeout: 180_000,
}, async () => {
  const file = join(folder, "card.avi");
  // The first part of the graph is paced; without pacing the file is made at once.
  await makeFile(
    "-f",
    "lavfi",
    "-i",
    graph.replace(",realtime=limit=1", ""),
    "-frames:v",
    "90",
    "-c:v",
    "mjpeg",
    "-q:v",
    "3",
    file,
  );
  const own: Buffer[] = [];
  const stream = join(folder, "card.mjpeg");
  await makeFile("-i", file, "-c", "copy", "-f", "mjpeg", stream);
  new JpegSplitter(1 << 24, (jpeg) => own.push(Buffer.from(jpeg))).push(await readFile(stream));
  expect(own).toHaveLength(90);
  const looped = profileOf("looped-file", { ...small, file });
  const profile = {
    ...looped,
    input: { ...looped.input, format: "mjpeg", pixelFormat: "yuvj420p" } as typeof looped.input,
    colour: { matrix: "bt601", range: "full" } as const,
  };
  await using rig = await rigFor(profile);
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  for (let press = 0; press < 8; press += 1) {
    await sleep(130 + press * 17);
    const shown = rig.newest();
    const still = join(rig.folder, `${press}.jpg`);
    const kept = await rig.source.keepStill({ frame: shown, file: still });
    expect(kept).toMatchObject({ frameExact: true, seq: shown.seq, sourceWasLossy: true });
    const number = await numberOn(rig, shown);
    expect((await readFile(still)).equals(own[number ?? -1] ?? Buffer.alloc(0))).toBe(true);
  }
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  await sleep(500);
  const clip = await rig.source.stopClip("c");
  expect(clip.video.colour).toMatchObject({ fullRange: false, matrix: 6 });

  // The profile expects a wider picture: stills stay the card's own bytes, what is made anew gets bars.
  const wide = { ...profile, input: { ...profile.input, width: 2 * width } };
  await using other = await rigFor(wide);
  await other.until(() => other.source.newestFrame() !== null, "a picture of another size");
  await other.until(() => other.source.state().findings.some(({ id }) => id === "wrong-mode"), "the finding");
  const still = join(other.folder, "own.jpg");
  const kept = await other.source.keepStill({ frame: other.newest(), file: still });
  expect(kept).toMatchObject({ frameExact: true, width, height });
  const bytes = await readFile(still);
  expect(own.some((jpeg) => jpeg.equals(bytes))).toBe(true);
  const preview = join(other.folder, "preview.jpg");
  await writeFile(preview, other.newest().jpeg);
  await other.source.startClip({ id: "w", file: join(other.folder, "w.mp4") });
  await sleep(500);
  expect(await other.source.stopClip("w")).toMatchObject({ width: 2 * width, height });
  for (const file of [preview, join(other.folder, "w.mp4")]) {
    const columns = await pixelsOf(file, "gray", "scale=64:36,crop=64:1:0:18");
    expect(Math.max(...columns.subarray(0, 12))).toBeLessThan(30);
    expect(Math.max(...columns.subarray(20, 44))).toBeGreaterThan(60);
  }
});

test("a JPEG of the card that is lost before the others are copied moves no time stamp", async () => {
  const file = join(folder, "first-lost.avi");
  await makeFile("-f", "lavfi", "-i", `testsrc2=s=${width}x${height}:r=30`, "-frames:v", "8", "-c:v", "mjpeg", file);
  const looped = profileOf("looped-file", { ...small, file });
  const copied = fullOutput({
    ...looped,
    input: { ...looped.input, format: "mjpeg", pixelFormat: "yuvj420p" } as typeof looped.input,
    colour: { matrix: "bt601", range: "full" },
  });
  const out = join(folder, "first-lost.mov");
  await makeFile("-i", file, ...copied.slice(0, -1), "-bsf:v", "noise=drop=lt(n\\,5)", out);
  const times: number[] = [];
  new BoxReader(1 << 24, (box) => {
    if (box.type === "moof") times.push(readFragment(box).decodeTime);
  }).push(await readFile(out));
  expect(times).toEqual([166_667, 200_000, 233_333]);
});

test("the Huffman tables we put in are those that the frame was coded with", async () => {
  const file = join(folder, "standard.jpg");
  const picture = ["-f", "lavfi", "-i", `testsrc2=s=${width}x${height}`, "-frames:v", "1", "-pix_fmt", "yuvj422p"];
  await makeFile(...picture, "-c:v", "mjpeg", "-huffman", "default", "-q:v", "2", file);
  const whole = await readFile(file);
  const at = whole.indexOf(Buffer.from([0xff, 0xc4]));
  const bare = Buffer.concat([whole.subarray(0, at), whole.subarray(at + 2 + whole.readUInt16BE(at + 2))]);
  expect(readJpeg(bare).hasHuffmanTables).toBe(false);
  const mended = join(folder, "mended.jpg");
  await writeFile(mended, withHuffmanTables(bare));
  expect((await pixelsOf(mended, "rgb24")).equals(await pixelsOf(file, "rgb24"))).toBe(true);
});
