import {
  type CpuEncoder,
  clipShape,
  type DeviceProfile,
  type EncoderId,
  hardwareArguments,
  isOnCpu,
  makesHevc,
} from "../../devices/devices.ts";
import { colourName } from "./graph.ts";
import { atOnce, encoderClock, everyFrame, fragmentSeconds, pipes } from "./pipes.ts";

/** The stream of the clip in fragments, made all the time: a clip begins with what is there already. */
export function clipOutput(profile: DeviceProfile, encoder: EncoderId = "libx264"): string[] {
  return [
    ...["-map", "[clip]", ...everyFrame, ...encoderClock(profile)],
    ...clipEncoding(profile, encoder),
    ...[...atOnce, `pipe:${pipes.clip}`],
  ];
}

/** The one level of HEVC that DICOM knows (PS3.5 8.2.10). */
const hevcLevel = "5.1";

/** Encoder and container of a clip; where it goes is still missing. */
export function clipEncoding(profile: DeviceProfile, encoder: EncoderId): string[] {
  const { fpsNum, fpsDen } = clipShape(profile);
  const gop = String(Math.max(1, Math.floor((fpsNum / fpsDen) * profile.clip.encoder.gopSeconds)));
  const colour = colourName(profile.colour.matrix);
  const codec = isOnCpu(encoder) ? onCpu(encoder, profile, gop) : hardwareArguments(encoder, profile).codec;
  return [
    ...[...codec, "-g", gop, "-bf", "0"],
    // Parameter sets lie in the movie header alone, where finished clips have them.
    ...(makesHevc(encoder) ? ["-tag:v", "hvc1"] : []),
    ...["-colorspace", colour, "-color_primaries", colour, "-color_trc", colour, "-color_range", "tv"],
    ...["-f", "mp4", "-movflags", "+empty_moov+default_base_moof+frag_keyframe"],
    ...["-video_track_timescale", String(fpsNum), "-frag_duration", String(fragmentSeconds * 1e6)],
  ];
}

function onCpu(id: CpuEncoder, profile: DeviceProfile, gop: string): string[] {
  const { encoder } = profile.clip;
  const { fpsNum, fpsDen } = clipShape(profile);
  const rate = `${encoder.maxBitrateKbps}k`;
  const live = ["-c:v", id, "-preset", encoder.preset, "-tune", "zerolatency"];
  const quality = ["-crf", String(encoder.crf), "-maxrate", rate, "-bufsize", rate];
  if (id === "libx265") {
    // Closed groups of pictures that begin with an IDR, none of them bidirectional: nothing is held, and each can be cut.
    const groups = `keyint=${gop}:min-keyint=${gop}:open-gop=0:scenecut=0:bframes=0:rc-lookahead=0`;
    const x265 = `level-idc=${hevcLevel}:high-tier=0:${groups}:frame-threads=1:info=0:log-level=error`;
    return [...live, ...quality, "-profile:v", "main", "-x265-params", x265];
  }
  // ultrafast leaves 8x8dct out and would then be Constrained Baseline. No B-frames and no look-ahead: nothing is held.
  const x264 = `8x8dct=1:scenecut=0:sliced-threads=0:force-cfr=1:fps=${fpsNum}/${fpsDen}${framePacking(profile)}`;
  // Where it takes the place of HEVC the profile's level is none of its own.
  const level = encoder.level === "5.1" ? "4.2" : encoder.level;
  return [
    ...[
      ...live,
      ...quality,
      "-profile:v",
      "high",
      "-level:v",
      level,
      "-keyint_min",
      gop,
      "-x264-params",
      x264,
      "-threads",
      "2",
    ],
  ];
}

/** Said in an SEI message before each key frame: 3 side by side, 4 top and bottom, the left view first (H.264 D.2.26). */
function framePacking({ stereo }: DeviceProfile): string {
  if (stereo === undefined) return "";
  return `:frame-packing=${stereo.packing === "side-by-side" ? 3 : 4}`;
}
