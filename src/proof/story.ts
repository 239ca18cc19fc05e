import type { ChainHead } from "../audit/audit.ts";
import type { Code, PatientIdentity } from "../dicom/dicom.ts";

/**
 * One thing that happened. Times in milliseconds since the Unix epoch, by the box's clock at that moment.
 * `actor`: who did it, as in the audit; `auditRow`: its row in the chain, null for what the audit does not tell.
 */
export type StoryEvent = { readonly at: number; readonly actor: string; readonly auditRow: number | null } & Happening;

/** What happened to a procedure, a capture, one of its Instances, or a delivery of one. */
export type Happening =
  | { readonly kind: "begun"; readonly patient: PatientIdentity | null; readonly resumedFrom: string | null }
  | { readonly kind: "patient-assigned"; readonly from: PatientIdentity | null; readonly to: PatientIdentity | null }
  /** `discontinued`: why it was not done; null: it was. */
  | { readonly kind: "completed"; readonly discontinued: Code | null }
  | { readonly kind: "released" }
  | { readonly kind: "pressed"; readonly source: string; readonly profileId: string }
  /** After the recording, of a clip of the same procedure; frames count from 1 here. */
  | {
      readonly kind: "made-from-clip";
      readonly clip: number;
      readonly firstFrame: number;
      readonly lastFrame: number;
    }
  /** Of the clip: another capture was made of it. */
  | { readonly kind: "cut" | "still-taken"; readonly number: number | null }
  | { readonly kind: "marker-set" | "marker-removed" }
  | { readonly kind: "recording-started" }
  | { readonly kind: "saved"; readonly sizeBytes: number | null; readonly sha256: string }
  | { readonly kind: "failed"; readonly words: string }
  | { readonly kind: "deleted"; readonly words: string }
  | {
      readonly kind: "composed";
      readonly sopInstanceUid: string;
      readonly sizeBytes: number | null;
      readonly sha256: string;
    }
  /** One try to send: `status` as the node answered, null when no answer came; `words`: the node's own, or why not. */
  | (OfDelivery & {
      readonly kind: "attempt";
      readonly startedAt: number;
      readonly outcome: string;
      readonly status: number | null;
      readonly words: string | null;
    })
  | (OfDelivery & { readonly kind: "stored"; readonly warning: string | null })
  /** `change`: the audit's word: held, hold, retry, cancel, replaced, again. */
  | (OfDelivery & { readonly kind: "delivery"; readonly change: string; readonly words: string | null })
  | (OfDelivery & { readonly kind: "commitment-requested"; readonly transactionUid: string | null })
  /** No answer in time, or one that says nothing of it. */
  | (OfDelivery & { readonly kind: "commitment-expired"; readonly words: string | null })
  | (OfDelivery & { readonly kind: "commitment-failed"; readonly words: string | null })
  /** `query`: the node showed it when asked, which is weaker than its promise to keep it. */
  | (OfDelivery & { readonly kind: "committed"; readonly by: "commitment" | "query" })
  /** Retention removed its files from this box. */
  | { readonly kind: "removed"; readonly words: string | null }
  | { readonly kind: "other"; readonly action: string };

/** `sopInstanceUid` null: a message about the performed procedure step. */
export interface OfDelivery {
  readonly deliveryId: number;
  readonly node: string;
  readonly sopInstanceUid: string | null;
}

/** How far a capture has got, the worst node deciding. `safe`: every node that has it has proved it. */
export type StoryState =
  | "recording"
  | "saved"
  | "sending"
  | "sent"
  | "safe"
  | "held"
  | "cancelled"
  | "failed"
  | "deleted";

/** What one node has of a capture, all its parts together. */
export interface NodeProof {
  readonly node: string;
  readonly state: "waiting" | "sending" | "held" | "sent" | "safe" | "cancelled";
  /** When the last part was stored; null: not all are. */
  readonly storedAt: number | null;
  /** The weakest of its parts' proofs; null: not all are proven. */
  readonly provenBy: "commitment" | "query" | null;
  readonly provenAt: number | null;
  /** Why it is not further, for people. */
  readonly reason: string | null;
}

export interface InstanceStory {
  readonly sopInstanceUid: string;
  readonly seriesInstanceUid: string;
  /** `original`, or the name of the encoding with a limit: `vlEndoscopic`, `original/2000000000`. */
  readonly rendition: string;
  readonly part: number;
  readonly parts: number;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly composedAt: number | null;
}

export interface CaptureStory {
  readonly captureId: string;
  readonly number: number;
  readonly kind: "still" | "clip";
  readonly source: string;
  readonly pressedAt: number;
  readonly savedAt: number | null;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  /** When retention removed its files from this box. */
  readonly fileRemovedAt: number | null;
  readonly state: StoryState;
  readonly nodes: readonly NodeProof[];
  readonly instances: readonly InstanceStory[];
  /** In order of time. */
  readonly events: readonly StoryEvent[];
}

/** A procedure with the captures that were asked for, as it was at one moment. */
export interface ProcedureStory {
  readonly procedureId: string;
  readonly patient: PatientIdentity | null;
  /** The identity was made by this box. */
  readonly temporaryIdentity: boolean;
  readonly studyInstanceUid: string;
  readonly accessionNumbers: readonly string[];
  readonly performingPhysicianName: string;
  readonly begunAt: number;
  /** Of the procedure itself and its performed procedure step. */
  readonly events: readonly StoryEvent[];
  readonly captures: readonly CaptureStory[];
  /** Of events that are so many that the middle ones are left out. */
  readonly eventsLeftOut: number;
  readonly head: ChainHead | null;
}
