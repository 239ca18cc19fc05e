/** The UIDs this hospital speaks, from PS3.6 Annex A: written out here, so that it does not share a mistake of ours. */

export const verification = "1.2.840.10008.1.1";
export const modalityWorklist = "1.2.840.10008.5.1.4.31";
export const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
export const performedProcedureStep = "1.2.840.10008.3.1.2.3.3";
export const storageCommitment = "1.2.840.10008.1.20.1";
/** The well-known instance that every request and report is about (PS3.4 J.3.5). */
export const storageCommitmentInstance = "1.2.840.10008.1.20.1.1";

const storage = "1.2.840.10008.5.1.4.1.1";
export const storageClasses: ReadonlySet<string> = new Set([
  `${storage}.7`, // Secondary Capture
  `${storage}.7.4`, // Multi-frame True Color Secondary Capture
  `${storage}.77.1.1`, // VL Endoscopic
  `${storage}.77.1.1.1`, // Video Endoscopic
  `${storage}.77.1.2`, // VL Microscopic
  `${storage}.77.1.2.1`, // Video Microscopic
  `${storage}.77.1.4`, // VL Photographic
  `${storage}.77.1.4.1`, // Video Photographic
]);

const syntax = "1.2.840.10008.1.2";
export const implicitLittleEndian = syntax;
export const explicitLittleEndian = `${syntax}.1`;
export const querySyntaxes: readonly string[] = [explicitLittleEndian, implicitLittleEndian];
/** In the order of preference, should one context propose several. What comes is kept as it is and never decoded. */
export const storageSyntaxes: readonly string[] = [
  `${syntax}.4.50`, // JPEG Baseline
  `${syntax}.4.104`, // H.264 High Profile, Level 4.2 for 2D
  `${syntax}.4.104.1`, // the same, fragmentable
  `${syntax}.4.102`, // H.264 High Profile, Level 4.1
  `${syntax}.4.102.1`,
  `${syntax}.4.107`, // HEVC Main Profile, Level 5.1
  `${syntax}.4.101`, // MPEG2 Main Profile, High Level
  `${syntax}.4.101.1`,
  `${syntax}.4.100`, // MPEG2 Main Profile, Main Level
  `${syntax}.4.100.1`,
  `${syntax}.4.70`, // JPEG Lossless, first-order prediction
  `${syntax}.4.80`, // JPEG-LS Lossless
  `${syntax}.4.90`, // JPEG 2000 Lossless
  explicitLittleEndian,
  implicitLittleEndian,
];

/** UI: at most 64 characters, digits and dots only (PS3.5 9.1). Also what makes a UID safe as the name of a file. */
export function isUid(text: string): boolean {
  return text.length <= 64 && /^[0-9]+(\.[0-9]+)*$/.test(text);
}
