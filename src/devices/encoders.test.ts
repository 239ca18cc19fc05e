import { describe, expect, test } from "vitest";
import type { DeviceProfile } from "./device-profile.ts";
import { blamesEncoder, chooseEncoder, hardwareArguments } from "./encoders.ts";

type Encoder = DeviceProfile["clip"]["encoder"];

function profileWith(preferred: Encoder["preferred"], stereo?: DeviceProfile["stereo"], more: Partial<Encoder> = {}) {
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
        ...more,
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

describe("the encoder of HEVC clips", () => {
  const hevc = { codec: "libx265", level: "5.1" } as const;
  const small = profileWith(["hevc_vaapi"], undefined, hevc);
  const uhd = { ...small, input: { ...small.input, width: 3840, height: 2160 } };
  const noDevice = { id: "hevc_vaapi", failure: "No device." } as const;
  const works = { id: "libx265", failure: null } as const;
  const missing = { id: "libx265", failure: "Unknown encoder." } as const;

  test("is libx265 where no hardware works, and says why", () => {
    const { id, because, onCpu } = chooseEncoder(small, [noDevice, works]);
    expect([id, onCpu]).toEqual(["libx265", undefined]);
    expect(because).toMatch(/CPU is used. hevc_vaapi: No device\.$/);
    expect(chooseEncoder(profileWith(undefined, undefined, hevc), [works])).toEqual({ id: "libx265", because: null });
  });

  test("is libx264 where libx265 is missing and H.264 may hold the clip, else it stays and says why", () => {
    const { id, because, onCpu } = chooseEncoder(small, [noDevice, missing]);
    expect([id, onCpu]).toEqual(["libx264", "libx264"]);
    expect(because).toMatch(/clips are H.264. hevc_vaapi: No device. libx265: Unknown encoder./);
    expect(chooseEncoder(uhd, [noDevice, missing])).toMatchObject({
      id: "libx265",
      because: expect.stringContaining("Unknown encoder"),
    });
  });

  test("is hardware that works, with what takes over from it on the CPU where that is not libx265", () => {
    const found = { id: "hevc_vaapi", failure: null } as const;
    expect(chooseEncoder(small, [found, works])).toEqual({ id: "hevc_vaapi", because: null });
    expect(chooseEncoder(small, [found, missing])).toEqual({ id: "hevc_vaapi", because: null, onCpu: "libx264" });
  });

  test("is asked for Main at level 5.1, in each encoder's own numbers", () => {
    const levels = { hevc_vaapi: "153", hevc_qsv: "51", hevc_nvenc: "5.1", hevc_v4l2m2m: "153" } as const;
    for (const [name, level] of Object.entries(levels)) {
      const id = name as keyof typeof levels;
      const { codec } = hardwareArguments(id, small);
      expect(codec.slice(0, 2)).toEqual(["-c:v", id]);
      expect(codec[codec.indexOf("-profile:v") + 1]).toMatch(/^(1|main)$/);
      expect([id, codec[codec.indexOf("-level") + 1]]).toEqual([id, level]);
    }
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
