/** Each sign of a wrong picture is found in a file that shows it, and no other sign is. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { previewFlags } from "../../src/capture/capture-types.ts";
import type { FindingId } from "../../src/capture/doctor/finding.ts";
import { SourceRun } from "../../src/capture/source-run.ts";
import { openRawPipe } from "../../src/capture/streams/raw-pipe.ts";
import { openProcedures } from "../support/open-procedures.ts";
import {
  ffmpegPath,
  freeUdpPort,
  makeFile,
  numbersIn,
  pixelsOf,
  profileOf,
  type Rig,
  rigFor,
  sender,
  stopSenders,
  until,
} from "./capture-rig.ts";

const size = { width: 320, height: 180, fps: 30 };
const picture = (shape = "320x180", rate = "30"): string => `testsrc2=size=${shape}:rate=${rate},noise=alls=6:allf=t`;
const seconds = 3;

let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-doctor-"));
});
afterEach(stopSenders);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A source of a file without loss, played again and again. */
async function sourceOf(name: string, graph: string): Promise<Rig> {
  const file = join(folder, `${name}.mkv`);
  const coded = ["-c:v", "ffv1", "-pix_fmt", "yuv420p", "-fps_mode", "passthrough", "-t", String(seconds)];
  await makeFile("-f", "lavfi", "-i", graph, ...coded, file);
  return rigFor(profileOf("looped-file", { ...size, file }));
}

/** That the box is busy with other tests is no property of the picture. */
const idsOf = (rig: Rig): FindingId[] =>
  rig.source
    .state()
    .findings.map(({ id }) => id)
    .filter((id) => id !== "overload");

const still = `${picture()},trim=end_frame=1,loop=loop=${seconds * 30}:size=1,setpts=N/30/TB`;
const woven = `testsrc2=size=320x180:rate=60,crop=320:180,scroll=h=0.02,tinterlace=interleave_top,setfield=prog`;

const signs: readonly (readonly [FindingId, string, RegExp])[] = [
  ["black", "color=black:size=320x180:rate=30,noise=alls=3:allf=t", /light is on/],
  ["frozen", still, /stands still/],
  ["wrong-mode", picture("240x180"), /signal is 240 × 180; .* set up for 320 × 180\. .* never stretched/],
  ["interlaced", woven, /interlaced.*progressive/],
  ["letterbox", `${picture("320x136")},pad=320:180:0:22`, /black bars/],
  ["clipped-range", `${picture()},lutyuv=y='clip(val*2-128,0,255)'`, /cut off/],
  ["wrong-aspect", `${picture()},setsar=4/3`, /too wide or too narrow/],
  ["dropped", `${picture()},select='lt(mod(n,12),10)'`, /do not arrive/],
];

test.concurrent.each(signs)(
  "%s is found, said with its cure, and nothing else is",
  { timeout: 180_000 },
  async (id, graph, words) => {
    await using rig = await sourceOf(id, graph);
    await rig.until(() => idsOf(rig).includes(id), `the finding ${id}`);
    const finding = rig.source.state().findings.find((one) => one.id === id);
    expect(finding?.message).toMatch(words);
    expect(idsOf(rig)).toEqual([id]);
  },
);

test("25 pictures a second under a profile of 30 are another mode", { timeout: 180_000 }, async () => {
  await using rig = await sourceOf("25", picture("320x180", "25"));
  await rig.until(() => idsOf(rig).includes("wrong-mode"), "the finding");
  expect(
    rig.source
      .state()
      .findings.map(({ message }) => message)
      .join(" "),
  ).toMatch(/25 pictures a second; .* 30 pictures a second/);
});

test("nothing is wrong with a good picture, nor with the simulated microscope", { timeout: 180_000 }, async () => {
  await using good = await sourceOf("good", picture());
  await using simulated = await rigFor(profileOf("simulated-microscope", { width: 640, height: 360, fps: 30 }));
  const frames = (rig: Rig): number => rig.source.state().frames;
  // Seven seconds of pictures: longer than any sign has to last.
  await simulated.until(() => frames(good) > 210 && frames(simulated) > 210, "seven seconds of pictures");
  expect([idsOf(good), idsOf(simulated)]).toEqual([[], []]);
  expect(good.source.state().measured).toMatchObject({ width: 320, height: 180, interlaced: false });
});

