import { describe, expect, it } from "vitest";
import type { ClipMediaFacts, RenditionMedia } from "./rendition.ts";
import { leftViewFilters, withLeftView } from "./stereo-twin.ts";

type FramePacking = NonNullable<ClipMediaFacts["video"]["framePacking"]>;

const clipOf = (framePacking?: FramePacking): ClipMediaFacts => ({
  ...{ kind: "clip", width: 1920, height: 1080, frames: 9, fpsNum: 30, fpsDen: 1, transferSyntaxUid: "1.2.3" },
  video: { codec: "h264", colour: null, ...(framePacking && { framePacking }) },
});
const cropOf = (framePacking?: FramePacking): string | undefined =>
  leftViewFilters(clipOf(framePacking)).find((filter) => filter.startsWith("crop="));
const media: RenditionMedia = { parts: [], derivation: "Re-encoded as H.264", derivationCodes: [] };
const derivationOf = (framePacking?: FramePacking): string | null =>
  withLeftView(clipOf(framePacking), media).derivation;

describe("what is made of a stereo clip for two dimensions", () => {
  it("is its left view, wherever that lies, and says so", () => {
    expect(cropOf({ packing: "side-by-side", first: "left" })).toBe("crop=960:1080:0:0");
    expect(cropOf({ packing: "side-by-side", first: "right" })).toBe("crop=960:1080:960:0");
    expect(cropOf({ packing: "top-bottom", first: "right" })).toBe("crop=1920:540:0:540");
    for (const first of ["left", "right"] as const) {
      expect(derivationOf({ packing: "top-bottom", first })).toBe(
        "Left view of a stereo pair, scaled to the whole picture; Re-encoded as H.264",
      );
    }
  });

  it("is the first view where the stream does not say which eye that is, and claims none", () => {
    const framePacking = { packing: "side-by-side", first: "unknown" } as const;
    expect(cropOf(framePacking)).toBe("crop=960:1080:0:0");
    const derivation = derivationOf(framePacking);
    expect(derivation).toMatch(/^One view of a stereo pair \(eye not known\), scaled to the whole picture; /);
    expect(derivation).not.toMatch(/left|right/i);
  });

  it("is nothing where there is one view, or views that cannot be taken apart", () => {
    for (const framePacking of [undefined, { packing: "other", first: "left" } as const]) {
      expect(leftViewFilters(clipOf(framePacking))).toEqual([]);
      expect(derivationOf(framePacking)).toBe("Re-encoded as H.264");
    }
  });
});
