import type { Encoding } from "../delivery.ts";

/** An Instance to be sent, as it lies on the disk. */
export interface Sendable extends Encoding {
  readonly id: number;
  readonly sopInstanceUid: string;
  /** Absolute. */
  readonly file: string;
  /** Where the data set begins, behind the file meta information. */
  readonly dataSetOffset: number;
  readonly sizeBytes: number;
  /** The beginning of the data set written anew for this node, instead of so many of its bytes. */
  readonly head?: { readonly bytes: Buffer; readonly replacesBytes: number };
  readonly maxBytesPerS?: number;
}

/** What the node said of one Instance. */
export type Answer =
  /** A DIMSE status, or the failure or warning reason in its place; null: a failure without a reason. */
  | { readonly kind: "status"; readonly status: number | null; readonly words: string | null }
  /** It took the request, and did not say what became of this Instance. */
  | { readonly kind: "unconfirmed"; readonly words: string };

/** An association, or what does for one over HTTP. */
export interface Connection {
  /** Whether another Instance can be sent over it. */
  readonly isOpen: boolean;
  /** How many Instances may go in one request, and how large they may be together. */
  readonly batch: { readonly instances: number; readonly bytes: number };
  /** Does the node take this? Where nothing is negotiated: as far as is known. */
  accepts(sopClassUid: string, transferSyntaxUid: string): boolean;
  /** One answer for each, by SOP Instance UID. Throws DimseError or DicomWebError. `next` may be read ahead. */
  store(
    items: readonly Sendable[],
    next: Sendable | undefined,
    signal: AbortSignal,
  ): Promise<ReadonlyMap<string, Answer>>;
  /** Ends it in good order; never throws. */
  close(): Promise<void>;
  /** Ends it at once, if it has not ended. */
  abort(): void;
}

/** How Instances get to one node. */
export interface Transport {
  /**
   * `proposed`: what is due, and what may be sent instead. Throws DimseError or DicomWebError when the node is not
   * reached. A node that accepts none of them is reached: the connection accepts nothing then.
   */
  open(proposed: readonly Encoding[], signal: AbortSignal): Promise<Connection>;
}
