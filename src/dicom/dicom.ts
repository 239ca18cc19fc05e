/** The public face of this room: other rooms import from here only. */
export * from "./compose-input.ts";
export { type DataSet, itemsOf, numberOf, textOf, textsOf, type Value } from "./data-set.ts";
export { type DecodeOptions, decodeDataSet } from "./decode.ts";
export { type DictionaryEntry, dictionary, entryOf, entryOfTag, type Keyword } from "./dictionary.ts";
export { type EncodeOptions, encodeCommandSet, encodeDataSet, type VrEncoding } from "./encode.ts";
export { DicomError, type DicomErrorCode } from "./error.ts";
export type { Code, PatientIdentity, ScheduledStep, SopReference, WorklistItem } from "./identity.ts";
export {
  type ClipSopClassName,
  type SopClass,
  type SopClassName,
  type StillSopClassName,
  serviceClasses,
  sopClasses,
  sopClassNames,
} from "./sop-classes.ts";
export { type StoreAnswer, type StoreStatus, storeAnswer, storeStatus, storeStatuses } from "./store-answer.ts";
export { type TransferSyntaxName, transferSyntaxes } from "./transfer-syntaxes.ts";
export { isUid, newUid, wellFormedUid } from "./uid.ts";
export { chooseVideoTransferSyntax, type H264Stream } from "./video-transfer-syntax.ts";
