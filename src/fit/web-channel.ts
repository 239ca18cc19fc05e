import { DicomWebError, type DicomWebTarget, type StowItem, storeInstances } from "../dicomweb/dicomweb.ts";
import type { FitInstance } from "./instances.ts";
import { seenOfStatus, wordsOf } from "./peer-words.ts";
import type { StoreSeen } from "./seen.ts";

/** STOW-RS of one instance: what the server said of it. Throws only what is a defect, or the signal's reason. */
export async function storeByWeb(
  target: DicomWebTarget,
  instance: FitInstance,
  signal: AbortSignal,
): Promise<StoreSeen> {
  try {
    const { httpStatus, instances } = await storeInstances(target, [stowItem(instance)], { signal });
    const result = instances.get(instance.sopInstanceUid);
    if (result === undefined) return { kind: "failed", words: "The server says nothing about it." };
    switch (result.kind) {
      case "stored":
        return seenOfStatus(result.warning ?? 0, undefined);
      case "failed":
        return { kind: "refused", words: `HTTP ${httpStatus}: ${result.words}` };
      case "unconfirmed":
        return { kind: "unconfirmed", words: `HTTP ${httpStatus}: ${result.words}` };
      default:
        return result satisfies never;
    }
  } catch (error) {
    signal.throwIfAborted();
    const words = wordsOf(error);
    return { kind: error instanceof DicomWebError && isAboutTheInstance(error) ? "refused" : "failed", words };
  }
}

/** An answer that another instance might not get. */
function isAboutTheInstance({ code, httpStatus = 500 }: DicomWebError): boolean {
  return code === "too-large" || (code === "status" && httpStatus < 500);
}

function stowItem({ head, ...instance }: FitInstance): StowItem {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, file, dataSetOffset, sizeBytes } = instance;
  const rest = dataSetOffset + (head?.replacesBytes ?? 0);
  const pieces =
    head === undefined
      ? [{ file, offset: 0, sizeBytes }]
      : [
          { file, offset: 0, sizeBytes: dataSetOffset },
          head.bytes,
          { file, offset: rest, sizeBytes: sizeBytes - rest },
        ];
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, pieces };
}
