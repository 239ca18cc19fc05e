import { clipShape, type DeviceProfile, type EncoderId, hardwareArguments } from "../../devices/devices.ts";
import { colourName } from "./graph.ts";
import { atOnce, encoderClock, everyFrame, fragmentSeconds, pipes } from "./pipes.ts";

/** The H.264 of the clip in fragments, made all the time: a clip begins with what is there already. */
export function clipOutput(profile: DeviceProfile, encoder: EncoderId = "libx264"): string[] {
  return [
    ...["-map", "[clip]", ...everyFrame, ...encoderClock(profile)],
    ...clipEncoding(profile, encoder),
    ...[...atOnce, `pipe:${pipes.clip}`],
  ];
}

/** Encoder and container of a clip; where it goes is still missing. */
export function clipEncoding(profile: DeviceProfile, encoder: EncoderId): string[] {
  const { fpsNum, fpsDen } = clipShape(profile);
  const gop = String(Math.max(1, Math.floor((fpsNum / fpsDen) * profile.clip.encoder.gopSeconds)));
  const colour = colourName(profile.colour.matrix);
  const codec = encoder === "libx264" ? onCpu(profile, gop) : hardwareArguments(encoder, profile).codec;
  return [
    ...[...codec, "-g", gop, "-bf", "0"],
    ...["-colorspace", colour, "-color_primaries", colour, "-color_trc", colour, "-color_range", "tv"],
    ...["-f", "mp4", "-movflags", "+empty_moov+default_base_moof+frag_keyframe"],
    ...["-video_track_timescale", String(fpsNum), "-frag_duration", String(fragmentSeconds * 1e6)],
  ];
}

function onCpu(profile: DeviceProfile, gop: string): string[] {
  const { encoder } = profile.clip;
  const { fpsNum, fpsDen } = clipShape(profile);
  // ultrafast leaves 8x8dct out and would then be Constrained Baseline. No B-frames and no look-ahead: nothing is held.
  const x264 = `8x8dct=1:scenecut=0:sliced-threads=0:force-cfr=1:fps=${fpsNum}/${fpsDen}${framePacking(profile)}`;
  const rate = `${encoder.maxBitrateKbps}k`;
  return [
    ...["-c:v", encoder.codec, "-preset", encoder.preset, "-tune", "zerolatency"],
    ...["-crf", String(encoder.crf), "-maxrate", rate, "-bufsize", rate],
    ...["-profile:v", "high", "-level:v", encoder.level, "-keyint_min", gop, "-x264-params", x264, "-threads", "2"],
  ];
}

/** Said in an SEI message before each key frame: 3 side by side, 4 top and bottom, the left view first (H.264 D.2.26). */
function framePacking({ stereo }: DeviceProfile): string {
  if (stereo === undefined) return "";
  return `:frame-packing=${stereo.packing === "side-by-side" ? 3 : 4}`;
}
