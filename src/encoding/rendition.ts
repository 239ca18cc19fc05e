import { join } from "node:path";
import type { H264Facts, StillEncoding, VideoFacts } from "../capture/capture.ts";
import type { Code, LossySource, Part10PixelData } from "../dicom/dicom.ts";
import type { Rung } from "./ladder.ts";

/** What a capture's file is known to hold, as it was found when it was saved. Sizes in pixels. */
export type MediaFacts = StillMediaFacts | ClipMediaFacts;

export interface StillMediaFacts {
  readonly kind: "still";
  /** Absent: a baseline JPEG. The others hold RGB. */
  readonly encoding?: StillEncoding;
  readonly width: number;
  readonly height: number;
}

/** An MP4 with one stream of H.264 or HEVC at a constant rate, its index first. */
export interface ClipMediaFacts {
  readonly kind: "clip";
  readonly width: number;
  readonly height: number;
  /** Counted from the stream. */
  readonly frames: number;
  readonly fpsNum: number;
  readonly fpsDen: number;
  readonly video: Pick<VideoFacts, "codec" | "colour"> & Pick<H264Facts, "framePacking">;
  /** What the recorded stream is labelled. */
  readonly transferSyntaxUid: string;
}

export interface RenditionRequest<Facts extends MediaFacts = MediaFacts> {
  /** The capture's file. It is only read. */
  readonly media: string;
  readonly facts: Facts;
  readonly rung: Rung;
  /** What the node takes as transfer syntaxes of this rung, as `nextRung` says them. Default: any that the rung may have. */
  readonly transferSyntaxUids?: readonly string[];
  /** Of an Instance as a file, its data set included. Where it is more than DICOM can hold, that counts instead. */
  readonly maxBytes: number;
  /** An empty folder of its own for what is made. The caller removes it, also after a failure. */
  readonly directory: string;
  readonly ffmpegPath: string;
  readonly signal: AbortSignal;
}

/** What is made of one capture: one part, or several of a long clip, or a still for each key frame. */
export interface RenditionMedia {
  readonly parts: readonly RenditionPart[];
  /** For Derivation Description, ASCII. null: the capture itself, whole and unchanged. */
  readonly derivation: string | null;
  /** For Derivation Code Sequence (CID 7203); empty where the pixels did not change. */
  readonly derivationCodes: readonly Code[];
}

/** The pixels of one Instance and what its data set has to say of them. */
export interface RenditionPart {
  readonly pixelData: Part10PixelData;
  readonly transferSyntaxUid: string;
  readonly photometricInterpretation: "YBR_PARTIAL_420" | "YBR_FULL_422" | "RGB";
  readonly rows: number;
  readonly columns: number;
  /** Counted from what was made. */
  readonly frames: number;
  /** null: a still. */
  readonly frameRate: { readonly numerator: number; readonly denominator: number } | null;
  /** 0 for a still. */
  readonly durationMs: number;
  /** From the begin of the capture to this part's first picture. */
  readonly startOffsetMs: number;
  /** Of the encoded pixels, as they count for the compression ratio. */
  readonly sizeBytes: number;
  /** Of a key frame: its number in the clip, from 1. Otherwise null. */
  readonly sourceFrame: number | null;
  /** Lossy steps of this box before this one, to go behind those of the source and before the composed one. */
  readonly lossyBefore: readonly LossySource[];
}

/** CID 7203. */
export const lossyCompression: Code = {
  codeValue: "113040",
  codingSchemeDesignator: "DCM",
  codeMeaning: "Lossy Compression",
};
export const spatialResampling: Code = {
  codeValue: "113085",
  codingSchemeDesignator: "DCM",
  codeMeaning: "Spatial resampling",
};

/** Kept for the data set and the frames' item headers when a limit for a whole Instance is given. */
const aroundPixelsBytes = 256 * 1024;
/** A fragment's length is below 2^32 - 1 and even (PS3.5 A.4). */
const mostPixelBytes = 0xffff_fffc;

/** How many bytes of pixels an Instance of at most `maxBytes` may hold; in several fragments they may be beyond 4 GB. */
export function pixelLimit(maxBytes: number, isInFragments = false): number {
  return Math.min(isInFragments ? Number.MAX_SAFE_INTEGER : mostPixelBytes, maxBytes - aroundPixelsBytes);
}

/** Whether so many bytes fit into one fragment. */
export function fitsOneFragment(sizeBytes: number): boolean {
  return sizeBytes <= mostPixelBytes;
}

/** The path of numbered files in a folder for ffmpeg, to which `%` in the folder's name would mean something. */
export function numberedFiles(directory: string, pattern: string): string {
  return join(directory.replaceAll("%", "%%"), pattern);
}

/** For people. */
export const codecName = ({ video }: ClipMediaFacts): string => (video.codec === "hevc" ? "HEVC" : "H.264");

/** How long an encoder may take: far more than on the slowest box, but not for ever. */
export function encodeTimeoutMs(facts: ClipMediaFacts): number {
  return 600_000 + 20 * durationMs(facts.frames, facts);
}

export function durationMs(frames: number, rate: { readonly fpsNum: number; readonly fpsDen: number }): number {
  return Math.round((frames * 1000 * rate.fpsDen) / rate.fpsNum);
}
