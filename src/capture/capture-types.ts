/** The words of the capture room. A Frame is named by source, epoch (one per start of ffmpeg) and sequence number. */

import type { Measured } from "./doctor/doctor.ts";
import type { SourceFinding } from "./doctor/finding.ts";
import type { StillEncoding } from "./still/still-encoding.ts";

/** `epoch` is unique over restarts of child and service, u32; `seq` counts frames from 0 within it, u32. */
export interface FrameRef {
  readonly epoch: number;
  readonly seq: number;
}

export interface PreviewFrame {
  /** Index of the source: the u16 of the preview header. */
  readonly source: number;
  readonly epoch: number;
  readonly seq: number;
  /** Wall clock, when the first byte of the frame came out of ffmpeg. */
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  /** previewFlags, added. */
  readonly flags: number;
  readonly jpeg: Buffer;
}

/** Bits of the preview header: a clip is being recorded; every frame is the same; not every frame is shown. */
export const previewFlags = { recording: 2, frozen: 4, reduced: 8 } as const;

export type SourceStateName = "starting" | "live" | "no-signal" | "restarting" | "refused";

export interface SourceStatus {
  readonly state: SourceStateName;
  /** What is wrong and what to do; null while live. */
  readonly message: string | null;
  readonly epoch: number;
  readonly lastFrameAt: number | null;
  /** Of the full-resolution frames, pixels; `fps` is the nominal rate. */
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  /** Times the child had to be started again. */
  readonly restarts: number;
  /** Id of the clip in progress, as given to startClip. */
  readonly recording: string | null;
  /** The longest that pictures of a clip took to be on the disk since the source began, in ms; 0: none was recorded. */
  readonly slowestSyncMs: number;
  /** What is wrong with the picture that comes. */
  readonly findings: readonly SourceFinding[];
  /** What arrives, by the input's own words and time stamps; null: not known yet. */
  readonly measured: Measured | null;
  /** Frames since the service began, and those that the source lost meanwhile. */
  readonly frames: number;
  readonly lostFrames: number;
  readonly preview: {
    /** Nominal rate of what is shown. */
    readonly fps: number;
    /** Why it is less than the source's; null: it is not. */
    readonly reduced: string | null;
  };
  /** Memory that pictures and clips to look back on take. */
  readonly ringBytes: number;
  /** Of clips, and why it is not the one that the profile prefers; null: it is. */
  readonly encoder: { readonly id: string; readonly because: string | null };
  /**
   * Of a network encoder whose H.264 is to be kept as it comes: whether clips are its own stream now, and why not, in words; null:
   * not known yet, or they are. Null: any other source.
   */
  readonly passThrough: { readonly copied: boolean; readonly because: string | null } | null;
  /** Ways this source's picture takes that no test ever ran, in words. */
  readonly untested: readonly string[];
  /** Figures of its profile that nobody has verified, in words. */
  readonly assumed: readonly string[];
  /** What is less than asked because memory or flow has a limit, and what to do; null: nothing is. */
  readonly limits: string | null;
  /**
   * Whether every frame can be kept as a still as it came, or one in so many, which are also those that are shown, or none
   * and stills are decoded from what is recorded.
   */
  readonly stillsFrom: "every-frame" | "every-nth" | "recording";
  /** How far one can look back, in seconds, for a still and for the begin of a clip. */
  readonly lookBackS: { readonly stills: number; readonly clips: number };
  /** The child's command line, to paste into a shell. */
  readonly commandLine: string;
}

/** What a look back holds: frames of one epoch, each to be seen and kept. */
export interface LookBack {
  readonly holdId: string;
  readonly epoch: number;
  /** Oldest first, never empty; the older ones with gaps between them. */
  readonly seqs: readonly number[];
  /** From this one on they are kept as they came, those before it as they were recorded; null: all as recorded. */
  readonly exactFromSeq: number | null;
  /** Wall clock: then it lapses. */
  readonly expiresAt: number;
}

export interface KeepStillRequest {
  /** The frame on the screen at the press; absent: the newest. */
  readonly frame?: FrameRef;
  /** Final path, `.jpg`, in a folder that exists; a still in another encoding has that one's ending instead. */
  readonly file: string;
  /** Where to put a small JPEG of it, where one is at hand. It may be lost: nothing depends on it. */
  readonly thumbnailFile?: string;
}

export interface KeptStill extends FrameRef {
  /** False: not the frame that was named, as it came; `notice` says how far off, or that it was recorded before. */
  readonly frameExact: boolean;
  /** Frames after the named one (before: negative; 0: the frame itself, recorded before); null: exact, or of another epoch. */
  readonly frameDistance: number | null;
  readonly notice: string | null;
  /** Where it is. */
  readonly file: string;
  readonly encoding: StillEncoding;
  readonly sizeBytes: number;
  readonly sha256: string;
  readonly width: number;
  readonly height: number;
  /** Lossless stills are RGB: 4:4:4. */
  readonly subsampling: "4:2:0" | "4:2:2" | "4:4:4";
  /** The picture was compressed with loss before it reached us (an MJPEG card, a network encoder). */
  readonly sourceWasLossy: boolean;
  /** Of a still that was decoded from the recording: what that had lost, in the terms of PS3.3 C.7.6.1.1.5; else absent. */
  readonly lossyBefore?: readonly RecordingLoss[];
  readonly frameAtMs: number;
}

/** Ratio: to 24 bits a pixel. */
export interface RecordingLoss {
  readonly method: "ISO_14496_10" | "ISO_23008_2";
  readonly ratio: number;
}

export interface StartClipRequest {
  readonly id: string;
  /** Final path, `.mp4`; `file.part` grows while recording and is the lead's to discard after the row is committed. */
  readonly file: string;
  /** The frame on the screen at the press; absent: the newest. */
  readonly frame?: FrameRef;
  /** How long before the press it begins, as far as is remembered. Default 0: at the key frame at or before the press. */
  readonly lookBackMs?: number;
}

