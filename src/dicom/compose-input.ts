import type { LocalTime } from "../lib/clock.ts";
import type { Code, PatientIdentity, ScheduledStep, SopReference } from "./identity.ts";
import type { StillSopClassName, VideoSopClassName } from "./sop-classes.ts";

/** Everything an Instance says besides its pixels. Text comes as it was received: composing fits it to its VR. */
export interface ComposeInput {
  readonly patient: PatientIdentity;
  /** The worklist items this procedure answers; none for an emergency. One Request Attributes item each. */
  readonly steps: readonly ScheduledStep[];
  readonly study: ComposeStudy;
  readonly performedStep: ComposePerformedStep;
  readonly series: ComposeSeries;
  readonly equipment: ComposeEquipment;
  /** What the picture shows; the device profile knows. Absent: clips say "Body structure", stills say nothing. */
  readonly anatomicRegion?: Code | undefined;
}

export interface ComposeStudy {
  readonly studyInstanceUid: string;
  readonly studyId: string;
  readonly begunAt: LocalTime;
  readonly studyDescription: string;
  /** Only where all steps agree, for a study of several requests has no one accession number; default: the steps'. */
  readonly referringPhysicianName?: string | undefined;
  readonly accessionNumber?: string | undefined;
}

export interface ComposePerformedStep {
  readonly performedProcedureStepId: string;
  readonly performedProcedureStepStartAt: LocalTime;
  readonly description: string;
  readonly performingPhysicianName: string;
  /** The MPPS instance, where one is sent. */
  readonly sopInstanceUid?: string | undefined;
}

export interface ComposeSeries {
  readonly seriesInstanceUid: string;
  readonly seriesNumber: number;
  /** Used by Secondary Capture only: the other IODs prescribe theirs. */
  readonly modality: string;
  readonly seriesDescription: string;
  readonly laterality?: "R" | "L" | "B" | undefined;
}

export interface ComposeEquipment {
  /** The microscope or tower. */
  readonly manufacturer: string;
  readonly manufacturerModelName: string;
  readonly deviceSerialNumber: string;
  readonly softwareVersions: string;
  readonly stationName: string;
  readonly institutionName: string;
  /** How the picture reached the box: decides Conversion Type, DI or DV (PS3.3 C.8.6.1). */
  readonly detectorKind: "digital" | "analogue";
  /** The box itself. */
  readonly captureDevice: {
    readonly id: string;
    readonly manufacturer: string;
    readonly manufacturerModelName: string;
    readonly softwareVersions: string;
  };
}

/** Says that and how an Instance was made from others. */
export interface Derivation {
  /** ST, at most 1024 characters. */
  readonly description: string;
  readonly sources: readonly SopReference[];
  /** CID 7203, as far as a code fits. With one, the sources are marked as sources of processing (CID 7202). */
  readonly codes?: readonly Code[] | undefined;
}

export interface ComposeInstance<Name> {
  readonly sopInstanceUid: string;
  readonly sopClass: Name;
  readonly instanceNumber: number;
  readonly acquiredAt: LocalTime;
  /** When its first picture was taken, where that is later than the acquisition's begin: a part of a long clip. */
  readonly contentAt?: LocalTime | undefined;
  /** One of the Instances a long clip is split into; all of them have the same Acquisition Number. */
  readonly part?: { readonly number: number; readonly of: number; readonly acquisitionNumber: number } | undefined;
  /** Set when the pixels were made from another instance's: Image Type becomes DERIVED. */
  readonly derivation?: Derivation | undefined;
  /** YES where the device burns its own text with patient data into the picture. Default NO. */
  readonly burnedInAnnotation?: "YES" | "NO" | undefined;
}

/** Lossy Image Compression Method, PS3.3 C.7.6.1.1.5.1. */
export type LossyMethod = "ISO_10918_1" | "ISO_14496_10" | "ISO_23008_2" | "ISO_13818_2";

/** What the source had already lost before we encoded it (an MJPEG grabber, a network encoder). */
export interface LossySource {
  readonly method: LossyMethod;
  /** Uncompressed size through compressed size. Unknown: only our own step is listed, for values must pair. */
  readonly ratio?: number | undefined;
}

export interface ComposeStillInput extends ComposeInput {
  readonly instance: ComposeInstance<StillSopClassName>;
  readonly still: {
    readonly rows: number;
    readonly columns: number;
    readonly samplesPerPixel: 3;
    /** YBR_FULL_422 for every JPEG in YCbCr, whatever its subsampling (PS3.3 C.7.6.3.1.2); RGB for an RGB JPEG. */
    readonly photometricInterpretation: "YBR_FULL_422" | "RGB";
    /** Default jpeg. The others are RGB (native, or JPEG-LS `.80`), and only earlier steps count as lossy. */
    readonly encoding?: "jpeg" | "jpeg-ls" | "uncompressed" | undefined;
    /** Of the JPEG or JPEG-LS stream, or of the pixels. */
    readonly sizeBytes: number;
    /** Every earlier lossy step, the first one first. Absent or null when this JPEG is the first, also the card's own. */
    readonly sourceWasLossy?: LossySource | readonly LossySource[] | null | undefined;
  };
}

/** What is said of moving pictures, whatever holds them. */
export interface MovingPictures {
  readonly rows: number;
  readonly columns: number;
  /** Counted from the stream. */
  readonly numberOfFrames: number;
  readonly frameRate: { readonly numerator: number; readonly denominator: number };
  /** Of the MP4 file or MPEG-2 stream; of all JPEG frames together. */
  readonly sizeBytes: number;
  readonly durationMs: number;
  /** Every earlier lossy step, the first one first. */
  readonly sourceWasLossy?: LossySource | readonly LossySource[] | null | undefined;
}

export interface ComposeClipInput extends ComposeInput {
  readonly instance: ComposeInstance<VideoSopClassName>;
  readonly clip: MovingPictures & { readonly transferSyntaxUid: string };
}

export interface ComposeMultiFrameInput extends ComposeInput {
  readonly instance: ComposeInstance<"multiFrameTrueColor">;
  readonly clip: MovingPictures;
}
