import { expect, test } from "vitest";
import { type ArrivingPicture, LineReader, readStreamLine } from "./stream-line.ts";

// As Debian's ffmpeg 5.1 writes them.
test.each([
  [
    "[info]   Stream #0:0: Video: rawvideo (YUY2 / 0x32595559), yuyv422, 1280x720, 147456 kb/s, 10 fps, 10 tbr, 1000k tbn",
    { width: 1280, height: 720, fps: 10, pixelAspect: null, interlaced: false },
  ],
  [
    "[info]   Stream #0:0[0x100]: Video: h264 (High) ([27][0][0][0] / 0x001B), yuv420p(tv, bt709, top first), 1920x1080 [SAR 1:1 DAR 16:9], 25 fps, 25 tbr, 90k tbn",
    { width: 1920, height: 1080, fps: 25, pixelAspect: 1, interlaced: true },
  ],
  [
    "[info]   Stream #0:0(und): Video: h264, yuv420p(progressive), 720x576 [SAR 64:45 DAR 16:9], 29.97 tbr, 1k tbn (default)",
    { width: 720, height: 576, fps: null, pixelAspect: 64 / 45, interlaced: false },
  ],
  ["[info]   Stream #0:0: Video: ffv1, yuv420p, 320x180, SAR 4:3 DAR 64:27, 30 fps", { fps: 30, pixelAspect: 4 / 3 }],
])("%s", (line, picture) => {
  expect(readStreamLine(line)).toMatchObject({ kind: "input", picture });
});

test("what is no picture of the input is none", () => {
  expect(readStreamLine("[info]   Stream #0:1: Audio: aac, 48000 Hz")).toBeNull();
  expect(readStreamLine("[info]   Stream #0:0: Video: h264, none, 90k tbr")).toBeNull();
  expect(readStreamLine("[info]   Stream #0:0 (rawvideo) -> settb:default")).toBeNull();
});

test("the first picture of the input counts, then each change of its size, once", () => {
  const seen: ArrivingPicture[] = [];
  const reader = new LineReader((picture) => seen.push(picture));
  const frame = (w: number, h: number): void =>
    reader.line(
      `[graph 0 input from stream 0:0 @ 0x55] [info] filter context - w: 640 h: 360 fmt: 0, incoming frame - w: ${w} h: ${h} fmt: 0 pts_time: 1`,
    );
  reader.line("[info]   Stream #0:0: Video: h264, yuv420p, 640x360 [SAR 1:1 DAR 16:9], 30 fps");
  reader.line("[info]   Stream #0:1: Video: mjpeg, yuvj420p, 100x100");
  reader.line("[info] Stream mapping:");
  reader.line("[info]   Stream #0:0: Video: mjpeg, yuvj420p, 960x540");
  frame(320, 240);
  frame(320, 240);
  frame(640, 360);
  expect(seen.map(({ width, height }) => [width, height])).toEqual([
    [640, 360],
    [320, 240],
    [640, 360],
  ]);
});
