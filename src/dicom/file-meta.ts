import type { DataSet } from "./data-set.ts";
import { encodeDataSet } from "./encode.ts";

/** Who wrote a file, PS3.10 7.1; the same goes into an association's user information (PS3.7 D.3.3.2). */
export interface Implementation {
  readonly classUid: string;
  /** SH: at most 16 characters. */
  readonly versionName: string;
}

export const scopelineImplementation: Implementation = {
  classUid: "2.25.112925151595047941652925390696266480354",
  versionName: "SCOPELINE_0.1",
};

export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
}

/** Preamble, prefix and file meta information, PS3.10 7.1: what stands in front of the data set. */
export function encodeFileMeta(meta: FileMeta, implementation: Implementation): Buffer {
  const rest = explicit({
    FileMetaInformationVersion: Uint8Array.of(0, 1),
    MediaStorageSOPClassUID: meta.sopClassUid,
    MediaStorageSOPInstanceUID: meta.sopInstanceUid,
    TransferSyntaxUID: meta.transferSyntaxUid,
    ImplementationClassUID: implementation.classUid,
    ImplementationVersionName: implementation.versionName,
  });
  const groupLength = explicit({ FileMetaInformationGroupLength: rest.length });
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM", "latin1"), groupLength, rest]);
}

function explicit(dataSet: DataSet): Buffer {
  return encodeDataSet(dataSet, { transferSyntax: "explicit" });
}
