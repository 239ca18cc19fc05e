import { openAssociation } from "../dimse/dimse.ts";
import type { StorageNode } from "./storage-node.ts";

const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

/** Asks the archive for one instance by Study Root C-FIND at instance level (PS3.4 C.6.2.1). */
export async function findsInstance(
  node: StorageNode,
  sopInstanceUid: string,
  signal: AbortSignal,
): Promise<"yes" | "no" | "cannot-ask"> {
  try {
    const context = { abstractSyntax: studyRootFind, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian] };
    const association = await openAssociation(node.address, [context], {
      ...(node.deadlines && { deadlines: node.deadlines }),
      signal,
    });
    try {
      const identifier = { QueryRetrieveLevel: "IMAGE", SOPInstanceUID: sopInstanceUid };
      for await (const answer of association.find(studyRootFind, identifier, { limit: 10, signal })) {
        if (answer.SOPInstanceUID === sopInstanceUid) return "yes";
      }
      return "no";
    } finally {
      await association.release().catch(() => association.abort());
    }
  } catch {
    return "cannot-ask";
  }
}
