import { open, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob } from "../capture/capture.ts";
import { readJpegHeader, transferSyntaxes } from "../dicom/dicom.ts";
import { EncodingError } from "./encoding-error.ts";
import {
  pixelLimit,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
  type StillMediaFacts,
} from "./rendition.ts";

const decodeTimeoutMs = 60_000;
const headerBytes = 512 * 1024;

/** The still's own JPEG, unchanged, for another SOP class. Throws EncodingError. */
export async function copyStill({ media, facts, maxBytes }: RenditionRequest<StillMediaFacts>): Promise<RenditionPart> {
  const { size: sizeBytes } = await stat(media);
  checkSize(sizeBytes, maxBytes);
  const photometricInterpretation = await colourOf(media);
  return {
    ...sizeOf(facts),
    pixelData: { kind: "encapsulated", path: media, sizeBytes },
    transferSyntaxUid: transferSyntaxes.jpegBaseline,
    photometricInterpretation,
    sizeBytes,
    lossyBefore: [],
  };
}

/** The still's pixels, decoded to RGB. Throws EncodingError. */
export async function decodeStill(request: RenditionRequest<StillMediaFacts>): Promise<RenditionMedia> {
  const { media, facts, maxBytes, directory, ffmpegPath, signal } = request;
  const bytes = facts.width * facts.height * 3;
  checkSize(bytes, maxBytes);
  const path = join(directory, "pixels.rgb");
  const isRgb = (await colourOf(media)) === "RGB";
  const toRgb = "scale=flags=bicubic+accurate_rnd+full_chroma_int:in_color_matrix=bt601:in_range=full:out_range=full,";
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      videoFilter: `${isRgb ? "" : toRgb}format=rgb24`,
      outputOptions: ["-frames:v", "1", "-f", "rawvideo"],
      to: path,
      timeoutMs: decodeTimeoutMs,
    },
    signal,
  );
  const { size: sizeBytes } = await stat(path);
  if (sizeBytes !== bytes) throw notAsSaved(new Error(`${sizeBytes} bytes of pixels instead of ${bytes}`));
  const { size: jpegBytes } = await stat(media);
  const part: RenditionPart = {
    ...sizeOf(facts),
    pixelData: { kind: "native", path, sizeBytes },
    transferSyntaxUid: transferSyntaxes.explicitLittleEndian,
    photometricInterpretation: "RGB",
    sizeBytes,
    lossyBefore: [{ method: "ISO_10918_1", ratio: bytes / jpegBytes }],
  };
  return { parts: [part], derivation: "Decoded from JPEG to uncompressed pixels", derivationCodes: [] };
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
