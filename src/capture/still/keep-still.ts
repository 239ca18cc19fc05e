import { createHash } from "node:crypto";
import { writeDurable } from "../../lib/durable-file.ts";
import { CaptureError } from "../capture-error.ts";
import type { FrameRef, KeepStillRequest, KeptStill } from "../capture-types.ts";
import { asCaptureError } from "../clip/finalise.ts";
import type { FrameRing, RingFrame } from "../rings/frame-ring.ts";
import { JpegError, type JpegFacts, readJpeg, withHuffmanTables } from "./jpeg.ts";
import type { StillEncoder } from "./still-encoder.ts";

/** What a source knows at the moment of a press. */
export interface StillContext {
  readonly frames: FrameRing;
  /** Null: the ring holds the source's own JPEGs. */
  readonly encoder: StillEncoder | null;
  readonly newest: FrameRef | null;
  readonly live: boolean;
  readonly message: string | null;
  readonly fps: number;
  readonly sourceWasLossy: boolean;
}

/** The preview may be ahead of the full frame, which is larger; on a box that is overloaded, by a second and more. */
const waitMs = 2000;

/** Keeps the named frame, or the nearest one and says so. Durable when it resolves. Throws CaptureError. */
export async function keepStill(request: KeepStillRequest, context: StillContext): Promise<KeptStill> {
  const { frame, notice } = await findFrame(request.frame, context);
  const jpeg = await toJpeg(frame, context.encoder);
  const facts = jpegFacts(jpeg);
  await writeDurable(request.file, jpeg).catch((error: unknown) => {
    throw asCaptureError(error);
  });
  return {
    epoch: frame.epoch,
    seq: frame.seq,
    frameExact: notice === null,
    frameDistance: notice !== null && request.frame?.epoch === frame.epoch ? frame.seq - request.frame.seq : null,
    notice,
    sizeBytes: jpeg.length,
    sha256: createHash("sha256").update(jpeg).digest("hex"),
    width: facts.width,
    height: facts.height,
    subsampling: facts.subsampling,
    sourceWasLossy: context.sourceWasLossy,
    frameAtMs: frame.atMs,
  };
}

interface FoundFrame {
  readonly frame: RingFrame;
  readonly notice: string | null;
}

async function findFrame(named: FrameRef | undefined, context: StillContext): Promise<FoundFrame> {
  const { frames, live } = context;
  const wanted = named ?? context.newest;
  if (wanted !== null) {
    // A frame that is in the ring was on the screen: it is kept even where the signal went away since.
    const exact = live || frames.find(wanted) !== null ? await frames.wait(wanted, waitMs) : null;
    if (exact !== null) return { frame: exact, notice: null };
  }
  if (!live) throw noSignal(context.message);
  const nearest = (wanted === null ? frames.newest() : frames.nearest(wanted)) ?? (await nextFrame(context));
  if (nearest === null) throw noSignal(context.message);
  const notice = wanted === null ? null : distance(wanted, nearest, context.fps);
  return { frame: { ...nearest, bytes: Buffer.from(nearest.bytes) }, notice };
}

/** Just after the ring was emptied there is no frame in it: the next one comes within a frame's time. */
function nextFrame({ frames, newest }: StillContext): Promise<RingFrame | null> {
  return newest === null ? Promise.resolve(null) : frames.wait({ epoch: newest.epoch, seq: newest.seq + 1 }, waitMs);
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

async function toJpeg(frame: RingFrame, encoder: StillEncoder | null): Promise<Buffer> {
  if (encoder !== null) return encoder.encode(frame.bytes);
  try {
    return withHuffmanTables(frame.bytes);
  } catch (error) {
    throw unusable(error);
  }
}

function jpegFacts(jpeg: Buffer): JpegFacts {
  try {
    return readJpeg(jpeg);
  } catch (error) {
    throw unusable(error);
  }
}

function unusable(error: unknown): CaptureError {
  const why = error instanceof JpegError ? error.message : "it cannot be read";
  return new CaptureError("encoder", `This picture could not be kept (${why}). Press again.`, error);
}