/** A clip of what is remembered, up to the press. */
export interface KeepLastRequest {
  readonly id: string;
  /** As of a clip that is recorded. */
  readonly file: string;
  readonly frame?: FrameRef;
  readonly lookBackMs: number;
}

export interface StartedClip {
  readonly epoch: number;
  /** The key frame the clip begins with, at or before the press or the look back that was asked for. */
  readonly firstSeq: number;
  /** The frame that the press meant. */
  readonly pressedSeq: number;
  /** Wall clock of its first frame. */
  readonly startedAtMs: number;
  readonly width: number;
  readonly height: number;
}

/** What the sequence parameter set of the recorded stream says (ITU-T H.264 7.3.2.1). */
export interface H264Facts {
  readonly codec: "h264";
  readonly profileIdc: number;
  /** The byte after profile_idc: constraint_set0_flag is bit 7. */
  readonly constraintFlags: number;
  readonly levelIdc: number;
  /** 0 monochrome, 1 4:2:0, 2 4:2:2, 3 4:4:4. */
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly interlaced: boolean;
  readonly width: number;
  readonly height: number;
  /** From the VUI (Annex E); null where the stream does not say. */
  readonly colour: StreamColour | null;
  /** Both views of a stereo pair in each frame, from the stream's own SEI; absent: one view. */
  readonly framePacking?: FramePacking;
}

/** The same of HEVC (ITU-T H.265 7.3.2.2.1). */
export interface HevcFacts {
  readonly codec: "hevc";
  /** general_profile_idc: 1 is Main, 2 Main 10. */
  readonly profileIdc: number;
  /** general_profile_compatibility_flag 0 to 31, the first in the top bit. */
  readonly compatibility: number;
  readonly highTier: boolean;
  /** general_level_idc, thirty times the level: 153 is 5.1. */
  readonly levelIdc: number;
  readonly chromaFormat: number;
  readonly bitDepth: number;
  readonly interlaced: boolean;
  readonly width: number;
  readonly height: number;
  readonly colour: StreamColour | null;
}

/** Of a recorded stream. */
export type VideoFacts = H264Facts | HevcFacts;

/** Code points of ITU-T H.264 Tables E-3 to E-5, which are those of H.265; 2 is "unspecified". */
export interface StreamColour {
  readonly fullRange: boolean;
  readonly primaries: number;
  readonly transfer: number;
  readonly matrix: number;
}

/** ITU-T H.264 D.2.26; `other`: views that this box cannot take apart. */
export interface FramePacking {
  readonly packing: "side-by-side" | "top-bottom" | "other";
  /** Which eye is left or on top. */
  readonly first: "left" | "right" | "unknown";
}

export interface FinishedClip {
  readonly file: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** Counted from the samples in the file. */
  readonly frames: number;
  /** Sequence numbers of the first and last frame, from the stream's own decode times. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly durationMs: number;
  readonly width: number;
  readonly height: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  readonly video: VideoFacts;
  /** Wall clock of its first frame; null: not known (rescued). */
  readonly startedAtMs: number | null;
  /** The frame that the press meant; null: not known (rescued). */
  readonly pressedSeq: number | null;
  /** Frames of the source that are missing in it; null: not counted. */
  readonly lostFrames: number | null;
  /** Gap, interruption or rescue, in words; null when all is as asked. */
  readonly notice: string | null;
}

/** A clip that ended without stopClip: the signal or the child went away, the disk is full, the service stops. */
export interface ClipEnded {
  readonly id: string;
  /** The signal or the child went away: the recording may go on when the picture is back. */
  readonly isInputLost: boolean;
  /** Wall clock of the end of its last frame. */
  readonly lastFrameAtMs: number;
  /** Told at once; its file is finished when this resolves. Rejects with CaptureError where nothing could be kept. */
  readonly clip: Promise<FinishedClip>;
}

/** The face of a Source, for those who are tested without ffmpeg. */
export interface CaptureSource {
  readonly id: string;
  readonly index: number;
  state(): SourceStatus;
  start(): void;
  stop(): Promise<void>;
  onPreview(listener: (frame: PreviewFrame) => void): () => void;
  onState(listener: (status: SourceStatus) => void): () => void;
  onClipEnded(listener: (ended: ClipEnded) => void): () => void;
  newestFrame(): FrameRef | null;
  /** A screen says which frame it painted last; used by triggers without a screen, the kiosk's before any other. */
  painted(frame: FrameRef, isKiosk: boolean): void;
  lastPainted(): FrameRef | null;
  /** The frame is here, at full resolution or recorded, whatever became of the signal since. */
  canKeep(frame: FrameRef): boolean;
  keepStill(request: KeepStillRequest): Promise<KeptStill>;
  startClip(request: StartClipRequest): Promise<StartedClip>;
  /** `frame`: the frame on the screen at the stop press. A clip that ended by itself answers with what it kept. */
  stopClip(id: string, frame?: FrameRef): Promise<FinishedClip>;
  /** A clip of what is remembered, also while another is recorded. Throws CaptureError "no-look-back". */
  keepLast(request: KeepLastRequest): Promise<FinishedClip>;
  /** Holds the last pictures to look through. Throws CaptureError "no-look-back". */
  lookBack(): LookBack;
  endLookBack(holdId: string): void;
  /** The small picture (JPEG) of a frame that is held, or was shown just now; null: it is not here. */
  pictureOf(frame: FrameRef): Buffer | null;
  emptyRings(): void;
  /** Another patient begins: from now on no look back reaches a frame before this moment (docs/decisions/012). */
  limitLookBack(): void;
}
