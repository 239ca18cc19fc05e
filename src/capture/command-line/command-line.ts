/** From a device profile to the arguments of the one ffmpeg child that makes preview, full frames and H.264. Pure. */
import type { DeviceProfile } from "../../devices/devices.ts";
import { clipOutput } from "./clip-output.ts";
import { fullOutput } from "./full-output.ts";
import { filterGraph } from "./graph.ts";
import { inputArguments } from "./input-arguments.ts";
import { pipes } from "./pipes.ts";
import { previewOutput } from "./preview-output.ts";

/** Arguments for ffmpeg. Every frame that leaves the decoder goes through all three outputs and counts as one. */
export function sourceArguments(profile: DeviceProfile): string[] {
  return [
    ...["-hide_banner", "-nostats", "-loglevel", "repeat+level+warning"],
    ...inputArguments(profile.input),
    ...["-filter_complex", filterGraph(profile)],
    ...previewOutput(profile),
    ...fullOutput(profile),
    ...clipOutput(profile),
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
