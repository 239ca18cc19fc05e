import type { Deadlines, RemoteAddress } from "../dimse/dimse.ts";

/** A remote node with the role `storage`. */
export interface StorageNode {
  readonly name: string;
  readonly address: RemoteAddress;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  /** `heldAfterAttempts`: failed answers about one instance, after which a person has to look. */
  readonly retry: { readonly firstMs: number; readonly maxMs: number; readonly heldAfterAttempts: number };
}
