import { clipShape, type DeviceProfile } from "../../devices/devices.ts";
import { colourName } from "./graph.ts";
import { atOnce, encoderClock, everyFrame, fragmentSeconds, pipes } from "./pipes.ts";

/** The H.264 of the clip in fragments, made all the time: a clip begins with what is there already. */
export function clipOutput(profile: DeviceProfile): string[] {
  const { encoder } = profile.clip;
  const { fpsNum, fpsDen } = clipShape(profile);
  const gop = Math.max(1, Math.floor((fpsNum / fpsDen) * encoder.gopSeconds));
  const colour = colourName(profile.colour.matrix);
  // ultrafast leaves 8x8dct out and would then be Constrained Baseline. No B-frames and no look-ahead: nothing is held.
  const x264 = `8x8dct=1:scenecut=0:sliced-threads=0:force-cfr=1:fps=${fpsNum}/${fpsDen}${framePacking(profile)}`;
  const rate = [
    "-crf",
    String(encoder.crf),
    "-maxrate",
    `${encoder.maxBitrateKbps}k`,
    "-bufsize",
    `${encoder.maxBitrateKbps}k`,
  ];
  return [
    ...["-map", "[clip]", ...everyFrame, ...encoderClock(profile)],
    ...["-c:v", encoder.codec, "-preset", encoder.preset, "-tune", "zerolatency", ...rate],
    ...["-profile:v", "high", "-level:v", encoder.level, "-g", String(gop), "-keyint_min", String(gop), "-bf", "0"],
    ...["-x264-params", x264, "-threads", "2"],
    ...["-colorspace", colour, "-color_primaries", colour, "-color_trc", colour, "-color_range", "tv"],
    ...[
      "-f",
      "mp4",
      "-movflags",
      "+empty_moov+default_base_moof+frag_keyframe",
      "-video_track_timescale",
      String(fpsNum),
    ],
    ...["-frag_duration", String(fragmentSeconds * 1e6), ...atOnce, `pipe:${pipes.clip}`],
  ];
}

/** Said in an SEI message before each key frame: 3 side by side, 4 top and bottom, the left view first (H.264 D.2.26). */
function framePacking({ stereo }: DeviceProfile): string {
  if (stereo === undefined) return "";
  return `:frame-packing=${stereo.packing === "side-by-side" ? 3 : 4}`;
}
