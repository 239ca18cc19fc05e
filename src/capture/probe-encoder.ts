import { execFile } from "node:child_process";
import { promisify } from "node:util";
import {
  chooseEncoder,
  clipShape,
  type DeviceProfile,
  type EncoderChoice,
  type EncoderId,
  type EncoderProbe,
  hardwareArguments,
  isOnCpu,
  makesHevc,
} from "../devices/devices.ts";
import { readFragment } from "./clip/fragments.ts";
import { readSps } from "./clip/h264-sps.ts";
import { readHevcSps } from "./clip/h265-sps.ts";
import { type MovieFacts, readMovie } from "./clip/movie-header.ts";
import { clipEncoding } from "./command-line/clip-output.ts";
import { type Box, BoxReader, findBox, fullBox } from "./streams/box-reader.ts";

const run = promisify(execFile);
const probedFrames = 10;
/** A driver that hangs must not keep the box from starting. */
const answersWithinMs = 10_000;
const maxBytes = 64 * 1024 * 1024;

/**
 * The encoder for the clips of a profile: each hardware encoder that it prefers, in its order, encodes some frames of the
 * clip's size, and the first one that makes what DICOM takes is used. libx265, which not every ffmpeg has, is tried as well
 * where the profile asks for it. Never throws for an encoder that does not work.
 */
export async function findEncoder(
  ffmpegPath: string,
  profile: DeviceProfile,
  timeoutMs = answersWithinMs,
): Promise<EncoderChoice> {
  const probes: EncoderProbe[] = [];
  for (const id of profile.stereo === undefined ? (profile.clip.encoder.preferred ?? []) : []) {
    const failure = await whyNotEncoder(ffmpegPath, id, profile, timeoutMs);
    probes.push({ id, failure });
    if (failure === null) break;
  }
  const { codec } = profile.clip.encoder;
  if (codec === "libx265") {
    probes.push({ id: codec, failure: await whyNotEncoder(ffmpegPath, codec, profile, timeoutMs) });
  }
  return chooseEncoder(profile, probes);
}

/** Why an encoder cannot be used, in a sentence; null: it can. */
async function whyNotEncoder(
  ffmpegPath: string,
  id: EncoderId,
  profile: DeviceProfile,
  timeoutMs: number,
): Promise<string | null> {
  const { width, height, fpsNum, fpsDen } = clipShape(profile);
  const { device, filters } = isOnCpu(id) ? { device: [], filters: "" } : hardwareArguments(id, profile);
  const picture = `testsrc2=size=${width}x${height}:rate=${fpsNum}/${fpsDen}`;
  const args = [
    ...["-hide_banner", "-nostdin", "-loglevel", "error", ...device, "-f", "lavfi", "-i", picture],
    ...["-frames:v", String(probedFrames), "-vf", `format=yuv420p${filters}`, ...clipEncoding(profile, id), "pipe:1"],
  ];
  try {
    const options = { timeout: timeoutMs, killSignal: "SIGKILL", encoding: "buffer", maxBuffer: maxBytes } as const;
    const { stdout } = await run(ffmpegPath, args, options);
    return whyNotStream(stdout, profile, makesHevc(id));
  } catch (error) {
    return whyFailed(error, timeoutMs);
  }
}

/** Why a fragmented MP4 is not what clips have to be (PS3.5 8.2.7, 8.2.10); null: it is. */
function whyNotStream(bytes: Buffer, profile: DeviceProfile, isHevc: boolean): string | null {
  const boxes: Box[] = [];
  try {
    new BoxReader(maxBytes, (box) => boxes.push(box)).push(bytes);
    const moov = boxes.find(({ type }) => type === "moov");
    const movie = moov === undefined ? null : readMovie(moov);
    const [sps] = movie?.sps ?? [];
    if (movie === null || sps === undefined || (movie.codec === "hevc") !== isHevc) {
      return `It made no ${isHevc ? "HEVC" : "H.264"}.`;
    }
    const wrong = whyNotLevel(sps, movie, Number(profile.clip.encoder.level));
    if (wrong !== null) return wrong;
    const { chromaFormat, bitDepth, interlaced, width, height } = isHevc ? readHevcSps(sps) : readSps(sps);
    const shape = clipShape(profile);
    if (chromaFormat !== 1 || bitDepth !== 8 || interlaced) return "It made other pictures than 4:2:0 of 8 bits.";
    if (width !== shape.width || height !== shape.height) return `It made pictures of ${width}×${height}.`;
    const moofs = boxes.filter(({ type }) => type === "moof");
    const frames = moofs.reduce((sum, moof) => sum + readFragment(moof).samples, 0);
    if (frames !== probedFrames) return `It made ${frames} of ${probedFrames} pictures.`;
    if (moofs.some(isReordered)) return "It reorders pictures (B frames).";
    return null;
  } catch {
    return "What it made cannot be read.";
  }
}

function whyNotLevel(sps: Buffer, { codec }: MovieFacts, most: number): string | null {
  if (codec === "h264") {
    const { profileIdc, levelIdc } = readSps(sps);
    if (profileIdc !== 100) return `It made H.264 of profile ${profileIdc}, not High.`;
    return levelIdc > 10 * most ? `It made H.264 of level ${levelIdc / 10}, above ${most}.` : null;
  }
  const { profileIdc, levelIdc, highTier } = readHevcSps(sps);
  if (profileIdc !== 1 || highTier) {
    return `It made HEVC of profile ${profileIdc} in the ${highTier ? "High" : "Main"} tier, not Main in the Main tier.`;
  }
  return levelIdc > 30 * most ? `It made HEVC of level ${levelIdc / 30}, above ${most}.` : null;
}

/** Composition offsets are written only where frames are shown in another order (ISO/IEC 14496-12 8.8.8). */
function isReordered(moof: Box): boolean {
  const trun = findBox(moof, "traf/trun");
  return trun !== null && (fullBox(trun).flags & 0x800) !== 0;
}

function whyFailed(error: unknown, timeoutMs: number): string {
  const { killed, stderr } = error as { killed?: boolean; stderr?: Buffer };
  if (killed === true) return `It did not answer within ${timeoutMs / 1000} seconds.`;
  const [first] = (stderr?.toString("utf8") ?? "").split("\n").filter((line) => line.trim() !== "");
  return first === undefined ? "It does not work." : `It does not work (${first.trim().slice(0, 200)}).`;
}
