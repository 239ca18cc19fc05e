import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type DataSet, DicomError, type Part10File, readPart10 } from "../dicom/dicom.ts";
import type { FitInstance } from "./instances.ts";
import { wordsOf } from "./peer-words.ts";
import type { Reader } from "./readers.ts";
import type { ReadBackSeen } from "./seen.ts";

/** A video that an archive has decoded is a hundred times larger: then it is not the same, and its end is not waited for. */
const mostGrowth = 8;

export interface ReadBack {
  readonly seen: ReadBackSeen;
  /** What came back, without pixels; null when nothing readable did. */
  readonly dataSet: DataSet | null;
}

/** Retrieves one instance and compares its pixel bytes with those that were sent. */
export async function readBack(
  reader: Reader,
  instance: FitInstance,
  directory: string,
  signal: AbortSignal,
): Promise<ReadBack> {
  const file = join(directory, `${instance.sopInstanceUid}.back.dcm`);
  const maxBytes = instance.sizeBytes * mostGrowth + 16_000_000;
  try {
    const other = await reader.retrieve(instance, file, maxBytes, signal);
    if (other !== null) return { seen: { kind: "recoded", transferSyntaxUid: other }, dataSet: null };
    const back = await readPart10(file);
    const { transferSyntaxUid } = back.meta;
    if (transferSyntaxUid !== instance.transferSyntaxUid) {
      return { seen: { kind: "recoded", transferSyntaxUid }, dataSet: back.dataSet };
    }
    const sent = await readPart10(instance.file);
    const isSame = (await pixelHash(instance.file, sent)) === (await pixelHash(file, back));
    return { seen: { kind: isSame ? "same" : "changed" }, dataSet: back.dataSet };
  } catch (error) {
    signal.throwIfAborted();
    const words = error instanceof DicomError ? `What came back cannot be read: ${error.message}` : wordsOf(error);
    return { seen: { kind: "failed", words }, dataSet: null };
  } finally {
    await rm(file, { force: true });
  }
}

/** Of the bytes in all fragments one after the other, however they are cut. */
async function pixelHash(file: string, { pixelFragments }: Part10File): Promise<string> {
  const hash = createHash("sha256");
  for (const { offset, sizeBytes } of pixelFragments) {
    if (sizeBytes === 0) continue;
    for await (const chunk of createReadStream(file, { start: offset, end: offset + sizeBytes - 1 }))
      hash.update(chunk);
  }
  return hash.digest("hex");
}
