/** The same colours in still, clip and preview, by every path that can run here; told by CIEDE2000. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { DeviceProfile } from "../../src/devices/devices.ts";
import { deltaE2000, labOf } from "../support/delta-e.ts";
import {
  freeUdpPort,
  makeFile,
  pixelsOf,
  profileOf,
  type Rig,
  rigFor,
  sender,
  small,
  stopSenders,
} from "./capture-rig.ts";

// From the published test data of Sharma, Wu, Dalal, "The CIEDE2000 Color-Difference Formula" (2005), table 1.
test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 3.1571, -77.2803], [50, 0, -82.7485], 2.8615],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1.0],
  [[50, 0, 0], [50, -1, 2], 2.3669],
  [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
  [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
  [[50, -0.001, 2.49], [50, 0.0009, -2.49], 4.8045],
  [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[50, 2.5, 0], [58, 24, 15], 19.4535],
  [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
  [[63.0109, -31.0961, -5.8663], [62.8187, -29.7946, -4.0864], 1.263],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
  [[90.8027, -2.0831, 1.441], [91.1528, -1.6435, 0.0447], 1.4441],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
] as const)("the measure agrees with the published pair %j %j", (one, other, difference) => {
  expect(deltaE2000(one, other)).toBeCloseTo(difference, 4);
  expect(deltaE2000(other, one)).toBeCloseTo(difference, 4);
});

test("white, black and red of sRGB are where they belong", () => {
  const [white, black, red] = [labOf([255, 255, 255]), labOf([0, 0, 0]), labOf([255, 0, 0])];
  expect(Math.max(...[white[0] - 100, white[1], white[2], ...black].map(Math.abs))).toBeLessThan(0.1);
  expect(red.map((value) => Math.round(value))).toEqual([53, 80, 67]);
});

const { width, height } = small;
/** As a ColorChecker has them, in sRGB: skin, sky, foliage, primaries, greys. */
const patches = [
  ...[0x735244, 0xc29682, 0x627a9d, 0x576c43, 0x8580b1, 0x67bdaa, 0xd67e2c, 0x505ba6, 0xc15a63, 0x5e3c6c, 0x9dbc40],
  ...[0xe0a32e, 0x383d96, 0x469449, 0xaf363c, 0xe7c71f, 0xbb5695, 0x0885a1, 0xf3f3f2, 0xc8c8c8, 0xa0a0a0, 0x7a7a79],
  ...[0x555555, 0x343434],
];
const truth = patches.map((value) => [value >> 16, (value >> 8) & 255, value & 255]);
const [columns, side] = [6, { x: Math.floor(width / 6), y: Math.floor(height / 4) }];
const boxes = patches.map((value, at) => {
  const [x, y] = [(at % columns) * side.x, Math.floor(at / columns) * side.y];
  return `drawbox=x=${x}:y=${y}:w=${side.x + 8}:h=${side.y}:color=0x${value.toString(16).padStart(6, "0")}:t=fill`;
});
const chart = `color=black:s=${width}x${height}:r=30,format=gbrp,${boxes.join(",")}`;
const exact = "flags=accurate_rnd+full_chroma_int";

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-colour-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(stopSenders);

async function colours(file: string, matrix: string, range: string): Promise<number[][]> {
  const filter = `select=eq(n\\,0),scale=in_color_matrix=${matrix}:in_range=${range}:${exact}`;
  const pixels = await pixelsOf(file, "rgb24", filter);
  return patches.map((_patch, at) => {
    const [x, y] = [(at % columns) * side.x + side.x / 2, Math.floor(at / columns) * side.y + side.y / 2];
    const offset = (Math.floor(y) * width + Math.floor(x)) * 3;
    return [...pixels.subarray(offset, offset + 3)];
  });
}

const meanDifference = (one: number[][], other: number[][]): number =>
  one.reduce((sum, rgb, at) => sum + deltaE2000(labOf(rgb), labOf(other[at] ?? [])), 0) / one.length;

