import type { DeviceInput } from "../../devices/devices.ts";
import { simulatedMicroscope } from "../input/simulated-microscope.ts";
import { testPicture } from "../input/test-picture.ts";

/** ffmpeg's arguments for where the picture comes from. */
export function inputArguments(input: DeviceInput): string[] {
  const size = `${input.width}x${input.height}`;
  const rate = `${input.fps.num}/${input.fps.den}`;
  const extra = Object.entries(input.options).flatMap(([name, value]) => [`-${name}`, value]);
  // Frame threads of the decoder hold frames back; one thread keeps the picture live.
  const decoder = ["-threads", "1", "-flags", "low_delay", "-reinit_filter", "0"];
  const quickStart = ["-probesize", "1000000", "-analyzeduration", "1000000"];
  switch (input.kind) {
    case "v4l2": {
      const format = input.format === "raw" ? input.pixelFormat : input.format;
      const asked = ["-f", "v4l2", "-input_format", format, "-framerate", rate, "-video_size", size];
      return [...asked, ...decoder, ...extra, "-i", input.device];
    }
    case "rtsp":
      return [
        ...["-rtsp_transport", input.transport, "-timeout", "5000000", ...quickStart, ...decoder, ...extra],
        ...["-i", input.url],
      ];
    case "srt":
      return ["-timeout", "5000000", ...quickStart, ...decoder, ...extra, "-f", "mpegts", "-i", input.url];
    case "udp": {
      const container = input.url.startsWith("udp:") ? ["-f", "mpegts"] : [];
      return [...quickStart, ...decoder, ...container, ...extra, "-i", input.url];
    }
    case "file":
      return ["-re", "-stream_loop", "-1", ...decoder, ...extra, "-i", input.file];
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
      return [...shape, ...decoder, ...extra, "-i", input.file];
    }
    case "decklink": {
      const mode = input.mode === undefined ? [] : ["-format_code", input.mode];
      const asked = ["-f", "decklink", "-video_input", input.connector, "-raw_format", input.pixelFormat, ...mode];
      return [...asked, ...decoder, ...extra, "-i", input.card];
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