test("a picture of another size stands between bars, in preview and still, and its frames keep their numbers", {
  timeout: 180_000,
}, async () => {
  await using rig = await sourceOf("bars", `color=white:size=120x180:rate=30,noise=alls=4:allf=t`);
  await rig.until(() => rig.source.state().state === "live", "a picture");
  const { epoch, seq } = rig.newest();
  const kept = await rig.source.keepStill({ file: join(rig.folder, "s.jpg"), frame: { epoch, seq } });
  expect(kept.frameExact).toBe(true);
  const grey = await pixelsOf(join(rig.folder, "s.jpg"), "gray");
  const middle = [...grey.subarray(90 * size.width, 91 * size.width)].map((value) => (value > 128 ? 1 : 0));
  // 120 of 320 columns, in the middle.
  expect(middle.indexOf(1)).toBe(100);
  expect(middle.lastIndexOf(1)).toBe(219);
});

test("a signal that changes its size while it runs is never stretched, and is right again when it is back", {
  timeout: 180_000,
}, async () => {
  const port = String(await freeUdpPort());
  const camera = (shape: string, colour: string) =>
    sender(
      ...[
        "-f",
        "lavfi",
        "-i",
        `color=${colour}:size=${shape}:rate=30,realtime`,
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
      ],
      ...["-tune", "zerolatency", "-g", "15", "-pix_fmt", "yuv420p", "-f", "mpegts"],
      `udp://127.0.0.1:${port}?pkt_size=1316`,
    );
  await using rig = await rigFor(profileOf("network-udp-mpegts", { ...size, url: `udp://127.0.0.1:${port}` }));
  const wide = camera("320x180", "white");
  const shown: Buffer[] = [];
  rig.source.onPreview(({ jpeg }) => shown.push(Buffer.from(jpeg)));
  await rig.until(() => rig.source.state().state === "live" && shown.length > 5, "a picture of the right size");
  expect(idsOf(rig)).not.toContain("wrong-mode");
  const { epoch } = rig.newest();
  await using box = new AsyncDisposableStack();
  const { procedures, stop } = await openProcedures(rig.folder, { resumeAfterGap: true, besides: rig.source });
  box.defer(stop);
  const procedure = procedures.begin({ emergency: {} }, "test");
  await procedures.startClip({ sourceId: "a" }, "test");
  const atEnd: unknown[] = [];
  rig.source.onClipEnded(() => atEnd.push([rig.source.state().state === "live", rig.source.newestFrame()]));
  await wide.stop();
  const tall = camera("120x180", "gray");
  const isShown = (): boolean => rig.newest().epoch > epoch && rig.newest().seq > 5;
  await rig.until(() => idsOf(rig).includes("wrong-mode") && isShown(), "another mode");
  // What was being recorded goes on in a next clip, of the other size.
  expect(atEnd).toEqual([[false, null]]);
  const clips = () => procedures.captures(procedure.id).map(({ capture }) => capture);
  const isGoingOn = (): boolean => clips()[0]?.state === "saved" && (clips()[1]?.epoch ?? 0) > epoch;
  await rig.until(isGoingOn, "a second clip");
  expect(clips().map(({ state }) => state)).toEqual(["saved", "recording"]);
  const kept = await rig.source.keepStill({ file: join(rig.folder, "tall.jpg") });
  expect(kept.epoch).toBeGreaterThan(epoch);
  const row = (await pixelsOf(join(rig.folder, "tall.jpg"), "gray")).subarray(90 * size.width, 91 * size.width);
  const tone = (value = 60): string => (value < 40 ? "black" : value > 200 ? "white" : "grey");
  expect([10, 160, 310].map((x) => tone(row[x]))).toEqual(["black", "grey", "black"]);
  // Stretched it would be grey at its edges.
  const stream = join(folder, "sizes.mjpeg");
  await writeFile(stream, Buffer.concat(shown));
  const edges = await pixelsOf(stream, "gray", "crop=2:2:4:90,scale=1:1");
  expect(new Set([...edges].map(tone))).toEqual(new Set(["white", "black"]));
  await tall.stop();
  const again = camera("320x180", "white");
  await rig.until(() => rig.source.state().state === "live" && !idsOf(rig).includes("wrong-mode"), "the right mode");
  await again.stop();
});

