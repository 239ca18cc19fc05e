import { expect, test } from "vitest";
import { EncoderFallback } from "./encoder-fallback.ts";

test("the CPU takes over from hardware that failed twice, by the encoder of the profile", () => {
  const fallback = new EncoderFallback({ id: "hevc_vaapi", because: null }, "libx265");
  expect(fallback.failed()).toBeNull();
  expect(fallback.choice).toEqual({ id: "hevc_vaapi", because: null });
  expect(fallback.failed()).toBe("hevc_vaapi");
  expect(fallback.choice).toEqual({ id: "libx265", because: expect.stringContaining("hevc_vaapi failed 2 times") });
});

test("or by the one that was found to take its place, where this ffmpeg has no such encoder", () => {
  const fallback = new EncoderFallback({ id: "hevc_vaapi", because: null, onCpu: "libx264" }, "libx265");
  fallback.failed();
  fallback.failed();
  expect(fallback.choice.id).toBe("libx264");
});

test("without a choice it is the profile's", () => {
  expect(new EncoderFallback(undefined, "libx265").choice).toEqual({ id: "libx265", because: null });
});
