import { serviceClasses, sopClasses, transferSyntaxes } from "../dicom/dicom.ts";
import { withoutFragments } from "../dicom/transfer-syntaxes.ts";

/** PS3.6 Annex A. */
const syntaxNames: ReadonlyMap<string, string> = new Map([
  [transferSyntaxes.implicitLittleEndian, "Implicit VR Little Endian"],
  [transferSyntaxes.explicitLittleEndian, "Explicit VR Little Endian"],
  [transferSyntaxes.jpegBaseline, "JPEG Baseline (Process 1)"],
  [transferSyntaxes.jpegLsLossless, "JPEG-LS Lossless Image Compression"],
  [transferSyntaxes.mpeg2MainLevel, "MPEG2 Main Profile / Main Level"],
  [transferSyntaxes.mpeg2HighLevel, "MPEG2 Main Profile / High Level"],
  [transferSyntaxes.h264HighLevel41, "MPEG-4 AVC/H.264 High Profile / Level 4.1"],
  [transferSyntaxes.h264HighLevel42, "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 2D Video"],
  [transferSyntaxes.h264HighLevel42Stereo, "MPEG-4 AVC/H.264 High Profile / Level 4.2 For 3D Video"],
  [transferSyntaxes.hevcMainLevel51, "HEVC/H.265 Main Profile / Level 5.1"],
]);

const classNames: ReadonlyMap<string, string> = new Map([
  ...Object.values(sopClasses).map(({ uid, name }) => [uid, `${name} Storage`] as const),
  [serviceClasses.verification, "Verification"],
  [serviceClasses.modalityWorklist, "Modality Worklist Information Model - FIND"],
  [serviceClasses.modalityPerformedProcedureStep, "Modality Performed Procedure Step"],
  [serviceClasses.storageCommitmentPush, "Storage Commitment Push Model"],
  [serviceClasses.studyRootFind, "Study Root Query/Retrieve Information Model - FIND"],
]);

/** The name of a SOP class. Throws for one that the statement does not know: then the statement would be wrong. */
export function className(uid: string): string {
  const name = classNames.get(uid);
  if (name === undefined) throw new Error(`the conformance statement has no name for the SOP class ${uid}`);
  return name;
}

/** The name of a transfer syntax; throws as `className`. */
export function syntaxName(uid: string): string {
  const plain = withoutFragments(uid);
  const name = syntaxNames.get(plain);
  if (name === undefined) throw new Error(`the conformance statement has no name for the transfer syntax ${uid}`);
  return plain === uid ? name : `Fragmentable ${name}`;
}
