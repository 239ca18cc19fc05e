import { type DataSet, serviceClasses, transferSyntaxes } from "../dicom/dicom.ts";
import type { WorklistItem } from "../dicom/identity.ts";
import { type Deadlines, openAssociation, type RemoteAddress } from "../dimse/dimse.ts";
import { worklistItemsOf } from "./answer.ts";
import type { Oddity } from "./clean.ts";

/** A remote node with the role `worklist`. */
export interface WorklistNode {
  readonly name: string;
  readonly address: RemoteAddress;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
}

/** Everything a node answered, after its final success. */
export interface WholeAnswer {
  readonly items: readonly WorklistItem[];
  /** True when the node had more than was taken. */
  readonly cutShort: boolean;
  /** How many answers had which oddity; the key reads `missing StudyInstanceUID`. */
  readonly oddities: ReadonlyMap<string, number>;
}

/** Asks one node on an association of its own. Throws DimseError; half an answer is an error too. */
export async function askNode(
  node: WorklistNode,
  query: DataSet,
  maxItems: number,
  signal: AbortSignal,
): Promise<WholeAnswer> {
  const context = {
    abstractSyntax: serviceClasses.modalityWorklist,
    transferSyntaxes: [transferSyntaxes.explicitLittleEndian, transferSyntaxes.implicitLittleEndian],
  };
  const association = await openAssociation(node.address, [context], {
    ...(node.deadlines && { deadlines: node.deadlines }),
    ...(node.maxPduBytes && { maxPduBytes: node.maxPduBytes }),
    signal,
  });
  const items = new Map<string, WorklistItem>();
  const oddities = new Map<string, number>();
  const count = ({ what, attribute }: Oddity): void => {
    const key = `${what} ${attribute}`;
    oddities.set(key, (oddities.get(key) ?? 0) + 1);
  };
  let cutShort = false;
  let answersSeen = 0;
  try {
    // One more than is kept, to know whether there is more.
    const answers = association.find(serviceClasses.modalityWorklist, query, { limit: maxItems + 1, signal });
    for await (const answer of answers) {
      answersSeen += 1;
      if (answersSeen > maxItems) cutShort = true;
      const read = worklistItemsOf(answer, node.name);
      for (const oddity of new Map(read.oddities.map((one) => [`${one.what}${one.attribute}`, one])).values())
        count(oddity);
      for (const item of read.items) {
        if (items.has(item.id)) count({ what: "repeated", attribute: "step" });
        else if (items.size >= maxItems) cutShort = true;
        else items.set(item.id, item);
      }
    }
    await association.release().catch(() => association.abort());
  } catch (error) {
    association.abort();
    throw error;
  }
  return { items: [...items.values()], cutShort, oddities };
}
