import { type Association, DimseError, openAssociation, type StoreInput } from "../../dimse/dimse.ts";
import type { Encoding } from "../delivery.ts";
import type { DimseEndpoint } from "../node.ts";
import type { Answer, Connection, Sendable, Transport } from "./transport.ts";

/** C-STORE over one association after the other; each SOP class × transfer syntax in a context of its own. */
export function dimseTransport(endpoint: DimseEndpoint): Transport {
  const { address, deadlines, maxPduBytes, tls } = endpoint;
  return {
    async open(proposed: readonly Encoding[], signal: AbortSignal): Promise<Connection> {
      const contexts = proposed.map(({ sopClassUid, transferSyntaxUid }) => ({
        abstractSyntax: sopClassUid,
        transferSyntaxes: [transferSyntaxUid],
      }));
      const options = {
        ...(deadlines && { deadlines }),
        ...(maxPduBytes && { maxPduBytes }),
        ...(tls && { tls }),
        signal,
      };
      const association = await openAssociation(address, contexts, options).catch((error: unknown) => {
        if (error instanceof DimseError && error.code === "context-refused") return null;
        throw error;
      });
      return association === null ? takesNothing : new DimseConnection(association);
    },
  };
}

/** The node was reached and accepted none of the contexts. */
const takesNothing: Connection = {
  isOpen: true,
  batch: { instances: 1, bytes: 0 },
  accepts: () => false,
  store: async () => new Map(),
  close: async () => {},
  abort: () => {},
};

class DimseConnection implements Connection {
  readonly batch = { instances: 1, bytes: 0 };
  readonly #association: Association;

  constructor(association: Association) {
    this.#association = association;
  }

  get isOpen(): boolean {
    return this.#association.isOpen;
  }

  accepts(sopClassUid: string, transferSyntaxUid: string): boolean {
    return this.#association.accepts(sopClassUid, transferSyntaxUid);
  }

  async store(items: readonly Sendable[], next: Sendable | undefined): Promise<ReadonlyMap<string, Answer>> {
    const answers = new Map<string, Answer>();
    for (const [index, item] of items.entries()) {
      const following = items[index + 1] ?? next;
      const response = await this.#association.store(storeInput(item), following && storeInput(following));
      const words = response.errorComment ?? null;
      answers.set(item.sopInstanceUid, { kind: "status", status: response.status, words });
    }
    return answers;
  }

  async close(): Promise<void> {
    await this.#association.release().catch(() => {});
  }

  abort(): void {
    this.#association.abort();
  }
}

function storeInput(item: Sendable): StoreInput {
  const { sopClassUid, sopInstanceUid, transferSyntaxUid, file, dataSetOffset, head, maxBytesPerS } = item;
  const offset = dataSetOffset + (head?.replacesBytes ?? 0);
  return {
    sopClassUid,
    sopInstanceUid,
    transferSyntaxUid,
    file,
    offset,
    sizeBytes: item.sizeBytes - offset,
    ...(head && { head: head.bytes }),
    ...(maxBytesPerS !== undefined && { maxBytesPerS }),
  };
}