/** Keeps a still and a clip of what comes, and compares them with each other, with the preview and with the chart. */
async function compare(rig: Rig, profile: DeviceProfile, ofChart: number): Promise<void> {
  await rig.until(() => rig.source.newestFrame() !== null, "a picture");
  const kept = await rig.source.keepStill({ file: join(rig.folder, "s.jpg") });
  await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
  const clip = await rig.source.stopClip("c");
  const still = await colours(kept.file, "bt601", "full");
  const moving = await colours(clip.file, profile.colour.matrix, "limited");
  const shown = join(rig.folder, "p.jpg");
  await writeFile(shown, rig.newest().jpeg);
  const preview = await colours(shown, "bt601", "full");
  expect(meanDifference(still, moving)).toBeLessThan(2);
  expect(meanDifference(still, preview)).toBeLessThan(2);
  expect(meanDifference(still, truth)).toBeLessThan(ofChart);
  expect(meanDifference(moving, truth)).toBeLessThan(ofChart);
}

describe("a colour chart is the same as still, as clip and on the screen", () => {
  const raw = async (colour: DeviceProfile["colour"], pixelFormat: string): Promise<DeviceProfile> => {
    const file = join(folder, `${colour.matrix}-${colour.range}-${pixelFormat}.nut`);
    const convert = `scale=out_color_matrix=${colour.matrix}:out_range=${colour.range}:${exact},format=${pixelFormat}`;
    await makeFile("-f", "lavfi", "-i", `${chart},${convert}`, "-frames:v", "30", "-c:v", "rawvideo", file);
    const looped = profileOf("looped-file", { ...small, file });
    return { ...looped, input: { ...looped.input, format: "raw", pixelFormat } as DeviceProfile["input"], colour };
  };

  test.each([
    ["bt709", "limited", "yuv420p"],
    ["bt709", "limited", "uyvy422"],
    ["bt601", "full", "yuvj422p"],
    ["bt601", "limited", "yuyv422"],
    ["bt709", "limited", "nv12"],
    ["bt709", "full", "yuv444p"],
  ] as const)("raw %s %s %s", { timeout: 180_000 }, async (matrix, range, pixelFormat) => {
    const profile = await raw({ matrix, range }, pixelFormat);
    await using rig = await rigFor(profile);
    await compare(rig, profile, 2);
  });

  test("a clip in HEVC", { timeout: 180_000 }, async () => {
    const profile = await raw({ matrix: "bt709", range: "limited" }, "yuv420p");
    const encoder = { ...profile.clip.encoder, codec: "libx265", level: "5.1" } as const;
    const hevc = { ...profile, clip: { ...profile.clip, encoder } };
    await using rig = await rigFor(hevc);
    await compare(rig, hevc, 2);
  });

  test("the card's own JPEG", { timeout: 180_000 }, async () => {
    const file = join(folder, "card.avi");
    const toJpeg = `scale=out_color_matrix=bt601:out_range=full:${exact},format=yuvj422p`;
    await makeFile("-f", "lavfi", "-i", `${chart},${toJpeg}`, "-frames:v", "30", "-c:v", "mjpeg", "-q:v", "2", file);
    const looped = profileOf("looped-file", { ...small, file });
    const input = { ...looped.input, format: "mjpeg", pixelFormat: "yuvj422p" } as DeviceProfile["input"];
    const profile: DeviceProfile = { ...looped, input, colour: { matrix: "bt601", range: "full" } };
    await using rig = await rigFor(profile);
    await compare(rig, profile, 2);
  });

  test("a network encoder's H.264", { timeout: 180_000 }, async () => {
    const url = `udp://127.0.0.1:${await freeUdpPort()}`;
    const convert = `realtime,scale=out_color_matrix=bt709:out_range=limited:${exact},format=yuv420p`;
    sender(
      ...["-f", "lavfi", "-i", `${chart},${convert}`, "-c:v", "libx264", "-preset", "ultrafast", "-g", "15"],
      ...["-tune", "zerolatency", "-b:v", "4M", "-f", "mpegts", `${url}?pkt_size=1316`],
    );
    const profile = profileOf("network-udp-mpegts", { ...small, url });
    expect(profile.colour).toEqual({ matrix: "bt709", range: "limited" });
    await using rig = await rigFor(profile);
    await compare(rig, profile, 3);
  });
});
