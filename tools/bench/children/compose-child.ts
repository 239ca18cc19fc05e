/** Composes one Part 10 file: media file, target. Prints the time until it is durable and peak memory. */
import { stat, writeFile } from "node:fs/promises";
import { newUid, sopClasses, transferSyntaxes, writePart10 } from "../../../src/dicom/dicom.ts";

const [media = "", target = ""] = process.argv.slice(2);

async function compose(path: string): Promise<void> {
  const { size: sizeBytes } = await stat(path);
  const sopInstanceUid = newUid();
  await writePart10(target, {
    sopClassUid: sopClasses.videoMicroscopic.uid,
    sopInstanceUid,
    transferSyntaxUid: transferSyntaxes.h264HighLevel41,
    dataSet: { SOPClassUID: sopClasses.videoMicroscopic.uid, SOPInstanceUID: sopInstanceUid, PatientID: "BENCH" },
    pixelData: { kind: "encapsulated", path, sizeBytes },
  });
}

// A box composes all day: its threads are there already.
await writeFile(`${target}.small`, "a small one");
await compose(`${target}.small`);
const startedAt = performance.now();
await compose(media);
const ms = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
