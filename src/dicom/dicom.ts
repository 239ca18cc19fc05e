/** The public face of this room: other rooms import from here only. */
export { type CharacterSetName, characterSets } from "./character-set.ts";
export { composeClip, composeMultiFrameTrueColor, composeStill, type OnRepair } from "./compose.ts";
export * from "./compose-input.ts";
export { type DataSet, itemsOf, numberOf, textOf, textsOf, type Value } from "./data-set.ts";
export { type DecodeOptions, decodeDataSet } from "./decode.ts";
export type { DictionaryEntry, Keyword } from "./dictionary.ts";
export { type EncodeOptions, encodeDataSet, type VrEncoding } from "./encode.ts";
export { DicomError, type DicomErrorCode } from "./error.ts";
export { type FileMeta, type Implementation, scopelineImplementation } from "./file-meta.ts";
export type { Code, PatientIdentity, ScheduledStep, SopReference, WorklistItem } from "./identity.ts";
export { type JpegHeader, readJpegHeader } from "./jpeg-header.ts";
export { type Part10File, type Part10Meta, readPart10, readPart10Meta } from "./part10-read.ts";
export { type Part10Input, type Part10PixelData, type Part10Written, writePart10 } from "./part10-write.ts";
export { type CannotHold, type Recoded, type RecodedHead, recodeDataSet, recodedHead } from "./recode.ts";
export { type ClipRung, clipRungs, defaultStillRungs, type StillRung, stillRungs } from "./rungs.ts";
export {
  type ClipSopClassName,
  type SopClass,
  type SopClassName,
  type StillSopClassName,
  serviceClasses,
  sopClasses,
  sopClassNames,
  type VideoSopClassName,
} from "./sop-classes.ts";
export { type StoreAnswer, storeAnswer } from "./store-answer.ts";
export { fragmentableTwin, isHevc, type TransferSyntaxName, transferSyntaxes } from "./transfer-syntaxes.ts";
export { derivedUid, isUid, newUid, wellFormedUid } from "./uid.ts";
export { chooseVideoTransferSyntax, type H264Stream, type HevcStream } from "./video-transfer-syntax.ts";
