/**
 * Stores Part 10 files over one association: port, folder of certificates (empty: without TLS), then files. Prints the time
 * from connect to release and peak memory.
 */
import { join } from "node:path";
import { type Part10Meta, readPart10Meta } from "../../../src/dicom/dicom.ts";
import { openAssociation } from "../../../src/dimse/dimse.ts";
import { TlsFiles } from "../../../src/lib/tls-files.ts";
import { serverName } from "../../../test/support/tls-identity.ts";
import { settled } from "./settled.ts";

const [port = "", tlsFolder = "", ...files] = process.argv.slice(2);
const metas: { file: string; meta: Part10Meta }[] = [];
for (const file of files) metas.push({ file, meta: await readPart10Meta(file) });
const first = metas[0];
if (first === undefined) throw new Error("no files");
const contexts = [{ abstractSyntax: first.meta.sopClassUid, transferSyntaxes: [first.meta.transferSyntaxUid] }];
const address = { host: "127.0.0.1", port: Number(port), calledAeTitle: "ANY-SCP", callingAeTitle: "SCOPELINE" };
const pem = (name: string): string => join(tlsFolder, `${name}.pem`);
const identity = {
  caFile: pem("authority"),
  certificateFile: pem("ownCertificate"),
  keyFile: pem("ownKey"),
  serverName,
};
const tlsFiles = tlsFolder === "" ? undefined : new TlsFiles(identity);
const options = tlsFiles === undefined ? {} : { tls: () => tlsFiles.identity() };

const inputs = metas.map(({ file, meta }) => ({
  sopClassUid: meta.sopClassUid,
  sopInstanceUid: meta.sopInstanceUid,
  transferSyntaxUid: meta.transferSyntaxUid,
  file,
  offset: meta.dataSetOffset,
  sizeBytes: meta.sizeBytes - meta.dataSetOffset,
}));

/** The time from connect to release, in ms. */
async function storeAll(all: typeof inputs): Promise<number> {
  const startedAt = performance.now();
  const association = await openAssociation(address, contexts, options);
  for (const [index, input] of all.entries()) {
    // As the outbox does: the next file is read while the peer answers.
    const { status } = await association.store(input, all[index + 1]);
    if (status !== 0) throw new Error(`status ${status}`);
  }
  await association.release();
  return performance.now() - startedAt;
}

// The box is a process that runs on: it has sent before, and has been compiled. (The receiver writes these over.)
if (inputs.length > 1) for (let time = 0; time < 3; time += 1) await storeAll(inputs.slice(0, 20));
await settled();
const ms = await storeAll(inputs);
process.stdout.write(JSON.stringify({ ms, peakMb: process.resourceUsage().maxRSS / 1024 }));
