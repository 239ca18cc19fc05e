import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { writeDurable } from "../../lib/durable-file.ts";
import { CaptureError } from "../capture-error.ts";
import type { FrameRef, KeepStillRequest, KeptStill } from "../capture-types.ts";
import { asCaptureError } from "../clip/finalise.ts";
import type { FrameRing, RingFrame } from "../rings/frame-ring.ts";
import { JpegError, readJpeg, withHuffmanTables } from "./jpeg.ts";
import { readJpegLs } from "./jpeg-ls.ts";
import type { RecordedStills } from "./recorded-stills.ts";
import type { StillEncoder } from "./still-encoder.ts";
import { type StillEncoding, stillEndings } from "./still-encoding.ts";

/** What a source knows at the moment of a press. */
export interface StillContext {
  readonly frames: FrameRing;
  /** Those that are not there any more, or never came, are decoded from what was recorded. */
  readonly recorded: {
    readonly stills: RecordedStills;
    /** It is remembered, and no look back is refused that reaches it. */
    readonly has: (frame: FrameRef) => boolean;
    /** No full-resolution frames come at all. */
    readonly isOnly: boolean;
    /** Pixels. */
    readonly width: number;
    readonly height: number;
  };
  /** Null: the ring holds the source's own JPEGs. */
  readonly encoder: StillEncoder | null;
  /** What the encoder makes. */
  readonly encoding: StillEncoding;
  /** Of the full-resolution frames, pixels. */
  readonly width: number;
  readonly height: number;
  /** The small picture of a frame that was shown; null: it is not remembered. */
  readonly shown: (frame: FrameRef) => Buffer | null;
  readonly newest: FrameRef | null;
  /** It was seen well before the patient began: no press on a moving picture names it. */
  readonly isTooOld: (frame: FrameRef) => boolean;
  readonly live: boolean;
  readonly message: string | null;
  readonly fps: number;
  readonly sourceWasLossy: boolean;
}

/** The preview may be ahead of the full frame, which is larger; on a box that is overloaded, by a second and more. */
const waitMs = 2000;

/** Keeps the named frame, or the nearest one and says so. Durable when it resolves. Throws CaptureError. */
export async function keepStill(request: KeepStillRequest, context: StillContext): Promise<KeptStill> {
  const { frame, notice, stored } = await findStill(request.frame, context);
  const { bytes, thumbnail, facts, lossyBefore } = stored;
  const file = request.file.replace(/\.jpg$/, "") + stillEndings[facts.encoding];
  await Promise.all([
    writeDurable(file, bytes).catch((error: unknown) => {
      throw asCaptureError(error);
    }),
    // One that cannot be written is made later from the still.
    thumbnail !== null &&
      request.thumbnailFile !== undefined &&
      writeFile(request.thumbnailFile, thumbnail).catch(() => {}),
  ]);
  return {
    epoch: frame.epoch,
    seq: frame.seq,
    frameExact: notice === null,
    frameDistance: notice !== null && request.frame?.epoch === frame.epoch ? frame.seq - request.frame.seq : null,
    notice,
    file,
    sizeBytes: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    ...facts,
    sourceWasLossy: context.sourceWasLossy || lossyBefore !== undefined,
    ...(lossyBefore && { lossyBefore }),
    frameAtMs: frame.atMs,
  };
}

interface FoundStill extends FoundFrame<FrameRef & { readonly atMs: number }> {
  readonly stored: Stored;
}

interface FoundFrame<Frame = RingFrame> {
  readonly frame: Frame;
  readonly notice: string | null;
}

/** Sources without full frames, and named frames that have left the ring but not the recording, are decoded from that. */
async function findStill(named: FrameRef | undefined, context: StillContext): Promise<FoundStill> {
  const { recorded, newest, live, message, fps } = context;
  const wanted = named ?? newest;
  const isTooOld = wanted !== null && context.isTooOld(wanted);
  if (wanted !== null && !isTooOld && (recorded.isOnly || hasLeft(wanted, context)) && recorded.has(wanted)) {
    return fromRecording(wanted, fromRecordingWords, context);
  }
  if (recorded.isOnly) {
    if (!live || newest === null) throw noSignal(message);
    const isComing = wanted?.epoch === newest.epoch && wanted.seq > newest.seq - (waitMs / 1000) * fps && !isTooOld;
    if (isComing) return fromRecording(wanted, fromRecordingWords, context);
    return fromRecording(newest, `${distance(wanted ?? newest, newest, fps)} ${fromRecordingWords}`, context);
  }
  const found = await findFrame(named, context);
  return { ...found, stored: await storedAs(found.frame, context) };
}

