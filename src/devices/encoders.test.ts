import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "./device-profile.ts";
import { blamesEncoder, chooseEncoder, hardwareArguments } from "./encoders.ts";

function profileWith(preferred: DeviceProfile["clip"]["encoder"]["preferred"], stereo?: DeviceProfile["stereo"]) {
  const profile: DeviceProfile = {
    ...{ $schema: "./device-profile.schema.json", id: "x", manufacturer: "M", model: "N", modality: "GM", assumed: [] },
    ...{ deinterlace: "none", detector: "digital", colour: { matrix: "bt709", range: "limited" } },
    sopClasses: { still: "vlMicroscopic", clip: "videoMicroscopic" },
    input: {
      ...{ kind: "simulated", width: 640, height: 360, fps: { num: 25, den: 1 }, pixelFormat: "yuv420p" },
      ...{ options: {}, settable: [] },
    },
    clip: {
      encoder: {
        ...{ codec: "libx264", preset: "ultrafast", crf: 20, maxBitrateKbps: 20_000, gopSeconds: 1, level: "4.1" },
        ...(preferred && { preferred }),
      },
    },
    still: { encoding: "jpeg", quantiser: 2 },
    ...(stereo && { stereo }),
  };
  return profile;
}

describe("the encoder of clips", () => {
  const both = profileWith(["h264_vaapi", "h264_nvenc"]);

  test("is the CPU's without a word where the profile prefers none", () => {
    expect(chooseEncoder(profileWith(undefined), [])).toEqual({ id: "libx264", because: null });
  });

  test("is the first preferred one that works, and says why an earlier one does not", () => {
    expect(chooseEncoder(both, [{ id: "h264_vaapi", failure: null }])).toEqual({ id: "h264_vaapi", because: null });
    const second = [
      { id: "h264_vaapi", failure: "No device." },
      { id: "h264_nvenc", failure: null },
    ] as const;
    expect(chooseEncoder(both, second)).toEqual({ id: "h264_nvenc", because: "h264_vaapi: No device." });
  });

  test("is the CPU's where none works, and says why", () => {
    const none = [
      { id: "h264_vaapi", failure: "No device." },
      { id: "h264_nvenc", failure: "No driver." },
    ] as const;
    const { id, because } = chooseEncoder(both, none);
    expect(id).toBe("libx264");
    expect(because).toMatch(/CPU is used.*h264_vaapi: No device\. h264_nvenc: No driver\./);
  });

  test("is the CPU's for stereo pairs, whatever works", () => {
    const stereo = profileWith(["h264_vaapi"], { packing: "side-by-side", first: "left" });
    const { id, because } = chooseEncoder(stereo, [{ id: "h264_vaapi", failure: null }]);
    expect(id).toBe("libx264");
    expect(because).toMatch(/stereo/);
  });
});

test("every hardware encoder is asked for itself, for High and for the profile's level", () => {
  for (const id of ["h264_vaapi", "h264_qsv", "h264_nvenc", "h264_v4l2m2m"] as const) {
    const { codec } = hardwareArguments(id, profileWith([id]));
    expect(codec.slice(0, 2)).toEqual(["-c:v", id]);
    expect(codec[codec.indexOf("-profile:v") + 1]).toMatch(/^(100|high)$/);
    expect(codec[codec.indexOf("-level") + 1]).toMatch(/^4\.?1$/);
  }
});

describe("the blame for an ffmpeg that ended", () => {
  test.each([
    "[h264_vaapi @ 0x55d0c0] [error] Failed to end picture encode issue: 18",
    "[AVHWDeviceContext @ 0x1] [error] Device creation failed: -5.",
    "[error] Error initializing output stream 2:0 -- Error while opening encoder for output stream #2:0",
  ])("is the encoder's: %s", (line) => {
    expect(blamesEncoder("h264_vaapi", ["other", line])).toBe(true);
    expect(blamesEncoder("libx264", [line])).toBe(false);
  });

  test.each([
    "[video4linux2,v4l2 @ 0x1] [error] ioctl(VIDIOC_DQBUF): No such device",
    "[h264_vaapi @ 0x1] [warning] Driver does not support some wanted packed headers",
    "[h264 @ 0x1] [error] no frame!",
  ])("is not the encoder's: %s", (line) => {
    expect(blamesEncoder("h264_vaapi", [line])).toBe(false);
  });
});