test("a preview that is thinned out keeps the true number of each picture, and nothing else is thinned", {
  timeout: 180_000,
}, async () => {
  const profile = profileOf("simulated-microscope", { width: 640, height: 360, fps: 30 });
  const previews: { readonly seq: number; readonly jpeg: Buffer }[] = [];
  const fulls: number[] = [];
  const run = new SourceRun({
    ...{ ffmpegPath, profile, epoch: 1, arriving: null, encoder: "libx264", raw: await openRawPipe() },
    listener: {
      onPreview: (jpeg, seq) => previews.push({ seq, jpeg: Buffer.from(jpeg) }),
      onFull: (bytes, seq) => {
        fulls.push(seq);
        return [bytes];
      },
      onInit: () => {},
      onFragment: () => {},
      onTime: () => {},
      onLook: () => {},
      onLine: () => {},
      onSkipped: () => {},
    },
  });
  try {
    const steps = (): number[] => previews.slice(-5).map(({ seq }, at, all) => seq - (all[at - 1]?.seq ?? seq));
    const everyNth = (n: number): Promise<void> =>
      until(
        () =>
          steps().length === 5 &&
          steps()
            .slice(1)
            .every((step) => step === n),
        `every ${n}th picture`,
      );
    await everyNth(1);
    for (const n of [3, 6, 2, 1]) {
      run.thinPreview(n);
      await everyNth(n);
    }
    const shown = [...previews];
    const stream = join(folder, "previews.mjpeg");
    await writeFile(stream, Buffer.concat(shown.map(({ jpeg }) => jpeg)));
    expect(await numbersIn(stream, 640, 360)).toEqual(shown.map(({ seq }) => seq));
    expect(fulls).toEqual(fulls.map((_seq, at) => at));
  } finally {
    await run.child.stop();
  }
});

test("a box that cannot keep up shows fewer pictures, says so, and records every one", {
  timeout: 180_000,
}, async () => {
  await using rig = await rigFor(profileOf("simulated-microscope", { width: 640, height: 360, fps: 30 }));
  await rig.until(() => rig.source.state().state === "live", "a picture");
  expect(rig.source.state().preview).toEqual({ fps: 30, reduced: null });
  // Our own event loop has too much to do.
  const work = setInterval(() => {
    const end = performance.now() + 150;
    while (performance.now() < end);
  }, 200);
  try {
    await rig.until(() => (rig.newest().flags & previewFlags.reduced) !== 0, "a reduced preview");
    const { preview, findings } = rig.source.state();
    expect(preview.fps).toBeLessThan(30);
    expect(preview.reduced).toMatch(/overloaded/);
    expect(findings.find(({ id }) => id === "overload")?.message).toBe(preview.reduced);
    const kept = await rig.source.keepStill({ file: join(rig.folder, "s.jpg") });
    expect(await numbersIn(join(rig.folder, "s.jpg"), 640, 360)).toEqual([kept.seq]);
    await rig.source.startClip({ id: "c", file: join(rig.folder, "c.mp4") });
    await rig.until(() => rig.source.state().preview.fps === 5, "the least preview");
  } finally {
    clearInterval(work);
  }
  const clip = await rig.source.stopClip("c");
  const numbers = await numbersIn(join(rig.folder, "c.mp4"), 640, 360);
  expect(numbers).toEqual(numbers.map((_number, at) => clip.firstSeq + at));
});
