import { describe, expect, test } from "vitest";
import type { DeviceInput } from "../devices/devices.ts";
import { SignalWatch } from "./doctor/signal-watch.ts";
import { whyEnded } from "./doctor/why-ended.ts";
import { FrameTimes } from "./still/frame-times.ts";
import { RawSplitter } from "./streams/raw-splitter.ts";

describe("raw frames", () => {
  test.each([1, 3, 4, 5, 100])("are whole however their bytes arrive: %i at a time", (step) => {
    const frames: Buffer[] = [];
    const splitter = new RawSplitter(4, (bytes) => frames.push(Buffer.from(bytes)));
    const stream = Buffer.from("aaaabbbbccccdd");
    for (let at = 0; at < stream.length; at += step) splitter.push(stream.subarray(at, at + step));
    expect(frames.map(String)).toEqual(["aaaa", "bbbb", "cccc"]);
  });
});

describe("time stamps of copied frames", () => {
  test("name the frame, also when a line comes in two pieces and rounding moved it by a microsecond", () => {
    const told: number[][] = [];
    const times = new FrameTimes((seq, timeUs) => told.push([seq, timeUs]));
    times.push("frame:0    pts:0       pts_time:0\nscopeline=1\nframe:1    pts:33");
    times.push("333   pts_time:0.033333\nscopeline=1\n");
    expect(told).toEqual([
      [0, 0],
      [1, 33_333],
    ]);
  });
});

describe("the signal watch", () => {
  function watch() {
    const clock = { now: 0 };
    const said: string[] = [];
    const one = new SignalWatch({
      onSilent: () => said.push("silent"),
      onGiveUp: () => said.push("give up"),
      now: () => clock.now,
    });
    one.stop();
    const pass = (ms: number): void => {
      for (let gone = 0; gone < ms; gone += 100) {
        clock.now += 100;
        one.tick();
      }
    };
    return { one, clock, said, pass };
  }

  test("says within 2 s that a picture was lost and gives the child up", () => {
    const { one, said, pass } = watch();
    one.frame();
    pass(1100);
    expect(said).toEqual([]);
    pass(400);
    expect(said).toEqual(["silent", "give up"]);
  });

  test("lets a child wait for its first picture, but says so", () => {
    const { one, said, pass } = watch();
    pass(2000);
    expect(said).toEqual(["silent"]);
    one.frame();
    pass(1000);
    expect(said).toEqual(["silent"]);
  });

  test("gives up a child that never has a picture", () => {
    const { said, pass } = watch();
    pass(11_000);
    expect(said).toContain("give up");
  });

  test("blames nobody for a time in which we were held up ourselves", () => {
    const { one, clock, said } = watch();
    one.frame();
    clock.now += 5000;
    one.tick();
    expect(said).toEqual([]);
  });
});

describe("the reason why a source ended", () => {
  const rtsp: DeviceInput = {
    kind: "rtsp",
    url: "rtsp://viewer:secret@192.0.2.7:554/live?key=1",
    transport: "tcp",
    format: "h264",
    width: 640,
    height: 360,
    fps: { num: 25, den: 1 },
    pixelFormat: "yuv420p",
    options: {},
    settable: [],
  };

  test.each([
    "rtsp://admin:pa/ss@192.0.2.7:554/live",
    "rtsp://admin:p@ss@192.0.2.7:554/live",
    "rtsp://admin:pa?ss@192.0.2.7:554/live",
  ])("shows no part of the password in %s", (url) => {
    expect(whyEnded([], { ...rtsp, url })).not.toMatch(/admin|pa\b|ss/);
  });

  test("says what to do and never shows a password", () => {
    const words = whyEnded(["[error] Connection to tcp://192.0.2.7 failed: Connection refused"], rtsp);
    expect(words).toBe(
      "The network video 192.0.2.7:554 does not answer. Check that the encoder is on and its cable is in.",
    );
  });

  test("has something to say when ffmpeg said nothing", () => {
    expect(whyEnded([], rtsp)).toContain("192.0.2.7:554");
  });
});
