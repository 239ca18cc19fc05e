import { type Association, DimseError, type EventReport, openAssociation } from "../../dimse/dimse.ts";
import type { OutboxNode } from "../node.ts";

const explicitLittleEndian = "1.2.840.10008.1.2.1";
const implicitLittleEndian = "1.2.840.10008.1.2";

/**
 * An association with a node for one SOP class, in the two transfer syntaxes that every node has. Throws DimseError;
 * `context-refused`: the node does not take this SOP class, or has no DICOM address at all.
 */
export async function associate(
  node: OutboxNode,
  sopClassUid: string,
  options: { readonly signal: AbortSignal; readonly onEventReport?: (report: EventReport) => Promise<number> },
): Promise<Association> {
  const { dimse } = node;
  if (dimse === null) throw new DimseError("context-refused", `${node.name} has no DICOM address in the settings.`);
  const context = { abstractSyntax: sopClassUid, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian] };
  return openAssociation(dimse.address, [context], {
    ...options,
    ...(dimse.deadlines && { deadlines: dimse.deadlines }),
    ...(dimse.maxPduBytes && { maxPduBytes: dimse.maxPduBytes }),
    ...(dimse.tls && { tls: dimse.tls }),
  });
}
