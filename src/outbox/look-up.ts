import { DimseError, openAssociation } from "../dimse/dimse.ts";
import type { OutboxNode } from "./node.ts";

const studyRootFind = "1.2.840.10008.5.1.4.1.2.2.1";
const implicitLittleEndian = "1.2.840.10008.1.2";
const explicitLittleEndian = "1.2.840.10008.1.2.1";

export interface WantedInstance {
  readonly studyInstanceUid: string;
  readonly seriesInstanceUid: string;
  readonly sopInstanceUid: string;
}

/**
 * Asks the archive for one instance by Study Root C-FIND at instance level, with the keys of the levels above (PS3.4
 * C.4.1.2.1, C.6.2.1). "cannot-ask": the archive does not take such a query. Throws DimseError when it could not be
 * asked just now.
 */
export async function findsInstance(
  { dimse }: OutboxNode,
  wanted: WantedInstance,
  signal: AbortSignal,
): Promise<"yes" | "no" | "cannot-ask"> {
  if (dimse === null) return "cannot-ask";
  try {
    const context = { abstractSyntax: studyRootFind, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian] };
    const association = await openAssociation(dimse.address, [context], {
      ...(dimse.deadlines && { deadlines: dimse.deadlines }),
      ...(dimse.tls && { tls: dimse.tls }),
      signal,
    });
    try {
      const identifier = {
        QueryRetrieveLevel: "IMAGE",
        StudyInstanceUID: wanted.studyInstanceUid,
        SeriesInstanceUID: wanted.seriesInstanceUid,
        SOPInstanceUID: wanted.sopInstanceUid,
      };
      for await (const answer of association.find(studyRootFind, identifier, { limit: 10, signal })) {
        if (answer.SOPInstanceUID === wanted.sopInstanceUid) return "yes";
      }
      return "no";
    } finally {
      await association.release().catch(() => association.abort());
    }
  } catch (error) {
    const refuses = error instanceof DimseError && (error.code === "context-refused" || error.code === "status");
    if (!refuses) throw error;
    return "cannot-ask";
  }
}
