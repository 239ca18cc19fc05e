/** From a device profile to the arguments of the one ffmpeg child that makes preview, full frames and clips. Pure. */
import { type DeviceProfile, type EncoderId, hardwareArguments, isOnCpu } from "../../devices/devices.ts";
import { clipOutput } from "./clip-output.ts";
import { fullOutput } from "./full-output.ts";
import { type ArrivingSize, filterGraph } from "./graph.ts";
import { copiedInput, inputArguments } from "./input-arguments.ts";
import { lookOutput } from "./look-output.ts";
import { pipes } from "./pipes.ts";
import { previewOutput } from "./preview-output.ts";

/** Arguments for ffmpeg. Every frame that leaves the decoder counts as one, in every output. `arriving`: the size that is known to arrive, where it is not the profile's; `isCopied`: clips are made of the stream as it comes, which the child reads from a pipe. */
export function sourceArguments(
  profile: DeviceProfile,
  arriving: ArrivingSize | null = null,
  encoder: EncoderId = "libx264",
  everyNth = 1,
  hasFull = true,
  isCopied = false,
): string[] {
  const hardware = isCopied || isOnCpu(encoder) ? null : hardwareArguments(encoder, profile);
  return [
    ...["-hide_banner", "-nostats", "-loglevel", "repeat+level+info"],
    ...(hardware?.device ?? []),
    ...(isCopied ? copiedInput() : inputArguments(profile.input)),
    ...["-filter_complex", filterGraph(profile, arriving, isCopied ? null : hardware?.filters, everyNth, hasFull)],
    ...previewOutput(profile),
    ...(hasFull ? fullOutput(profile) : []),
    ...(isCopied ? [] : clipOutput(profile, encoder)),
    ...lookOutput(profile),
  ];
}

/** The command to paste into a shell; its pipes go nowhere there. */
export function shellLine(ffmpegPath: string, args: readonly string[]): string {
  const quoted = [ffmpegPath, ...args].map((word) =>
    /^[A-Za-z0-9_./:=+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`,
  );
  const sinks = Object.values(pipes).map((fd) => `${fd}>/dev/null`);
  return [...quoted, ...sinks].join(" ");
}
