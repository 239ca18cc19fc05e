import { describe, expect, test } from "vitest";
import { readDvTimings } from "./card-signal.ts";
import { readFfmpegList, readV4l2Ctl } from "./formats.ts";
import { findIdentity, identitiesOf } from "./identity.ts";
import { devicesText } from "./list-devices.ts";
import type { VideoDevice } from "./video-device.ts";

function card(number: number, busPath: string, serial: string | null = "A1", index = 0): VideoDevice {
  const usb = { vendor: "0fd9", product: "0066", serial };
  return { device: `/dev/video${number}`, name: "Grabber", index, busPath, usb, links: [] };
}
const identified = (devices: readonly VideoDevice[]) =>
  devices.map((device) => ({ ...device, ids: identitiesOf(device, devices) }));

describe("a video device", () => {
  test("is found again by what it is, under another number and in another socket", () => {
    const [before] = identified([card(0, "usb1/1-2/1-2:1.0")]);
    const id = String(before?.ids[0]);
    expect(id).toBe("id:usb:0fd9:0066:A1");
    expect(findIdentity(id, identified([card(3, "usb2/2-1/2-1:1.0")]))).toEqual({ device: "/dev/video3" });
    expect(findIdentity(id, [])).toMatchObject({ problem: expect.stringContaining("Plug it in") });
  });

  test("is not confused with an equal one: they are told apart by their sockets, and never guessed at", () => {
    const both = identified([card(0, "usb1/1-2/1-2:1.0"), card(1, "usb1/1-3/1-3:1.0")]);
    expect(both.map(({ ids }) => ids)).toEqual([["id:path:usb1/1-2/1-2:1.0"], ["id:path:usb1/1-3/1-3:1.0"]]);
    expect(findIdentity("id:path:usb1/1-3/1-3:1.0", both)).toEqual({ device: "/dev/video1" });
    expect(findIdentity("id:usb:0fd9:0066:A1", both)).toMatchObject({
      problem: expect.stringMatching(/1-2:1.0 or id/),
    });
  });

  test("has nodes of its own beside the picture, and perhaps no serial number", () => {
    const one = identified([card(0, "usb1/1-2/1-2:1.0"), card(1, "usb1/1-2/1-2:1.0", "A1", 1)]);
    expect(one.map(({ ids }) => ids[0])).toEqual(["id:usb:0fd9:0066:A1", "id:usb:0fd9:0066:A1#1"]);
    expect(findIdentity("id:path:usb1/1-2/1-2:1.0#1", one)).toEqual({ device: "/dev/video1" });
    expect(identified([card(0, "platform/vivid.0", null)])[0]?.ids).toEqual(["id:path:platform/vivid.0"]);
    expect(identified([card(0, "x", "a b\u0000;$(c)")])[0]?.ids[0]).toBe("id:usb:0fd9:0066:a_b____c_");
  });
});

describe("what a device delivers", () => {
  const listed = `ioctl: VIDIOC_ENUM_FMT
	Type: Video Capture

	[0]: 'YUYV' (YUYV 4:2:2)
		Size: Discrete 640x480
			Interval: Discrete 0.040s (25.000 fps)
			Interval: Discrete 0.033s (30.000 fps)
		Size: Stepwise 16x16 - 1920x1080 with step 2/2
	[1]: 'MJPG' (Motion-JPEG, compressed)
		Size: Discrete 1920x1080
			Interval: Stepwise 0.017s - 1.000s with step 0.017s (1.000-60.000 fps)
`;

  test("is read from v4l2-ctl's words", () => {
    expect(readV4l2Ctl(listed)).toEqual([
      {
        ...{ code: "YUYV", isCompressed: false },
        sizes: [
          { width: 640, height: 480, rates: [30, 25] },
          { width: 1920, height: 1080, rates: [] },
        ],
      },
      { code: "MJPG", isCompressed: true, sizes: [{ width: 1920, height: 1080, rates: [60] }] },
    ]);
  });

  test("is read from ffmpeg's words, without rates", () => {
    const text = `[video4linux2,v4l2 @ 0x55] Raw       :     yuyv422 :           YUYV 4:2:2 : 640x480 320x240
[video4linux2,v4l2 @ 0x55] Compressed:       mjpeg :          Motion-JPEG : 1920x1080
/dev/video0: Immediate exit requested`;
    expect(readFfmpegList(text)).toEqual([
      {
        ...{ code: "yuyv422", isCompressed: false },
        sizes: [
          { width: 640, height: 480, rates: [] },
          { width: 320, height: 240, rates: [] },
        ],
      },
      { code: "mjpeg", isCompressed: true, sizes: [{ width: 1920, height: 1080, rates: [] }] },
    ]);
  });

  test("is passed over where it makes no sense, and has a limit", () => {
    expect(readV4l2Ctl("Size: Discrete 1x1\n\u0000 (30.000 fps)\n[x]: 'Y'")).toEqual([]);
    const many = Array.from({ length: 500 }, () => "[0]: 'YUYV' (YUYV 4:2:2)\n").join("");
    expect(readV4l2Ctl(many)).toHaveLength(32);
    const wide = `[0]: 'YUYV' (x)\n${"Size: Discrete 2x2\n".repeat(500)}`;
    expect(readV4l2Ctl(wide)[0]?.sizes).toHaveLength(64);
  });

  test("is said with the words for the settings, and where there is no device", () => {
    const [one] = identified([card(0, "usb1/1-2/1-2:1.0")]);
    if (one === undefined) throw new Error("no device");
    const text = devicesText([{ ...one, formats: readV4l2Ctl(listed), from: "v4l2-ctl", problem: null }]);
    expect(text).toContain('input.device: "id:usb:0fd9:0066:A1"');
    expect(text).toContain("640x480  30, 25 fps");
    expect(devicesText([])).toMatch(/no video device.*Plug/);
  });
});

describe("what arrives at the socket of a card", () => {
  const timings = (format: string, pixelclock: string): string =>
    `\tActive width: 1920\n\tActive height: 1080\n\tTotal width: 2640\n\tTotal height: 1125\n\tFrame format: ${format}\n\tPolarities: -vsync -hsync\n\tPixelclock: ${pixelclock}\n`;

  test("is read with its size and the rate of whole pictures", () => {
    expect(readDvTimings(timings("progressive", "148500000 Hz (50.00 frames per second)"))).toEqual({
      ...{ kind: "signal", width: 1920, height: 1080, fps: 50, interlaced: false },
    });
    expect(readDvTimings(timings("interlaced", "74250000 Hz (50.00 fields per second)"))).toMatchObject({
      ...{ fps: 25, interlaced: true },
    });
    expect(readDvTimings(timings("progressive", "0 Hz"))).toMatchObject({ width: 1920, fps: null });
  });

  test.each([
    ["Link has been severed", "no-signal"],
    ["No locks available", "no-lock"],
    ["Numerical result out of range", "out-of-range"],
    ["Inappropriate ioctl for device", "not-told"],
    ["No data available", "not-told"],
    ["Device or resource busy", "unknown"],
  ])("is told by the driver's error: %s", (words, kind) => {
    const zeros = "\tActive width: 0\n\tActive height: 0\n";
    expect(readDvTimings(`VIDIOC_QUERY_DV_TIMINGS: failed: ${words}\n${zeros}`)).toEqual({ kind });
  });

  test("is not known where nothing that makes sense is said", () => {
    expect(readDvTimings("\tActive width: 0\n\tActive height: 0\n")).toEqual({ kind: "unknown" });
    expect(readDvTimings("Active width: 99999999999999\nActive height: 5")).toEqual({ kind: "unknown" });
  });
});
