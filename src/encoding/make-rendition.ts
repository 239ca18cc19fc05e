import { stat } from "node:fs/promises";
import type { LossySource } from "../dicom/dicom.ts";
import { asEncodingError, EncodingError } from "./encoding-error.ts";
import { makeH264 } from "./h264-copy.ts";
import { makeJpegFrames } from "./jpeg-frames.ts";
import { makeKeyFrames } from "./key-frames.ts";
import { makeMpeg2 } from "./mpeg2.ts";
import type { ClipMediaFacts, RenditionMedia, RenditionRequest, StillMediaFacts } from "./rendition.ts";
import { splitClip } from "./split-clip.ts";
import { makeLeftView, withLeftView } from "./stereo-twin.ts";
import { copyStill, decodeStill, encodeStill } from "./still-copies.ts";

/**
 * Makes the pixels of one rung of a capture's ladder. Parts name the capture's own file where that goes in unchanged,
 * otherwise files in `directory`. The same request gives the same pixels. Throws EncodingError, or the signal's reason;
 * whatever it throws, the capture's file is untouched.
 */
export async function makeRendition(request: RenditionRequest): Promise<RenditionMedia> {
  const { signal } = request;
  signal.throwIfAborted();
  try {
    return await (isClip(request) ? clipRendition(request) : isStill(request) ? stillRendition(request) : wrongKind());
  } catch (error) {
    throw asEncodingError(error, signal);
  }
}

function isClip(request: RenditionRequest): request is RenditionRequest<ClipMediaFacts> {
  return request.facts.kind === "clip";
}

function isStill(request: RenditionRequest): request is RenditionRequest<StillMediaFacts> {
  return request.facts.kind === "still";
}

const sameVideo = "The same video, not re-encoded, in another SOP class";
const sameStill = "The same picture, not re-encoded, in another SOP class";

async function clipRendition(request: RenditionRequest<ClipMediaFacts>): Promise<RenditionMedia> {
  switch (request.rung) {
    case "original": {
      const parts = await splitClip(request);
      return { parts, derivation: parts.length > 1 ? cutInto(parts.length) : null, derivationCodes: [] };
    }
    case "videoMicroscopic":
    case "videoEndoscopic":
    case "videoPhotographic": {
      const parts = await splitClip(request);
      const words = parts.length > 1 ? [sameVideo, cutInto(parts.length)] : [sameVideo];
      return { parts, derivation: words.join("; "), derivationCodes: [] };
    }
    case "videoMicroscopicH264":
    case "videoEndoscopicH264":
    case "videoPhotographicH264":
      return makeH264(request, await recordedLoss(request));
    case "videoMicroscopicMpeg2":
    case "videoEndoscopicMpeg2":
    case "videoPhotographicMpeg2":
      return withLeftView(request.facts, await makeMpeg2(request, await recordedLoss(request)));
    case "multiFrameTrueColor":
      return withLeftView(request.facts, await makeJpegFrames(request, await recordedLoss(request)));
    case "keyFrames":
      return withLeftView(request.facts, await makeKeyFrames(request, await recordedLoss(request)));
    case "leftView":
      return makeLeftView(request, await recordedLoss(request));
    default:
      return wrongKind();
  }
}

async function stillRendition(request: RenditionRequest<StillMediaFacts>): Promise<RenditionMedia> {
  switch (request.rung) {
    case "original":
      return { parts: [await copyStill(request)], derivation: null, derivationCodes: [] };
    case "vlMicroscopic":
    case "vlEndoscopic":
    case "vlPhotographic":
    case "secondaryCapture":
      return { parts: [await copyStill(request)], derivation: sameStill, derivationCodes: [] };
    case "secondaryCaptureUncompressed":
      return decodeStill(request);
    case "jpeg":
    case "secondaryCaptureJpeg":
      return encodeStill(request);
    default:
      return wrongKind();
  }
}

const cutInto = (parts: number): string => `Cut at key frames into ${parts} parts, not re-encoded`;

function wrongKind(): never {
  throw new EncodingError("wrong-kind", "This encoding is for another kind of capture. Correct the node's settings.");
}

/** What the recording itself lost, for the history of what is encoded again. */
export async function recordedLoss({
  media,
  facts,
}: Pick<RenditionRequest<ClipMediaFacts>, "media" | "facts">): Promise<readonly LossySource[]> {
  const { size } = await stat(media);
  const uncompressedBytes = facts.width * facts.height * 3 * facts.frames;
  const method = facts.video.codec === "hevc" ? "ISO_23008_2" : "ISO_14496_10";
  return [{ method, ratio: uncompressedBytes / size }];
}
