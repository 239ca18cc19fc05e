import { execFile } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { type DeviceProfile, loadDeviceProfiles } from "../../src/devices/devices.ts";

const folder = fileURLToPath(new URL("../../device-profiles/", import.meta.url));

/** A card of 1920×1080 at `fps`, YUYV, recorded with 12 Mbit/s; its picture is a file of raw frames, so that making it costs nothing. */
export async function cardFrom(file: string, fps: number): Promise<DeviceProfile> {
  const { profiles } = await loadDeviceProfiles(folder);
  const card = profiles.get("hdmi-sdi-v4l2-card");
  if (card === undefined) throw new Error("no profile hdmi-sdi-v4l2-card");
  const { width, height, pixelFormat, options } = card.input;
  return {
    ...card,
    input: {
      ...{ kind: "file", file, format: "raw", width, height, pixelFormat, options, settable: [] },
      fps: { num: fps, den: 1 },
    },
    clip: { encoder: { ...card.clip.encoder, maxBitrateKbps: 12_000 } },
  };
}

/** Three seconds of a moving picture, as the card delivers it. */
export async function makeFrames(directory: string, ffmpegPath: string, fps: number): Promise<string> {
  const file = join(directory, `frames-${fps}.nut`);
  // A field of detail that moves, as under a microscope: not a chart of flat patches, which would cost nothing to encode.
  const picture = `gradients=s=1920x1080:r=${fps}:speed=0.05:n=6,noise=alls=6:allf=t,format=yuyv422`;
  await promisify(execFile)(ffmpegPath, [
    ...["-v", "error", "-y", "-f", "lavfi", "-i", picture, "-t", "3"],
    ...["-c:v", "rawvideo", "-f", "nut", file],
  ]);
  return file;
}
