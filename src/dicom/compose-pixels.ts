import type { LossyMethod, LossySource, MovingPictures } from "./compose-input.ts";
import { nonEmptyItems } from "./compose-modules.ts";
import { codeItems } from "./compose-request.ts";
import type { DataSet } from "./data-set.ts";
import type { Code } from "./identity.ts";
import { transferSyntaxes, withoutFragments } from "./transfer-syntaxes.ts";

/** Image Pixel and VL Image modules (PS3.3 C.7.6.3, C.8.12.1; for video PS3.5 8.2.7: no Pixel Aspect Ratio). */
export function imagePixel(rows: number, columns: number, photometricInterpretation: string): DataSet {
  return {
    SamplesPerPixel: 3,
    PhotometricInterpretation: photometricInterpretation,
    PlanarConfiguration: 0,
    Rows: rows,
    Columns: columns,
    BitsAllocated: 8,
    BitsStored: 8,
    HighBit: 7,
    PixelRepresentation: 0,
  };
}

/**
 * Every lossy step so far, ours last; methods and ratios pair (PS3.3 C.7.6.1.1.5), so a step whose ratio nobody knows is
 * not listed. `ours` null: this encoding loses nothing, but what was lost before stays lost. Ratios are to 24 bits a pixel,
 * which is what a decoder gives back.
 */
export function lossyHistory(
  source: LossySource | readonly LossySource[] | null | undefined,
  ours: { readonly method: LossyMethod; readonly uncompressedBytes: number; readonly sizeBytes: number } | null,
): DataSet {
  const sources = source === null || source === undefined ? [] : [source].flat();
  const steps = sources.flatMap(({ method, ratio }) => (ratio === undefined ? [] : [{ method, ratio }]));
  if (ours !== null) steps.push({ method: ours.method, ratio: ours.uncompressedBytes / ours.sizeBytes });
  if (steps.length === 0) return { LossyImageCompression: sources.length === 0 ? "00" : "01" };
  return {
    LossyImageCompression: "01",
    LossyImageCompressionRatio: steps.map(({ ratio }) => decimalString(ratio, 6)),
    LossyImageCompressionMethod: steps.map(({ method }) => method),
  };
}

/** Cine and Multi-frame modules (PS3.3 C.7.6.5, C.7.6.6). No audio is recorded, so no audio channel is described. */
export function cine(clip: MovingPictures): DataSet {
  const { numerator, denominator } = clip.frameRate;
  const framesPerSecond = Math.round(numerator / denominator);
  return {
    NumberOfFrames: clip.numberOfFrames,
    FrameIncrementPointer: "00181063",
    FrameTime: decimalString((1000 * denominator) / numerator, 12),
    FrameDelay: "0",
    StartTrim: 1,
    StopTrim: clip.numberOfFrames,
    CineRate: framesPerSecond,
    RecommendedDisplayFrameRate: framesPerSecond,
    EffectiveDuration: decimalString(clip.durationMs / 1000, 12),
    PreferredPlaybackSequencing: 0,
  };
}

/** Multi-frame module (PS3.3 C.7.6.6): said of packed pairs only; which view is which is in the stream (C.7.6.6.1.3). */
export function stereoPairs(transferSyntaxUid: string): DataSet {
  const isStereo = withoutFragments(transferSyntaxUid) === transferSyntaxes.h264HighLevel42Stereo;
  return isStereo ? { StereoPairsPresent: "YES" } : {};
}

export function anatomy(region: Code | undefined, otherwise: readonly Code[] = []): DataSet {
  const given = region === undefined ? [] : codeItems([region]);
  return { AnatomicRegionSequence: nonEmptyItems(given.length > 0 ? given : codeItems(otherwise)) };
}

/** A number as DS: at most 16 characters (PS3.5 6.2). */
function decimalString(value: number, digits: number): string {
  return String(Number(value.toPrecision(digits)));
}
