import type { StillEncoding } from "../capture/capture.ts";
import type { ClipRung, StillRung, StillSopClassName, VideoSopClassName } from "../dicom/dicom.ts";
import type { DicomWebTarget } from "../dicomweb/dicomweb.ts";
import type { Deadlines, EventReport, RemoteAddress } from "../dimse/dimse.ts";
import type { Clock } from "../lib/clock.ts";
import type { TlsIdentity } from "../lib/tls-files.ts";

export type FitRole = "worklist" | "storage" | "mpps" | "commitment" | "query";

export interface FitDimse {
  readonly address: RemoteAddress;
  readonly deadlines?: Partial<Deadlines>;
  readonly maxPduBytes?: number;
  readonly tls?: () => TlsIdentity;
}

/** A remote node as it is set up now. */
export interface FitNode extends FitSettings {
  readonly name: string;
  /** Null: only DICOMweb. */
  readonly dimse: FitDimse | null;
  /** Null: only DIMSE. `uses`: what is done by DICOMweb. */
  readonly dicomweb: { readonly target: DicomWebTarget; readonly uses: readonly ("store" | "query")[] } | null;
}

/** What the fit test may propose to change, in the words of the settings file. */
export interface FitSettings {
  readonly roles: readonly FitRole[];
  readonly encoding: {
    readonly characterSet: string;
    readonly maxInstanceBytes: number;
    readonly fragmentable: boolean;
    readonly stills: readonly StillRung[];
    readonly clips: readonly ClipRung[];
  };
  readonly sending: { readonly associations: number };
  readonly commitment: { readonly reportWithinMinutes: number; readonly askAgain: number };
}

/** What this box records, from its device profiles: the classes that `original` stands for. */
export interface FitOriginals {
  readonly still: StillSopClassName;
  readonly clip: VideoSopClassName;
  /** How stills are kept; what is without loss is tried beside JPEG. */
  readonly stillEncodings?: readonly StillEncoding[];
  /** Clips are recorded in HEVC, so that is tried too. */
  readonly recordsHevc?: boolean;
  /** Clips are recorded as stereo pairs, so they are tried too. */
  readonly recordsStereo?: boolean;
}

export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Of the synthetic pictures, in pixels, even numbers. */
export interface FitSizes {
  /** Of those without loss too. */
  readonly still: PictureSize;
  /** At 25 frames a second, H.264 High@4.1. */
  readonly clip: PictureSize;
  /** At 60 frames a second, H.264 High@4.2; of stereo pairs at 30. */
  readonly fastClip: PictureSize;
  /** At 30 frames a second, HEVC Main@5.1, where the box records that. */
  readonly hevcClip: PictureSize;
}

export const usualSizes: FitSizes = {
  still: { width: 1920, height: 1080 },
  clip: { width: 1280, height: 720 },
  fastClip: { width: 1920, height: 1080 },
  hevcClip: { width: 3840, height: 2160 },
};

/** How long the parts of a fit test may take, in milliseconds. */
export interface FitLimits {
  /** Any one step, the sending of a large instance apart. */
  readonly stepMs: number;
  /** An archive may list what it got only a while later. */
  readonly indexMs: number;
  /** From a request for storage commitment to the report. */
  readonly reportMs: number;
  /** Sending one large instance. */
  readonly largeMs: number;
}

export const usualLimits: FitLimits = { stepMs: 300_000, indexMs: 10_000, reportMs: 60_000, largeMs: 1_200_000 };

export interface FitOptions {
  readonly ffmpegPath: string;
  /** A folder of this test's own, on a disk with room; what is made in it is removed at the end. */
  readonly workDirectory: string;
  /** This box, as the synthetic instances tell it. */
  readonly station: {
    readonly stationName: string;
    readonly institutionName: string;
    readonly serialNumber: string;
    readonly softwareVersion: string;
  };
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: FitProgress) => void;
  readonly originals?: FitOriginals;
  readonly sizes?: FitSizes;
  readonly limits?: Partial<FitLimits>;
  /**
   * Waits for a report of storage commitment on our own port: `FitReports` does it. Without it only a report on the
   * association of the request is heard.
   */
  readonly awaitReport?: (transactionUid: string, ms: number, signal: AbortSignal) => Promise<EventReport | null>;
  /** Sends one instance of about so many bytes, and smaller ones where it is not taken. Absent: no large one. */
  readonly largeBytes?: number;
}

export interface FitProgress {
  /** Words for the screen: `Storing Video Microscopic Image, MPEG-2`. */
  readonly words: string;
  /** The step that runs, from 1, and how many there are. */
  readonly number: number;
  readonly of: number;
}
