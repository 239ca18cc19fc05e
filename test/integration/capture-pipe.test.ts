/** Raw frames of another program through a FIFO, and the pictures that stand still. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import { simulatedMicroscope } from "../../src/capture/input/simulated-microscope.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { numberOn, numbersIn, pixelsOf, profileOf, rigFor, sender, small, stopSenders } from "./capture-rig.ts";

const { width, height } = small;
afterEach(stopSenders);

test("a FIFO is no signal without a writer, live with one, a failure at its end, and live again", {
  timeout: 180_000,
}, async () => {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "frames");
  await promisify(execFile)("mkfifo", [file]);
  await using rig = await rigFor(profileOf("raw-frames-pipe", { ...small, file }));
  await rig.until(() => rig.source.state().state === "no-signal", "no signal");
  expect(rig.source.state().message).toContain("program which writes the frames");
  const graph = simulatedMicroscope(width, height, 30, 1);
  const write = () => sender("-y", "-f", "lavfi", "-i", graph, "-pix_fmt", "yuv420p", "-f", "rawvideo", file);
  const other = write();
  await rig.until(() => rig.source.state().state === "live" && rig.source.newestFrame() !== null, "live");
  const shown = rig.newest();
  const kept = await rig.source.keepStill({ frame: shown, file: join(rig.folder, "s.jpg") });
  expect(kept).toMatchObject({ frameExact: true, sourceWasLossy: false });
  const [number] = await numbersIn(kept.file, width, height);
  expect(number).not.toBeNull();
  expect(number).toBe(await numberOn(rig, shown));
  await other.stop();
  await rig.until(() => rig.source.state().state !== "live", "its end");
  write();
  await rig.until(() => rig.source.state().state === "live" && rig.source.state().epoch > shown.epoch, "live again");
});

test.each(["bars", "chart"] as const)(
  "the simulated source shows %s, still but for the running number",
  async (picture) => {
    const profile = profileOf("simulated-microscope", small);
    if (profile.input.kind !== "simulated") throw new Error("another input");
    await using rig = await rigFor({ ...profile, input: { ...profile.input, picture } });
    await rig.until(() => rig.source.state().state === "live" && rig.source.newestFrame() !== null, "live");
    const still = async (name: string) => rig.source.keepStill({ file: join(rig.folder, name) });
    const [one, two] = [await still("1.jpg"), await still("2.jpg")];
    // The number stands along the bottom edge.
    const above = `crop=${width}:${height - 40}:0:0`;
    const pixels = await pixelsOf(one.file, "rgb24", above);
    expect(pixels.equals(await pixelsOf(two.file, "rgb24", above))).toBe(true);
    expect(new Set(pixels).size).toBeGreaterThan(20);
    expect((await numbersIn(one.file, width, height))[0]).not.toBeNull();
  },
);
