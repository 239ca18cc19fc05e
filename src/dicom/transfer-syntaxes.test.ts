import { expect, it } from "vitest";
import { fragmentableTwin, mayBeFragmented, transferSyntaxes, withoutFragments } from "./transfer-syntaxes.ts";

it("MPEG-2 and H.264 have fragmentable twins, HEVC needs none, JPEG has none (PS3.5 A.4)", () => {
  const { mpeg2MainLevel, h264HighLevel42, hevcMainLevel51, jpegBaseline } = transferSyntaxes;
  expect(fragmentableTwin(mpeg2MainLevel)).toBe("1.2.840.10008.1.2.4.100.1");
  expect(fragmentableTwin(h264HighLevel42)).toBe("1.2.840.10008.1.2.4.104.1");
  expect(fragmentableTwin(hevcMainLevel51)).toBeUndefined();
  expect(fragmentableTwin(jpegBaseline)).toBeUndefined();
  expect(withoutFragments("1.2.840.10008.1.2.4.104.1")).toBe(h264HighLevel42);
  expect(withoutFragments(transferSyntaxes.explicitLittleEndian)).toBe(transferSyntaxes.explicitLittleEndian);
  expect([mpeg2MainLevel, `${mpeg2MainLevel}.1`, hevcMainLevel51, jpegBaseline].map(mayBeFragmented)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});
