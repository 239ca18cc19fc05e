import type { Socket } from "node:net";
import type { AcceptedAssociation } from "./accepted-association.ts";

/** Connections beyond the associations that are still told why they cannot come in; more are dropped at once. */
const turnedAwayAtOnce = 8;

/** Who is in: a flood of connections, or one greedy address, costs those and nobody else. */
export class Admissions {
  readonly #maxAssociations: number;
  readonly #maxPerAddress: number;
  /** Every connection, from its first moment on, and whose it is. */
  readonly #sockets = new Map<Socket, string>();
  readonly #associations = new Set<AcceptedAssociation>();

  constructor(maxAssociations: number, maxPerAddress: number) {
    this.#maxAssociations = maxAssociations;
    this.#maxPerAddress = maxPerAddress;
  }

  get maxConnections(): number {
    return this.#maxAssociations + turnedAwayAtOnce;
  }

  /** False: this address has too many already, and is not worth a word. */
  connected(socket: Socket): boolean {
    const address = socket.remoteAddress ?? "";
    const others = [...this.#sockets.values()].filter((one) => one === address).length;
    // Places are left for others even when every caller says nothing and waits.
    if (others >= this.#maxPerAddress + turnedAwayAtOnce / 2) return false;
    this.#sockets.set(socket, address);
    socket.once("close", () => this.#sockets.delete(socket));
    return true;
  }

  add(association: AcceptedAssociation): void {
    this.#associations.add(association);
    association.closed.then(() => this.#associations.delete(association));
  }

  /** No room for another association, or for another one of this address. */
  isFull(remoteAddress: string): boolean {
    const established = [...this.#associations].filter((association) => association.isEstablished);
    const own = established.filter((association) => association.remoteAddress === remoteAddress);
    return established.length >= this.#maxAssociations || own.length >= this.#maxPerAddress;
  }

  /** Settles when every association has ended and what was not yet one, as in a TLS handshake, is dropped. */
  async close(): Promise<void> {
    const open = [...this.#associations];
    for (const association of open) association.abort();
    await Promise.all(open.map((association) => association.closed));
    for (const socket of this.#sockets.keys()) socket.destroy();
  }
}
