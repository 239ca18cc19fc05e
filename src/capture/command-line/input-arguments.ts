import type { DeviceInput, NetworkInput } from "../../devices/devices.ts";
import { simulatedMicroscope } from "../input/simulated-microscope.ts";
import { testPicture } from "../input/test-picture.ts";
import { copiedPipe } from "./pipes.ts";

/** Frame threads of the decoder hold frames back; one thread keeps the picture live. */
const liveDecoder = ["-threads", "1", "-flags", "low_delay", "-reinit_filter", "0"];

/** ffmpeg's arguments for where the picture comes from. */
export function inputArguments(input: DeviceInput): string[] {
  const size = `${input.width}x${input.height}`;
  const rate = `${input.fps.num}/${input.fps.den}`;
  const extra = extraOptions(input);
  switch (input.kind) {
    case "v4l2": {
      const format = input.format === "raw" ? input.pixelFormat : input.format;
      const asked = ["-f", "v4l2", "-input_format", format, "-framerate", rate, "-video_size", size];
      return [...asked, ...liveDecoder, ...extra, "-i", input.device];
    }
    case "rtsp":
    case "srt":
    case "udp":
      return networkInput(input, "decoder");
    case "file":
      return ["-re", "-stream_loop", "-1", ...liveDecoder, ...extra, "-i", input.file];
    case "pipe": {
      // Raw frames carry no time: that of their arrival tells of those that never came.
      const clock = ["-use_wallclock_as_timestamps", "1"];
      const shape = [
        ...clock,
        "-f",
        "rawvideo",
        "-pixel_format",
        input.pixelFormat,
        "-video_size",
        size,
        "-framerate",
        rate,
      ];
      return [...shape, ...liveDecoder, ...extra, "-i", input.file];
    }
    case "decklink": {
      const mode = input.mode === undefined ? [] : ["-format_code", input.mode];
      const asked = ["-f", "decklink", "-video_input", input.connector, "-raw_format", input.pixelFormat, ...mode];
      return [...asked, ...liveDecoder, ...extra, "-i", input.card];
    }
    case "simulated": {
      const { picture = "microscope", width, height, fps } = input;
      const draw = picture === "microscope" ? simulatedMicroscope : testPicture(picture);
      const graph = draw(width, height, fps.num, fps.den);
      return ["-f", "lavfi", ...extra, "-i", graph];
    }
    default:
      return input satisfies never;
  }
}

/**
 * The same of a network encoder: for the child that decodes it, or for one that only receives, which has nothing to look ahead
 * for and leaves out what is damaged.
 */
export function networkInput(input: NetworkInput, reader: "decoder" | "receiver"): string[] {
  const isDecoded = reader === "decoder";
  const before = ["-probesize", "1000000", "-analyzeduration", isDecoded ? "1000000" : "100000"];
  // Flags that the profile has are added to.
  const whole = isDecoded ? [] : ["-fflags", "+discardcorrupt"];
  const rest = [...before, ...(isDecoded ? liveDecoder : [])];
  const extra = [...extraOptions(input), ...whole];
  switch (input.kind) {
    case "rtsp":
      return ["-rtsp_transport", input.transport, "-timeout", "5000000", ...rest, ...extra, "-i", input.url];
    case "srt":
      return ["-timeout", "5000000", ...rest, ...extra, "-f", "mpegts", "-i", input.url];
    case "udp": {
      const container = input.url.startsWith("udp:") ? ["-f", "mpegts"] : [];
      return [...rest, ...container, ...extra, "-i", input.url];
    }
    default:
      return input satisfies never;
  }
}

/** What the child reads on its own pipe: the stream as `pass-through/` gives it, each picture decoded as it comes. */
export function copiedInput(): string[] {
  const atOnce = ["-fpsprobesize", "0", "-analyzeduration", "1", "-probesize", "32"];
  return [...atOnce, ...liveDecoder, "-f", "flv", "-i", `pipe:${copiedPipe}`];
}

function extraOptions(input: DeviceInput): string[] {
  return Object.entries(input.options).flatMap(([name, value]) => [`-${name}`, value]);
}
