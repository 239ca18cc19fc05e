/** What a profile does to the picture, by the real ffmpeg: crop, deinterlacing, scaling of clips. */
import { join, resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { Source } from "../../src/capture/capture.ts";
import { type DeviceProfile, findFfmpeg, loadDeviceProfiles, resolveProfile } from "../../src/devices/devices.ts";
import { silentLog } from "../../src/lib/log.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { until } from "../support/scopeline.ts";

const profiles = (await loadDeviceProfiles(resolve(import.meta.dirname, "../../device-profiles"))).profiles;

async function shapes(
  change: Partial<DeviceProfile>,
): Promise<{ still: string; clip: string; frames: number; interlaced: boolean; fps: number }> {
  await using directory = await temporaryDirectory();
  const { path: ffmpegPath } = await findFfmpeg();
  const simulated = profiles.get("simulated-microscope");
  if (simulated === undefined) throw new Error("no profile");
  const { profile } = resolveProfile(simulated, { width: 640, height: 360, fps: 20 });
  const source = new Source({ id: "s", index: 0, profile: { ...profile, ...change }, ffmpegPath, log: silentLog });
  source.start();
  try {
    await until("a live picture", () => source.state().state === "live");
    await source.startClip({ id: "c", file: join(directory.path, "c.mp4") });
    await sleep(700);
    const still = await source.keepStill({ file: join(directory.path, "s.jpg") });
    const clip = await source.stopClip("c");
    return {
      still: `${still.width}x${still.height}`,
      clip: `${clip.width}x${clip.height}`,
      frames: clip.frames,
      interlaced: clip.video.interlaced,
      fps: clip.fpsNum / clip.fpsDen,
    };
  } finally {
    await source.stop();
  }
}

it("crops stills and clips alike", async () => {
  expect(await shapes({ crop: { x: 160, y: 90, width: 320, height: 180 } })).toMatchObject({
    still: "320x180",
    clip: "320x180",
  });
});

it("deinterlaces to one frame for two fields, and to one for each at twice the rate", async () => {
  const frame = await shapes({ deinterlace: "frame" });
  expect(frame).toMatchObject({ still: "640x360", clip: "640x360", interlaced: false, fps: 20 });
  const field = await shapes({ deinterlace: "field" });
  expect(field).toMatchObject({ interlaced: false, fps: 40 });
  expect(field.frames).toBeGreaterThan(20);
});

it("scales clips and leaves stills at full resolution", async () => {
  const simulated = profiles.get("simulated-microscope");
  if (simulated === undefined) throw new Error("no profile");
  const clip = { ...simulated.clip, scale: { width: 320, height: 180 } };
  expect(await shapes({ clip })).toMatchObject({ still: "640x360", clip: "320x180" });
});
