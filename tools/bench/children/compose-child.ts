/** Composes one Part 10 file: media file, target. Prints the time until it is durable and peak memory. */
import { stat } from "node:fs/promises";
import { newUid, sopClasses, transferSyntaxes, writePart10 } from "../../../src/dicom/dicom.ts";

const [media = "", target = ""] = process.argv.slice(2);
const { size: sizeBytes } = await stat(media);
const sopInstanceUid = newUid();
const startedAt = performance.now();
await writePart10(target, {
  sopClassUid: sopClasses.videoMicroscopic.uid,
  sopInstanceUid,
  transferSyntaxUid: transferSyntaxes.h264HighLevel41,
  dataSet: { SOPClassUID: sopClasses.videoMicroscopic.uid, SOPInstanceUID: sopInstanceUid, PatientID: "BENCH" },
  pixelData: { kind: "encapsulated", path: media, sizeBytes },
});
const ms = performance.now() - startedAt;
process.stdout.write(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
