/** The ways to send a capture, as src/encoding knows them (a test compares the two), in their default order. */
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

/** Another VL class only where a site asks for it; the default skips them. */
export const stillRungs = ["original", "secondaryCapture", "secondaryCaptureUncompressed"] as const;

export const allStillRungs = [...stillRungs, "vlMicroscopic", "vlEndoscopic", "vlPhotographic"] as const;
