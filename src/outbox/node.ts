import type { ClipRung, StillRung } from "../dicom/dicom.ts";
import type { DicomWebTarget } from "../dicomweb/dicomweb.ts";
import type { Deadlines, RemoteAddress } from "../dimse/dimse.ts";
import type { TlsIdentity } from "../lib/tls-files.ts";

export type NodeRole = "storage" | "mpps" | "commitment" | "query";

/** How this node is spoken to over DIMSE. */
export interface DimseEndpoint {
  readonly address: RemoteAddress;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  readonly tls?: () => TlsIdentity;
}

/** A remote node to which something is owed: what it is for, how it is reached and what it takes. */
export interface OutboxNode {
  readonly name: string;
  /** Null: only DICOMweb. */
  readonly dimse: DimseEndpoint | null;
  /** Null: only DIMSE. `uses`: what is done by DICOMweb although the node may have a DIMSE endpoint too. */
  readonly dicomweb: { readonly target: DicomWebTarget; readonly uses: readonly ("store" | "query")[] } | null;
  readonly roles: readonly NodeRole[];
  /** `heldAfterAttempts`: failed answers about one instance, after which a person has to look. */
  readonly retry: { readonly firstMs: number; readonly maxMs: number; readonly heldAfterAttempts: number };
  readonly sending: {
    /** Associations (or HTTP requests) at the same time. */
    readonly associations: number;
    /** For clips; null: as fast as it goes. */
    readonly clipBytesPerS: number | null;
    /** Clips only between these minutes of the local day (from > until: over midnight); null: at any time. */
    readonly clipWindow: { readonly fromMinute: number; readonly untilMinute: number } | null;
  };
  readonly encoding: {
    /** Specific Character Set to send text in (PS3.3 C.12.1.1.2): `ISO_IR 192`. */
    readonly characterSet: string;
    /** Longer clips are split into parts. */
    readonly maxInstanceBytes: number;
    /** Takes the fragmentable twins of the video transfer syntaxes: above the limit a clip is not split then. */
    readonly fragmentable: boolean;
    /** What may be sent, the preferred one first. */
    readonly stills: readonly StillRung[];
    readonly clips: readonly ClipRung[];
  };
  readonly commitment: {
    /** No report within this: asked again with a new Transaction UID. */
    readonly reportWithinMs: number;
    /** So often; then it is verified by query where that can be. */
    readonly askAgain: number;
  };
}

/** How the arrival of instances at a node is proven; null: the node can do neither. */
export function proofBy(node: Pick<OutboxNode, "roles">): "commitment" | "query" | null {
  if (node.roles.includes("commitment")) return "commitment";
  return node.roles.includes("query") ? "query" : null;
}