const fromRecordingWords = "Taken from the recording: compressed.";

/** Later ones are in the ring: it will not come any more. */
function hasLeft(frame: FrameRef, { frames }: StillContext): boolean {
  const newest = frames.newest();
  return frames.find(frame) === null && newest?.epoch === frame.epoch && newest.seq > frame.seq;
}

async function fromRecording(frame: FrameRef, notice: string, context: StillContext): Promise<FoundStill> {
  const { recorded, encoding } = context;
  const { still, thumbnail, lossyBefore, frameAtMs } = await recorded.stills.take(frame);
  const stored = { bytes: still, thumbnail, facts: factsOf(encoding, still, recorded), lossyBefore };
  return { frame: { ...frame, atMs: frameAtMs }, notice, stored };
}

async function findFrame(named: FrameRef | undefined, context: StillContext): Promise<FoundFrame> {
  const { frames, live } = context;
  const wanted = named ?? context.newest;
  const isTooOld = wanted !== null && context.isTooOld(wanted);
  if (wanted !== null && !isTooOld) {
    // A frame that is in the ring was on the screen: it is kept even where the signal went away since.
    const exact = live || frames.find(wanted) !== null ? await frames.wait(wanted, waitMs) : null;
    if (exact !== null) return { frame: exact, notice: null };
  }
  if (!live) throw noSignal(context.message);
  const nearest =
    (wanted === null || isTooOld ? frames.newest() : frames.nearest(wanted)) ?? (await nextFrame(context));
  if (nearest === null) throw noSignal(context.message);
  const notice = wanted === null ? null : distance(wanted, nearest, context.fps);
  return { frame: { ...nearest, bytes: Buffer.from(nearest.bytes) }, notice };
}

/** Just after the ring was emptied there is no frame in it: the next one comes within a frame's time. */
async function nextFrame({ frames, newest }: StillContext): Promise<RingFrame | null> {
  if (newest === null) return null;
  // A later one answers too: where not every frame comes at full resolution, the next in number never does.
  return (await frames.wait({ epoch: newest.epoch, seq: newest.seq + 1 }, waitMs)) ?? frames.newest();
}

function noSignal(message: string | null): CaptureError {
  return new CaptureError("no-signal", `No picture was kept: ${message ?? "there is no picture yet."}`);
}

/** How far the kept frame is from the named one, in words. */
function distance(wanted: FrameRef, kept: FrameRef, fps: number): string {
  if (wanted.epoch !== kept.epoch) {
    return "Not the picture that was on the screen: the input was restarted since; the newest was kept.";
  }
  const frames = kept.seq - wanted.seq;
  const seconds = (Math.abs(frames) / fps).toFixed(2);
  return `Not exactly the picture that was on the screen: ${seconds} s ${frames > 0 ? "later" : "earlier"}.`;
}

interface Stored {
  readonly bytes: Buffer;
  readonly thumbnail: Buffer | null;
  readonly facts: Pick<KeptStill, "encoding" | "width" | "height" | "subsampling">;
  readonly lossyBefore?: KeptStill["lossyBefore"];
}

async function storedAs(frame: RingFrame, context: StillContext): Promise<Stored> {
  const { encoder, encoding } = context;
  if (encoder === null) {
    const bytes = checked(() => withHuffmanTables(frame.bytes));
    return { bytes, thumbnail: context.shown(frame), facts: factsOf("jpeg", bytes, context) };
  }
  const { still, thumbnail } = await encoder.encode(frame.bytes);
  return { bytes: still, thumbnail, facts: factsOf(encoding, still, context) };
}

type Size = Pick<StillContext, "width" | "height">;

/** Read from the bytes themselves. */
function factsOf(encoding: StillEncoding, bytes: Buffer, { width, height }: Size): Stored["facts"] {
  switch (encoding) {
    case "jpeg": {
      const jpeg = checked(() => readJpeg(bytes));
      return { encoding, width: jpeg.width, height: jpeg.height, subsampling: jpeg.subsampling };
    }
    case "jpeg-ls":
      return { encoding, ...checked(() => readJpegLs(bytes)), subsampling: "4:4:4" };
    case "uncompressed":
      return { encoding, width, height, subsampling: "4:4:4" };
    default:
      return encoding satisfies never;
  }
}

function checked<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): CaptureError {
  const why = error instanceof JpegError ? error.message : "it cannot be read";
  return new CaptureError("encoder", `This picture could not be kept (${why}). Press again.`, error);
}
