import { randomBytes } from "node:crypto";
import { DicomWebError } from "./dicomweb-error.ts";
import { exchange } from "./exchange.ts";
import { type BodyPiece, type Piece, RequestBody } from "./request-body.ts";
import { namesAny, readStoreResponse, resultsOf, type SentInstance, type StowResult } from "./store-response.ts";
import type { DicomWebTarget } from "./target.ts";
import { refused } from "./web-answer.ts";

/** One instance to store. */
export interface StowItem extends SentInstance {
  /** One after the other a Part 10 stream, file meta information included. */
  readonly pieces: readonly Piece[];
  /** At most this fast, bytes a second. */
  readonly maxBytesPerS?: number | undefined;
}

export interface StowAnswer {
  readonly httpStatus: number;
  /** By SOP Instance UID; one for each item, whatever the server said. */
  readonly instances: ReadonlyMap<string, StowResult>;
}

/** A thousand instances are named in half of this. */
const maxAnswerBytes = 1_048_576;

/**
 * STOW-RS (PS3.18 10.5): all items in one POST to `/studies`, as multipart/related with its length known ahead. Only
 * what the answer names is stored. Throws DicomWebError when there is no answer about the instances: see its codes.
 */
export async function storeInstances(
  target: DicomWebTarget,
  items: readonly StowItem[],
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<StowAnswer> {
  if (items.length === 0) return { httpStatus: 200, instances: new Map() };
  if (new Set(items.map(({ sopInstanceUid }) => sopInstanceUid)).size < items.length) {
    throw new DicomWebError("protocol", "The same instance is in one request twice.");
  }
  // 160 random bits: no pixel data holds them by chance.
  const boundary = `scopeline${randomBytes(20).toString("hex")}`;
  const request = {
    method: "POST",
    path: "/studies",
    headers: {
      accept: "application/dicom+json",
      "content-type": `multipart/related; type="application/dicom"; boundary=${boundary}`,
    },
    body: () => new RequestBody(multipart(items, boundary)),
    signal: options.signal,
  } as const;
  return exchange(target, request, async (answer) => {
    const { status } = answer;
    // What these say holds for the request as a whole, and their bodies are pages for people.
    if (status < 200 || (status >= 300 && status < 400) || wholeRequest.has(status)) throw refused(answer);
    const body = await answer.bytes(maxAnswerBytes);
    const response = body === null ? null : readStoreResponse(body);
    if (status >= 400 && status !== 409 && !namesAny(items, response)) throw refused(answer);
    return { httpStatus: status, instances: resultsOf(items, response, status) };
  });
}

const wholeRequest: ReadonlySet<number> = new Set([401, 403, 404, 410, 413, 429, 503]);

/** RFC 2387, one part for each instance (PS3.18 8.6.1.2.1); no Transfer Syntax parameter: the file says it (8.7.9). */
function multipart(items: readonly StowItem[], boundary: string): BodyPiece[] {
  const head = (index: number): BodyPiece => ({
    piece: Buffer.from(`${index === 0 ? "" : "\r\n"}--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`),
  });
  const parts = items.flatMap(({ pieces, sopInstanceUid, maxBytesPerS }, index): BodyPiece[] => [
    head(index),
    ...pieces.map((piece) => ({ piece, sopInstanceUid, maxBytesPerS })),
  ]);
  return [...parts, { piece: Buffer.from(`\r\n--${boundary}--\r\n`) }];
}
