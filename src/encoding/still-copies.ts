import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob } from "../capture/capture.ts";
import { readJpegHeader, transferSyntaxes } from "../dicom/dicom.ts";
import { jpegEncoder, repeatable } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
import {
  lossyCompression,
  pixelLimit,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
  type StillMediaFacts,
} from "./rendition.ts";

const jobTimeoutMs = 60_000;
const headerBytes = 512 * 1024;

/** The still's own bytes, unchanged, for another SOP class. Throws EncodingError. */
export async function copyStill({ media, facts, maxBytes }: RenditionRequest<StillMediaFacts>): Promise<RenditionPart> {
  const { size: sizeBytes } = await stat(media);
  checkSize(sizeBytes, maxBytes);
  const encoding = facts.encoding ?? "jpeg";
  if (encoding === "uncompressed") return pixels(facts, media, sizeBytes, []);
  const isJpeg = encoding === "jpeg";
  return {
    ...sizeOf(facts),
    pixelData: { kind: "encapsulated", path: media, sizeBytes },
    transferSyntaxUid: isJpeg ? transferSyntaxes.jpegBaseline : transferSyntaxes.jpegLsLossless,
    photometricInterpretation: isJpeg ? await colourOf(media) : "RGB",
    sizeBytes,
    lossyBefore: [],
  };
}

/** The still's pixels, decoded to RGB. Throws EncodingError. */
export async function decodeStill(request: RenditionRequest<StillMediaFacts>): Promise<RenditionMedia> {
  const { media, facts, maxBytes, directory, ffmpegPath, signal } = request;
  const encoding = facts.encoding ?? "jpeg";
  const bytes = facts.width * facts.height * 3;
  checkSize(bytes, maxBytes);
  if (encoding === "uncompressed") {
    const part = pixels(facts, media, (await stat(media)).size, []);
    return { parts: [part], derivation: "The same uncompressed pixels, in another SOP class", derivationCodes: [] };
  }
  const path = join(directory, "pixels.rgb");
  const isRgb = encoding === "jpeg-ls" || (await colourOf(media)) === "RGB";
  const toRgb = "scale=flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix=bt601:in_range=full:out_range=full,";
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: `${isRgb ? "" : toRgb}format=rgb24`,
      outputOptions: ["-frames:v", "1", "-f", "rawvideo"],
      to: path,
      timeoutMs: jobTimeoutMs,
    },
    signal,
  );
  const { size: sizeBytes } = await stat(path);
  if (encoding === "jpeg-ls") {
    const part = pixels(facts, path, sizeBytes, []);
    return {
      parts: [part],
      derivation: "Decoded from JPEG-LS, without loss, to uncompressed pixels",
      derivationCodes: [],
    };
  }
  const { size: jpegBytes } = await stat(media);
  const part = pixels(facts, path, sizeBytes, [{ method: "ISO_10918_1", ratio: bytes / jpegBytes }]);
  return { parts: [part], derivation: "Decoded from JPEG to uncompressed pixels", derivationCodes: [] };
}

/**
 * A still that was kept without loss as a JPEG Baseline, 4:2:2 as the box's other JPEGs, for a node that takes nothing
 * else: its first loss. Throws EncodingError, also for a still that is a JPEG.
 */
export async function encodeStill(request: RenditionRequest<StillMediaFacts>): Promise<RenditionMedia> {
  const { media, facts, maxBytes, directory, ffmpegPath, signal } = request;
  const encoding = facts.encoding ?? "jpeg";
  if (encoding === "jpeg") {
    throw new EncodingError("wrong-kind", "This still is a JPEG already: it is sent as it is.");
  }
  const path = join(directory, "still.jpg");
  const raw = ["-f", "rawvideo", "-pixel_format", "rgb24", "-video_size", `${facts.width}x${facts.height}`];
  const toJfif = "scale=flags=bicubic+accurate_rnd:out_color_matrix=bt601:out_range=full,format=yuvj422p,setsar=1";
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      inputOptions: encoding === "uncompressed" ? raw : [],
      videoFilter: toJfif,
      outputOptions: ["-frames:v", "1", ...jpegEncoder, ...repeatable, "-f", "mjpeg"],
      to: path,
      timeoutMs: jobTimeoutMs,
    },
    signal,
  );
  const { size: sizeBytes } = await stat(path);
  checkSize(sizeBytes, maxBytes);
  const part: RenditionPart = {
    ...sizeOf(facts),
    pixelData: { kind: "encapsulated", path, sizeBytes },
    transferSyntaxUid: transferSyntaxes.jpegBaseline,
    photometricInterpretation: await colourOf(path),
    sizeBytes,
    lossyBefore: [],
  };
  const from = encoding === "jpeg-ls" ? "JPEG-LS, without loss," : "uncompressed pixels";
  return { parts: [part], derivation: `Encoded from ${from} to JPEG`, derivationCodes: [lossyCompression] };
}

function pixels(
  facts: StillMediaFacts,
  path: string,
  sizeBytes: number,
  lossyBefore: RenditionPart["lossyBefore"],
): RenditionPart {
  const bytes = facts.width * facts.height * 3;
  if (sizeBytes !== bytes) throw notAsSaved(new Error(`${sizeBytes} bytes of pixels instead of ${bytes}`));
  return {
    ...sizeOf(facts),
    pixelData: { kind: "native", path, sizeBytes },
    transferSyntaxUid: transferSyntaxes.explicitLittleEndian,
    photometricInterpretation: "RGB",
    sizeBytes,
    lossyBefore,
  };
}

function sizeOf({
  width,
  height,
}: StillMediaFacts): Pick<
  RenditionPart,
  "rows" | "columns" | "frames" | "frameRate" | "durationMs" | "startOffsetMs" | "sourceFrame"
> {
  return {
    rows: height,
    columns: width,
    frames: 1,
    frameRate: null,
    durationMs: 0,
    startOffsetMs: 0,
    sourceFrame: null,
  };
}

async function colourOf(media: string): Promise<"YBR_FULL_422" | "RGB"> {
  const handle = await open(media, "r");
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(headerBytes), 0, headerBytes, 0);
    return readJpegHeader(buffer.subarray(0, bytesRead)).photometricInterpretation;
  } catch (error) {
    throw notAsSaved(error);
  } finally {
    await handle.close();
  }
}

function checkSize(bytes: number, maxBytes: number): void {
  if (bytes <= pixelLimit(maxBytes)) return;
  throw new EncodingError("too-large", "This still is larger than the archive's limit. Raise its maxInstanceBytes.");
}

function notAsSaved(cause: unknown): EncodingError {
  return new EncodingError("unreadable", "This still cannot be read as it was saved. Call technical service.", cause);
}
