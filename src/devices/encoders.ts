import type { DeviceProfile, HardwareEncoder } from "./device-profile.ts";

/** An encoder of clips by ffmpeg's name. */
export type EncoderId = DeviceProfile["clip"]["encoder"]["codec"] | HardwareEncoder;

/** Which encoder makes the clips of a source. */
export interface EncoderChoice {
  readonly id: EncoderId;
  /** Why it is not the one that the profile prefers, for a person; null: it is. */
  readonly because: string | null;
}

/** What an encoder needs of ffmpeg's command line. */
export interface EncoderArguments {
  /** Ahead of the input. */
  readonly device: readonly string[];
  /** Behind the clip's last filter, with its comma; the picture comes as yuv420p. */
  readonly filters: string;
  readonly codec: readonly string[];
}

/**
 * High profile at the profile's level, without B frames or look-ahead: nothing is held. None of it was ever run on real
 * hardware by a test; what an encoder really makes of it is read back by the probe.
 */
export function hardwareArguments(id: HardwareEncoder, { clip }: DeviceProfile): EncoderArguments {
  const { maxBitrateKbps, level } = clip.encoder;
  const rate = ["-b:v", `${maxBitrateKbps}k`, "-maxrate", `${maxBitrateKbps}k`, "-bufsize", `${maxBitrateKbps}k`];
  const levelIdc = level.replace(".", "");
  switch (id) {
    case "h264_vaapi":
      return {
        device: ["-vaapi_device", "/dev/dri/renderD128"],
        filters: ",format=nv12,hwupload",
        codec: ["-c:v", id, "-profile:v", "100", "-level", levelIdc, "-async_depth", "1", ...rate],
      };
    case "h264_qsv":
      return {
        device: ["-init_hw_device", "qsv=clips"],
        filters: ",format=nv12",
        codec: ["-c:v", id, "-profile:v", "100", "-level", levelIdc, "-async_depth", "1", "-look_ahead", "0", ...rate],
      };
    case "h264_nvenc": {
      const live = ["-preset", "p4", "-tune", "ll", "-zerolatency", "1", "-delay", "0", "-forced-idr", "1"];
      return {
        device: [],
        filters: "",
        codec: ["-c:v", id, "-profile:v", "high", "-level", level, "-rc", "vbr", ...live, ...rate],
      };
    }
    case "h264_v4l2m2m":
      return { device: [], filters: "", codec: ["-c:v", id, "-profile:v", "100", "-level", levelIdc, ...rate] };
    default:
      return id satisfies never;
  }
}

/** What was found out about one encoder: it works here, or why not. */
export type EncoderProbe = { readonly id: HardwareEncoder; readonly failure: string | null };

/** The first preferred encoder that works, else the CPU. `probes` in the profile's order. Pure. */
export function chooseEncoder(profile: DeviceProfile, probes: readonly EncoderProbe[]): EncoderChoice {
  const { codec, preferred = [] } = profile.clip.encoder;
  if (preferred.length === 0) return { id: codec, because: null };
  if (profile.stereo !== undefined) {
    return { id: codec, because: "Only the CPU's encoder says in the stream how stereo pairs are packed." };
  }
  const works = probes.find(({ failure }) => failure === null);
  const failed = probes.flatMap(({ id, failure }) => (failure === null ? [] : [`${id}: ${failure}`]));
  if (works !== undefined) return { id: works.id, because: failed.length === 0 ? null : failed.join(" ") };
  return {
    id: codec,
    because: `No hardware encoder of the profile works here, so the CPU is used. ${failed.join(" ")}`,
  };
}

/** Whether ffmpeg's last words are about this encoder, or the device that it needs. Pure. */
export function blamesEncoder(id: EncoderId, lastLines: readonly string[]): boolean {
  const patterns = [
    new RegExp(`\\[${id} @ [^\\]]*\\] \\[(error|fatal|panic)\\]`),
    /Error while opening encoder|Error initializing output stream|Error while filtering: .*hw/i,
    /Device creation failed|Failed to set value .*(vaapi_device|init_hw_device)|hwupload/,
  ];
  return id !== "libx264" && lastLines.some((line) => patterns.some((pattern) => pattern.test(line)));
}
