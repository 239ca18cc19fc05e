import { createReadStream, createWriteStream } from "node:fs";
import { open, rm, writeFile } from "node:fs/promises";
import { pipeline } from "node:stream/promises";
import { type DicomWebTarget, retrieveInstance } from "../dicomweb/dicomweb.ts";
import { type Association, DimseError } from "../dimse/dimse.ts";
import { associate, type Encoding, instanceKeys, serviceContext, storageContexts } from "./dimse-channel.ts";
import type { FitInstance } from "./instances.ts";
import type { FitDimse, FitNode } from "./node.ts";
import { hex } from "./peer-words.ts";

/** A way to get instances back from a node. */
export interface Reader extends AsyncDisposable {
  readonly how: "WADO-RS" | "C-GET";
  /**
   * One instance as a Part 10 file; a transfer syntax instead where it came in another than it was sent in and so was not
   * kept. Throws DimseError or DicomWebError.
   */
  retrieve(instance: FitInstance, file: string, maxBytes: number, signal: AbortSignal): Promise<string | null>;
}

/** By DICOMweb where it is set up, else by C-GET. null: the node takes no C-GET. Throws DimseError. */
export async function readerOf(
  { dicomweb, dimse }: FitNode,
  encodings: readonly Encoding[],
  signal: AbortSignal,
): Promise<Reader | null> {
  if (dicomweb !== null) return webReader(dicomweb.target);
  if (dimse === null) return null;
  return GetReader.open(dimse, encodings, signal);
}

function webReader(target: DicomWebTarget): Reader {
  return {
    how: "WADO-RS",
    async retrieve(instance, file, maxBytes, signal) {
      await retrieveInstance(target, instance, file, { maxBytes, signal });
      return null;
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** Study Root Query/Retrieve Information Model - GET (PS3.4 C.6.2). */
const studyRootGet = "1.2.840.10008.5.1.4.1.2.2.3";

class GetReader implements Reader {
  readonly how = "C-GET";
  readonly #association: Association;

  private constructor(association: Association) {
    this.#association = association;
  }

  static async open(dimse: FitDimse, encodings: readonly Encoding[], signal: AbortSignal): Promise<GetReader | null> {
    // On this association we are the SCP of storage (PS3.4 C.5.3.2).
    const storage = storageContexts(encodings).map((context) => ({ ...context, role: "scu-and-scp" as const }));
    const association = await associate(dimse, [serviceContext(studyRootGet), ...storage], { signal });
    if (association === null) return null;
    if (association.acceptedTransferSyntaxes(studyRootGet).length > 0) return new GetReader(association);
    await association.release().catch(() => {});
    return null;
  }

  async retrieve(sent: FitInstance, file: string, maxBytes: number): Promise<string | null> {
    const { studyInstanceUid, seriesInstanceUid, sopInstanceUid: SOPInstanceUID, transferSyntaxUid } = sent;
    const identifier = { ...instanceKeys(studyInstanceUid, seriesInstanceUid), SOPInstanceUID };
    const dataSet = `${file}.part`;
    const answer = await this.#association.get(studyRootGet, identifier, { file: dataSet, maxBytes });
    const { status, errorComment, instance } = answer;
    if (instance === null) {
      const said = errorComment === undefined ? hex(status) : `${hex(status)}, ${errorComment}`;
      throw new DimseError("status", `C-GET brought no instance back (${said}).`, { status });
    }
    try {
      if (instance.transferSyntaxUid !== transferSyntaxUid) return instance.transferSyntaxUid;
      // The data set alone came: in the same transfer syntax it is the same file meta information.
      await writeFile(file, await beginningOf(sent));
      await pipeline(createReadStream(dataSet), createWriteStream(file, { flags: "a" }));
      return null;
    } finally {
      await rm(dataSet, { force: true });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#association.release().catch(() => this.#association.abort());
  }
}

async function beginningOf({ file, dataSetOffset }: FitInstance): Promise<Buffer> {
  await using handle = await open(file);
  const { buffer } = await handle.read(Buffer.alloc(dataSetOffset), 0, dataSetOffset, 0);
  return buffer;
}
