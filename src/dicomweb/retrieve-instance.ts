import { type FileHandle, open, rm } from "node:fs/promises";
import { DicomWebError } from "./dicomweb-error.ts";
import { exchange } from "./exchange.ts";
import { uidInPath } from "./find-instances.ts";
import { boundaryOf, FirstPart } from "./multipart-reader.ts";
import type { DicomWebTarget } from "./target.ts";
import { refused, type WebAnswer } from "./web-answer.ts";

export interface InstanceAddress {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/** Whatever the size, a retrieval ends. */
const answerMs = 3_600_000;

/**
 * WADO-RS (PS3.18 10.4) of one instance, in whatever transfer syntax the server keeps it, into `file` as Part 10 (not
 * synced). What fails leaves no file. Throws DicomWebError: `too-large` beyond `maxBytes`, `protocol`, `file-unreadable`
 * when the file cannot be written.
 */
export async function retrieveInstance(
  target: DicomWebTarget,
  address: InstanceAddress,
  file: string,
  options: { readonly maxBytes: number; readonly signal?: AbortSignal | undefined },
): Promise<{ readonly sizeBytes: number }> {
  const { studyInstanceUid, seriesInstanceUid, sopInstanceUid } = address;
  const series = `/studies/${uidInPath(studyInstanceUid)}/series/${uidInPath(seriesInstanceUid)}`;
  const path = `${series}/instances/${uidInPath(sopInstanceUid)}`;
  const headers = { accept: 'multipart/related; type="application/dicom"; transfer-syntax=*' };
  const request = { method: "GET", path, headers, signal: options.signal, answerMs } as const;
  return exchange(target, request, async (answer) => {
    if (answer.status !== 200) throw refused(answer);
    if (!/^(identity)?$/i.test(answer.header("content-encoding") ?? "")) throw unreadable(answer);
    const handle = await open(file, "w").catch(cannotWrite);
    try {
      const sizeBytes = await receive(answer, handle, options.maxBytes);
      await handle.close();
      return { sizeBytes };
    } catch (error) {
      await handle.close();
      await rm(file, { force: true });
      throw error;
    }
  });
}

async function receive(answer: WebAnswer, handle: FileHandle, maxBytes: number): Promise<number> {
  const contentType = answer.header("content-type") ?? "";
  const boundary = boundaryOf(contentType);
  // Some servers send the one instance as it is.
  const isSingle = /^\s*application\/dicom\s*(;|$)/i.test(contentType);
  if (boundary === undefined && !isSingle) throw unreadable(answer);
  const part = boundary === undefined ? undefined : new FirstPart(boundary);
  let sizeBytes = 0;
  for await (const chunk of answer.stream()) {
    const content = part ? part.push(chunk) : chunk;
    if (content === null) throw unreadable(answer);
    sizeBytes += content.length;
    if (sizeBytes > maxBytes) {
      throw new DicomWebError("too-large", `What ${answer.where} sends is longer than the instance can be.`);
    }
    if (content.length > 0) await handle.writeFile(content).catch(cannotWrite);
  }
  if (sizeBytes === 0 || part?.isDone === false) throw unreadable(answer);
  return sizeBytes;
}

function unreadable({ where }: WebAnswer): DicomWebError {
  return new DicomWebError("protocol", `What ${where} answered to a retrieval is not a DICOM instance.`);
}

function cannotWrite(cause: unknown): never {
  throw new DicomWebError("file-unreadable", "The retrieved instance cannot be written to the disk.", { cause });
}
