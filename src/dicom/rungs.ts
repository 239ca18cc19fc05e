/** The forms in which a capture may go to a node, by the names that settings and renditions use. One list for all. */

/** Every rung of a clip's ladder in its default order (`original` is what was recorded, in the profile's SOP class). */
export const clipRungs = [
  "original",
  "videoMicroscopic",
  "videoEndoscopic",
  "videoPhotographic",
  "videoMicroscopicH264",
  "videoEndoscopicH264",
  "videoPhotographicH264",
  "videoMicroscopicMpeg2",
  "videoEndoscopicMpeg2",
  "videoPhotographicMpeg2",
  "multiFrameTrueColor",
  "keyFrames",
] as const;

/** Every rung of a still's ladder; `jpeg` is a JPEG in the class of the original. */
export const stillRungs = [
  "original",
  "vlMicroscopic",
  "vlEndoscopic",
  "vlPhotographic",
  "secondaryCapture",
  "secondaryCaptureUncompressed",
  "jpeg",
  "secondaryCaptureJpeg",
] as const;

export type ClipRung = (typeof clipRungs)[number];
export type StillRung = (typeof stillRungs)[number];

const onlyWhereSet: ReadonlySet<StillRung> = new Set(["vlMicroscopic", "vlEndoscopic", "vlPhotographic"]);

/** A still's ladder where a site sets none: another VL class only where it asks for it. */
export const defaultStillRungs: readonly StillRung[] = stillRungs.filter((rung) => !onlyWhereSet.has(rung));
