import { type DicomWebTarget, type StowItem, type StowResult, storeInstances } from "../../dicomweb/dicomweb.ts";
import type { Answer, Connection, Sendable, Transport } from "./transport.ts";

/** Small Instances go together: a request each would spend its time waiting. */
const batch = { instances: 16, bytes: 16_000_000 };

/** STOW-RS (PS3.18 10.5). Nothing is negotiated: what the node does not take it says of each Instance. */
export function stowTransport(target: DicomWebTarget): Transport {
  const connection: Connection = {
    isOpen: true,
    batch,
    accepts: () => true,
    async store(items, _next, signal) {
      const answer = await storeInstances(target, items.map(stowItem), { signal });
      return new Map([...answer.instances].map(([uid, result]) => [uid, answerOf(result, answer.httpStatus)]));
    },
    close: async () => {},
    abort: () => {},
  };
  return { open: async () => connection };
}

function stowItem(item: Sendable): StowItem {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, file, dataSetOffset, sizeBytes, head, maxBytesPerS } = item;
  const rest = dataSetOffset + (head?.replacesBytes ?? 0);
  const pieces =
    head === undefined
      ? [{ file, offset: 0, sizeBytes }]
      : [
          { file, offset: 0, sizeBytes: dataSetOffset },
          head.bytes,
          { file, offset: rest, sizeBytes: sizeBytes - rest },
        ];
  const pace = maxBytesPerS !== undefined && { maxBytesPerS };
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, pieces, ...pace };
}

function answerOf(result: StowResult, httpStatus: number): Answer {
  switch (result.kind) {
    case "stored":
      return { kind: "status", status: result.warning ?? 0, words: null };
    case "failed":
      return { kind: "status", status: result.reason, words: `HTTP ${httpStatus}: ${result.words}` };
    case "unconfirmed":
      return { kind: "unconfirmed", words: `HTTP ${httpStatus}: ${result.words}` };
    default:
      return result satisfies never;
  }
}
