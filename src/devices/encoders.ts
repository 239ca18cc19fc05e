import type { DeviceProfile, HardwareEncoder } from "./device-profile.ts";
import { fitsH264 } from "./levels.ts";

/** An encoder on the CPU, by ffmpeg's name. */
export type CpuEncoder = DeviceProfile["clip"]["encoder"]["codec"];

/** An encoder of clips by ffmpeg's name. */
export type EncoderId = CpuEncoder | HardwareEncoder;

/** Which encoder makes the clips of a source. */
export interface EncoderChoice {
  readonly id: EncoderId;
  /** Why it is not the one that the profile prefers, for a person; null: it is. */
  readonly because: string | null;
  /** On the CPU, when it fails while it runs; absent: what the profile says. */
  readonly onCpu?: CpuEncoder;
}

/** What an encoder needs of ffmpeg's command line. */
export interface EncoderArguments {
  /** Ahead of the input. */
  readonly device: readonly string[];
  /** Behind the clip's last filter, with its comma; the picture comes as yuv420p. */
  readonly filters: string;
  readonly codec: readonly string[];
}

/** Whether it needs no hardware. */
export function isOnCpu(id: EncoderId): id is CpuEncoder {
  return id === "libx264" || id === "libx265";
}

/** Whether it makes HEVC; else it makes H.264. */
export function makesHevc(id: EncoderId): boolean {
  return id === "libx265" || id.startsWith("hevc_");
}

/**
 * H.264 High at the profile's level, or HEVC Main at level 5.1, without B frames or look-ahead: nothing is held. None of it
 * was ever run on real hardware by a test; what an encoder really makes of it is read back by the probe.
 */
export function hardwareArguments(id: HardwareEncoder, { clip }: DeviceProfile): EncoderArguments {
  const { maxBitrateKbps, level } = clip.encoder;
  const rate = ["-b:v", `${maxBitrateKbps}k`, "-maxrate", `${maxBitrateKbps}k`, "-bufsize", `${maxBitrateKbps}k`];
  const isHevc = makesHevc(id);
  // general_level_idc is thirty times the level (ITU-T H.265 A.4.1), level_idc ten times.
  const levelIdc = isHevc ? String(Math.round(Number(level) * 30)) : level.replace(".", "");
  const profile = isHevc ? "1" : "100";
  const tier = isHevc ? ["-tier", "main"] : [];
  switch (id) {
    case "h264_vaapi":
    case "hevc_vaapi":
      return {
        device: ["-vaapi_device", "/dev/dri/renderD128"],
        filters: ",format=nv12,hwupload",
        codec: ["-c:v", id, "-profile:v", profile, "-level", levelIdc, ...tier, "-async_depth", "1", ...rate],
      };
    case "h264_qsv":
    case "hevc_qsv": {
      // Quick Sync counts levels of HEVC in tenths (MFX_LEVEL_HEVC_51 is 51).
      const inTenths = level.replace(".", "");
      const live = ["-async_depth", "1", ...(isHevc ? [] : ["-look_ahead", "0"])];
      return {
        device: ["-init_hw_device", "qsv=clips"],
        filters: ",format=nv12",
        codec: ["-c:v", id, "-profile:v", profile, "-level", inTenths, ...live, ...rate],
      };
    }
    case "h264_nvenc":
    case "hevc_nvenc": {
      const live = ["-preset", "p4", "-tune", "ll", "-zerolatency", "1", "-delay", "0", "-forced-idr", "1"];
      const named = isHevc ? "main" : "high";
      return {
        device: [],
        filters: "",
        codec: ["-c:v", id, "-profile:v", named, "-level", level, ...tier, "-rc", "vbr", ...live, ...rate],
      };
    }
    case "h264_v4l2m2m":
    case "hevc_v4l2m2m":
      return { device: [], filters: "", codec: ["-c:v", id, "-profile:v", profile, "-level", levelIdc, ...rate] };
    default:
      return id satisfies never;
  }
}

/** What was found out about one encoder: it works here, or why not. */
export type EncoderProbe = { readonly id: EncoderId; readonly failure: string | null };

/**
 * The first preferred encoder that works, else the profile's on the CPU; where that is libx265 and was found not to work,
 * libx264 if H.264 may hold the clip. `probes` in the profile's order, libx265's last where there is one. Pure.
 */
export function chooseEncoder(profile: DeviceProfile, probes: readonly EncoderProbe[]): EncoderChoice {
  const { codec, preferred = [] } = profile.clip.encoder;
  if (profile.stereo !== undefined && preferred.length > 0) {
    return { id: codec, because: "Only the CPU's encoder says in the stream how stereo pairs are packed." };
  }
  const isMissing = probes.some(({ id, failure }) => id === codec && failure !== null);
  const onCpu = isMissing && codec === "libx265" && fitsH264(profile) ? "libx264" : codec;
  const works = probes.find(({ id, failure }) => failure === null && !isOnCpu(id));
  const failed = probes.filter(({ id, failure }) => failure !== null && (works === undefined || !isOnCpu(id)));
  const why = failed.map(({ id, failure }) => `${id}: ${failure}`).join(" ");
  if (works !== undefined) return { id: works.id, because: why || null, ...(onCpu !== codec && { onCpu }) };
  if (onCpu !== codec) return { id: onCpu, because: `HEVC cannot be made here, so clips are H.264. ${why}`, onCpu };
  if (why === "" || isMissing) return { id: codec, because: why || null };
  return { id: codec, because: `No hardware encoder of the profile works here, so the CPU is used. ${why}` };
}

/** Whether ffmpeg's last words are about this encoder, or the device that it needs. Pure. */
export function blamesEncoder(id: EncoderId, lastLines: readonly string[]): boolean {
  const patterns = [
    new RegExp(`\\[${id} @ [^\\]]*\\] \\[(error|fatal|panic)\\]`),
    /Error while opening encoder|Error initializing output stream|Error while filtering: .*hw/i,
    /Device creation failed|Failed to set value .*(vaapi_device|init_hw_device)|hwupload/,
  ];
  return !isOnCpu(id) && lastLines.some((line) => patterns.some((pattern) => pattern.test(line)));
}
