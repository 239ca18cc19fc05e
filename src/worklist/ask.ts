import { type DataSet, serviceClasses, transferSyntaxes } from "../dicom/dicom.ts";
import type { WorklistItem } from "../dicom/identity.ts";
import { type Deadlines, openAssociation, type RemoteAddress } from "../dimse/dimse.ts";
import type { TlsIdentity } from "../lib/tls-files.ts";
import { worklistItemsOf } from "./answer.ts";
import type { Oddity } from "./clean.ts";

/** A remote node with the role `worklist`. */
export interface WorklistNode {
  readonly name: string;
  readonly address: RemoteAddress;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  readonly tls?: () => TlsIdentity;
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
  await using association = await openAssociation(node.address, [context], {
    ...(node.deadlines && { deadlines: node.deadlines }),
    ...(node.maxPduBytes && { maxPduBytes: node.maxPduBytes }),
    ...(node.tls && { tls: node.tls }),
    signal,
  });
  const items = new Map<string, WorklistItem>();
  const oddities = new Map<string, number>();
  const count = (key: string): void => {
    oddities.set(key, (oddities.get(key) ?? 0) + 1);
  };
  let cutShort = false;
  const answers = association.find(serviceClasses.modalityWorklist, query, { limit: maxItems, signal });
  for await (const answer of answers) {
    const read = worklistItemsOf(answer, node.name);
    for (const key of new Set(read.oddities.map(oddityKey))) count(key);
    for (const item of read.items) {
      if (items.has(item.id)) count("repeated step");
      else if (items.size >= maxItems) cutShort = true;
      else items.set(item.id, item);
    }
  }
  if (answers.unreadable > 0) oddities.set("unreadable answer", answers.unreadable);
  // In an order of our own, so that a peer which shuffles its answers does not look as if it had changed them.
  const sorted = [...items.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  return { items: sorted, cutShort: cutShort || answers.isTruncated, oddities };
}

const oddityKey = ({ what, attribute }: Oddity): string => `${what} ${attribute}`;
