import type { StillEncoding } from "../capture/capture.ts";
import type { LossySource } from "../dicom/dicom.ts";
import type { Code, PatientIdentity, WorklistItem } from "../dicom/identity.ts";

export type ProcedureKind = "scheduled" | "emergency" | "unassigned";
export type ProcedureState = "open" | "completed" | "released";

/** What this room does for one patient, from begin to complete: DICOM's Performed Procedure Step. Times in ms since the Unix epoch. */
export interface Procedure {
  readonly id: string;
  readonly kind: ProcedureKind;
  readonly state: ProcedureState;
  readonly patient: PatientIdentity | null;
  /** The identity was made by this box and has to be matched later. */
  readonly temporaryIdentity: boolean;
  readonly worklistItems: readonly WorklistItem[];
  readonly studyInstanceUid: string;
  readonly performedProcedureStepUid: string;
  readonly performingPhysicianName: string;
  readonly timeOutConfirmedAt: number | null;
  readonly begunAt: number;
  readonly completedAt: number | null;
  /** When the hold window ends; null while open, or while there is no patient to release under. */
  readonly releaseAt: number | null;
  readonly releasedAt: number | null;
  readonly resumedFrom: string | null;
  /** Why it ended before it was done; null when it was done, or is open. */
  readonly discontinued: Code | null;
}

/** What of the clip it was made from; frames count from 0 in that clip, both ends belong to it. */
export type CaptureDerivation =
  | { readonly kind: "cut"; readonly firstFrame: number; readonly lastFrame: number }
  | { readonly kind: "frame"; readonly frame: number };

/** A moment of a clip that somebody marked while it was recorded. */
export interface Marker {
  readonly id: string;
  /** The frame of the source that was on the screen. */
  readonly seq: number;
  readonly label: string;
  /** When it was set. */
  readonly at: number;
}

export type CaptureState = "recording" | "saved" | "failed" | "deleted";

/** What is needed to make an Instance of a still, read from its own file. */
export interface StillFacts {
  readonly kind: "still";
  /** How it is stored; absent in those from before there was a choice: jpeg. */
  readonly encoding?: StillEncoding;
  readonly width: number;
  readonly height: number;
  readonly subsampling: "4:2:0" | "4:2:2" | "4:4:4";
  readonly sourceWasLossy: boolean;
  readonly frameAtMs: number;
  /** Of a still taken from a recording: what this box's recording had lost before. */
  readonly lossyBefore?: readonly LossySource[];
}

/** The same for a clip, read from its own samples and SPS. */
export interface ClipFacts {
  readonly kind: "clip";
  readonly width: number;
  readonly height: number;
  readonly frames: number;
  readonly durationMs: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  /** Wall clock of its first frame. */
  readonly startedAtMs: number;
  /** How long before the press that is; absent in those from before it was counted. */
  readonly beginsBeforeMs?: number;
  /** Of the source's frame that it begins with; absent in those from before markers. */
  readonly firstSeq?: number;
  /** What the stream says of itself. */
  readonly video: import("../capture/capture.ts").VideoFacts;
}

/** A Still or Clip on our disk, before it is DICOM. */
export interface Capture {
  readonly id: string;
  readonly procedureId: string;
  readonly number: number;
  readonly kind: "still" | "clip";
  readonly state: CaptureState;
  readonly source: string;
  readonly profileId: string;
  readonly epoch: number | null;
  readonly seq: number | null;
  readonly frameExact: boolean;
  readonly notice: string | null;
  readonly pressedAt: number;
  readonly savedAt: number | null;
  /** Relative to the storage directory. */
  readonly file: string;
  readonly sizeBytes: number | null;
  readonly sha256: string | null;
  readonly facts: StillFacts | ClipFacts | null;
  readonly deletedAt: number | null;
  readonly deleteReason: string | null;
  /** Of its original; null before release. */
  readonly sopInstanceUid: string | null;
  /** How many frames after (before: negative) the frame that was named; null: exact, or of another epoch. */
  readonly frameDistance: number | null;
  /** Of a clip: frames of the source that are missing in it; null: not counted. */
  readonly lostFrames: number | null;
  /** Rescued at a start: at most so much after its last picture was lost, in ms; null: it was not rescued. */
  readonly rescuedMissingMs: number | null;
  /** The clip it was made from after the recording; null: it came from a source. */
  readonly derivedFrom: string | null;
  readonly derivation: CaptureDerivation | null;
  /** In order of time. */
  readonly markers: readonly Marker[];
  /** When retention removed its files; it is safe elsewhere. */
  readonly fileRemovedAt: number | null;
  /** Why an Instance of it could not be made; null when all could, or none was tried yet. */
  readonly composeFailure: string | null;
}
