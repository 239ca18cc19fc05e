import { randomBytes, randomFillSync } from "node:crypto";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { newUid, sopClasses, transferSyntaxes, writePart10 } from "../../src/dicom/dicom.ts";

/** A file of random bytes: nothing on the way can compress or skip it. */
export async function randomFile(path: string, sizeBytes: number): Promise<void> {
  const block = randomBytes(4 * 1024 * 1024);
  const file = await open(path, "w");
  for (let written = 0; written < sizeBytes; written += block.length) {
    randomFillSync(block, 0, 64);
    await file.write(block, 0, Math.min(block.length, sizeBytes - written));
  }
  await file.sync();
  await file.close();
}

/** The same in small: some instances, of a few megabytes together. */
export function quick(count: number, sizeBytes: number): { readonly count: number; readonly sizeBytes: number } {
  return { count: Math.min(count, 10), sizeBytes: Math.min(sizeBytes, 10_000_000) };
}

export interface BenchInstance {
  readonly file: string;
  readonly sopInstanceUid: string;
}

/** Part 10 files with that much pixel data: `count` stills of Secondary Capture, or clips of Video Microscopic Image. */
export async function makeInstances(
  directory: string,
  kind: "still" | "clip",
  count: number,
  sizeBytes: number,
): Promise<BenchInstance[]> {
  const media = join(directory, `pixels-${kind}`);
  await randomFile(media, sizeBytes);
  const sopClass = kind === "still" ? sopClasses.secondaryCapture : sopClasses.videoMicroscopic;
  const transferSyntaxUid = kind === "still" ? transferSyntaxes.jpegBaseline : transferSyntaxes.h264HighLevel41;
  const instances: BenchInstance[] = [];
  for (let index = 0; index < count; index += 1) {
    const sopInstanceUid = newUid();
    const file = join(directory, `${sopInstanceUid}.dcm`);
    const dataSet = {
      SpecificCharacterSet: "ISO_IR 192",
      SOPClassUID: sopClass.uid,
      SOPInstanceUID: sopInstanceUid,
      PatientName: "Bench^Test",
      PatientID: "BENCH",
      StudyInstanceUID: newUid(),
      SeriesInstanceUID: newUid(),
      Modality: sopClass.modality ?? "OT",
    };
    const pixelData = { kind: "encapsulated", path: media, sizeBytes } as const;
    await writePart10(file, { sopClassUid: sopClass.uid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData });
    instances.push({ file, sopInstanceUid });
  }
  await rm(media);
  return instances;
}
