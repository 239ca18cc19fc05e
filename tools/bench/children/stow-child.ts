/** Stores Part 10 files in one POST: URL, then files. Prints the time to the end of the answer and peak memory. */
import { readPart10Meta } from "../../../src/dicom/dicom.ts";
import { storeInstances } from "../../../src/dicomweb/dicomweb.ts";

const [url = "", ...files] = process.argv.slice(2);
const items = await Promise.all(
  files.map(async (file) => {
    const { sopClassUid, sopInstanceUid, transferSyntaxUid, sizeBytes } = await readPart10Meta(file);
    return { sopClassUid, sopInstanceUid, transferSyntaxUid, pieces: [{ file, offset: 0, sizeBytes }] };
  }),
);
const deadlines = { connectMs: 10_000, readMs: 30_000, writeMs: 30_000, responseMs: 120_000 };

// The first requests of a process load and compile Node HTTP, some 25 ms; a box that runs for weeks has done that, and
// what curl tells of itself begins after its start, too.
for (let time = 0; items.length > 1 && time < 5; time += 1) await storeInstances({ url, deadlines }, items);

const startedAt = performance.now();
const { instances } = await storeInstances({ url, deadlines }, items);
const ms = performance.now() - startedAt;
for (const { kind } of instances.values()) if (kind !== "stored") throw new Error(`an instance is ${kind}`);
process.stdout.write(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
