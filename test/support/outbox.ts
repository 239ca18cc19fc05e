import { clipRungs, defaultStillRungs } from "../../src/dicom/dicom.ts";
import type { RemoteAddress } from "../../src/dimse/dimse.ts";
import type { OutboxNode, OutboxOptions } from "../../src/outbox/outbox.ts";

/** A storage node that is tried again after a minute. */
export function outboxNode(name: string, address: RemoteAddress): OutboxNode {
  return {
    name,
    dimse: { address },
    dicomweb: null,
    roles: ["storage"],
    retry: { firstMs: 60_000, maxMs: 60_000, heldAfterAttempts: 5 },
    sending: { associations: 1, clipBytesPerS: null, clipWindow: null },
    encoding: {
      characterSet: "ISO_IR 192",
      maxInstanceBytes: 2_000_000_000,
      fragmentable: false,
      stills: defaultStillRungs,
      clips: clipRungs,
    },
    commitment: { reportWithinMs: 60_000, askAgain: 1 },
  };
}

/** What an outbox needs besides its store. */
export function outboxOf(nodes: readonly OutboxNode[]): Pick<OutboxOptions, "nodes" | "routing" | "station"> {
  return { nodes, routing: { rules: [], otherwise: null }, station: { aeTitle: "SCOPELINE", stationName: "T" } };
}

/** What releasing needs to know of the settings. */
export const releaseOptions = {
  modality: "GM",
  tellsSteps: false,
  recipientAttribute: "NamesOfIntendedRecipientsOfResults",
} as const;
