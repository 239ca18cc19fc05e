import type { ComposeClipInput, ComposeMultiFrameInput, ComposeStillInput, LossyMethod } from "./compose-input.ts";
import { commonModules, secondaryCapture, visibleLight } from "./compose-modules.ts";
import { anatomy, cine, imagePixel, lossyHistory, stereoPairs } from "./compose-pixels.ts";
import type { DataSet } from "./data-set.ts";
import { DicomError } from "./error.ts";
import { fitDataSet } from "./fit.ts";
import type { Code } from "./identity.ts";
import { transferSyntaxes, withoutFragments } from "./transfer-syntaxes.ts";
import type { Violation } from "./validate.ts";

/** Told what was changed in text that did not fit its VR (see `fitDataSet`). */
export type OnRepair = (repair: Violation) => void;

/**
 * The whole data set of a still but its Pixel Data: Secondary Capture (PS3.3 A.8.1) or a VL image (A.32.1, .2, .4), as
 * JPEG, JPEG-LS or uncompressed. The same input gives the same data set. Whatever text a worklist sent, composing does not fail.
 */
export function composeStill(input: ComposeStillInput, onRepair?: OnRepair): DataSet {
  const { still, instance } = input;
  const { rows, columns, sizeBytes, photometricInterpretation } = still;
  const jpeg = { method: "ISO_10918_1", uncompressedBytes: rows * columns * 3, sizeBytes } as const;
  return fitted(
    {
      ...commonModules(input),
      ...(instance.sopClass === "secondaryCapture" ? secondaryCapture(input) : visibleLight(input)),
      ...imagePixel(rows, columns, photometricInterpretation),
      ...lossyHistory(still.sourceWasLossy, (still.encoding ?? "jpeg") === "jpeg" ? jpeg : null),
      ...anatomy(input.anatomicRegion),
    },
    onRepair,
  );
}

/**
 * The whole data set of a clip but its Pixel Data: a Video Endoscopic, Microscopic or Photographic image (PS3.3 A.32.5
 * to A.32.7). Throws DicomError `unsupported` for a transfer syntax that is not video.
 */
export function composeClip(input: ComposeClipInput, onRepair?: OnRepair): DataSet {
  const { clip } = input;
  const method = videoMethods.get(withoutFragments(clip.transferSyntaxUid));
  if (method === undefined) throw new DicomError("unsupported", "A clip needs a video transfer syntax.");
  const uncompressedBytes = clip.rows * clip.columns * 3 * clip.numberOfFrames;
  return fitted(
    {
      ...commonModules(input),
      ...visibleLight(input),
      ...imagePixel(clip.rows, clip.columns, "YBR_PARTIAL_420"),
      // HEVC Main 10 alone has more than 8 bits (PS3.5 8.2.11).
      ...(clip.transferSyntaxUid === transferSyntaxes.hevcMain10Level51 && {
        BitsAllocated: 16,
        BitsStored: 10,
        HighBit: 9,
      }),
      ...lossyHistory(clip.sourceWasLossy, { method, uncompressedBytes, sizeBytes: clip.sizeBytes }),
      ...cine(clip),
      ...stereoPairs(clip.transferSyntaxUid),
      ...anatomy(input.anatomicRegion, [unspecifiedRegion]),
    },
    onRepair,
  );
}

/**
 * The whole data set but its Pixel Data of a clip as single JPEG pictures: Multi-frame True Color Secondary Capture
 * (PS3.3 A.8.5: General Image, Image Pixel, Cine, Multi-frame, SC Equipment, SC Image and SC Multi-frame Image modules;
 * nothing is measured or placed in space, so there is no Frame of Reference).
 */
export function composeMultiFrameTrueColor(input: ComposeMultiFrameInput, onRepair?: OnRepair): DataSet {
  const { clip } = input;
  const uncompressedBytes = clip.rows * clip.columns * 3 * clip.numberOfFrames;
  return fitted(
    {
      ...commonModules(input),
      ...secondaryCapture(input),
      ...imagePixel(clip.rows, clip.columns, "YBR_FULL_422"),
      ...lossyHistory(clip.sourceWasLossy, { method: "ISO_10918_1", uncompressedBytes, sizeBytes: clip.sizeBytes }),
      ...cine(clip),
      ...anatomy(input.anatomicRegion),
    },
    onRepair,
  );
}

const videoMethods = new Map<string, LossyMethod>([
  [transferSyntaxes.h264HighLevel41, "ISO_14496_10"],
  [transferSyntaxes.h264BdCompatibleHighLevel41, "ISO_14496_10"],
  [transferSyntaxes.h264HighLevel42, "ISO_14496_10"],
  [transferSyntaxes.h264HighLevel42Stereo, "ISO_14496_10"],
  [transferSyntaxes.hevcMainLevel51, "ISO_23008_2"],
  [transferSyntaxes.hevcMain10Level51, "ISO_23008_2"],
  [transferSyntaxes.mpeg2MainLevel, "ISO_13818_2"],
  [transferSyntaxes.mpeg2HighLevel, "ISO_13818_2"],
]);

/** The video IODs demand a region (PS3.3 A.32.5.3); where nobody said one, the code that claims nothing. */
const unspecifiedRegion: Code = {
  codeValue: "123037004",
  codingSchemeDesignator: "SCT",
  codeMeaning: "Body structure",
};

function fitted(dataSet: DataSet, onRepair: OnRepair | undefined): DataSet {
  const { dataSet: fitting, repairs } = fitDataSet(dataSet);
  if (onRepair !== undefined) for (const repair of repairs) onRepair(repair);
  return fitting;
}
