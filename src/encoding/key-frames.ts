import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { runFfmpegJob } from "../capture/capture.ts";
import { transferSyntaxes } from "../dicom/dicom.ts";
import { everyFrame, jpegEncoder, jpegFilter, repeatable } from "./clip-colour.ts";
import { EncodingError } from "./encoding-error.ts";
import { readMp4Index } from "./mp4-index.ts";
import {
  type ClipMediaFacts,
  durationMs,
  encodeTimeoutMs,
  lossyCompression,
  numberedFiles,
  pixelLimit,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
} from "./rendition.ts";
import { leftViewFilters } from "./stereo-twin.ts";

/** As many stills as a person looks through. */
const maxStills = 12;

/** Which of the key frames become stills: at most 12, evenly over them, the first one always. Places in the list. */
export function chosenKeyFrames(keyFrames: number, most = maxStills): readonly number[] {
  const count = Math.min(keyFrames, most);
  return Array.from({ length: count }, (_, at) => Math.floor((at * keyFrames) / count));
}

/** Stills of a clip's key frames as JPEG. Throws EncodingError. */
export async function makeKeyFrames(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { media, facts, directory, ffmpegPath, signal } = request;
  const { keySamples } = await readMp4Index(media);
  const chosen = chosenKeyFrames(keySamples.length);
  const select = chosen.map((place) => `eq(n\\,${place})`).join("+");
  await runFfmpegJob(
    {
      ffmpegPath,
      from: media,
      inputOptions: ["-skip_frame", "nokey"],
      videoFilter: [`select=${select}`, ...leftViewFilters(facts), jpegFilter(facts)].join(","),
      outputOptions: [...everyFrame, ...jpegEncoder, ...repeatable, "-f", "image2"],
      to: numberedFiles(directory, "key-%04d.jpg"),
      timeoutMs: encodeTimeoutMs(facts),
    },
    signal,
  );
  const files = (await readdir(directory)).filter((name) => name.startsWith("key-")).sort();
  if (files.length !== chosen.length) throw notAll(files.length, chosen.length);
  const parts = await Promise.all(
    files.map(async (name, at): Promise<RenditionPart> => {
      const path = join(directory, name);
      const { size: sizeBytes } = await stat(path);
      const frame = keySamples[chosen[at] ?? 0] ?? 0;
      return {
        pixelData: { kind: "encapsulated", path, sizeBytes },
        transferSyntaxUid: transferSyntaxes.jpegBaseline,
        photometricInterpretation: "YBR_FULL_422",
        rows: facts.height,
        columns: facts.width,
        frames: 1,
        frameRate: null,
        durationMs: 0,
        startOffsetMs: durationMs(frame, facts),
        sizeBytes,
        sourceFrame: frame + 1,
        lossyBefore,
      };
    }),
  );
  if (parts.some(({ sizeBytes }) => sizeBytes > pixelLimit(request.maxBytes))) {
    throw new EncodingError("too-large", "The archive's limit is too small for a still. Raise its maxInstanceBytes.");
  }
  return {
    parts,
    derivation: `Stills of ${parts.length} key frames of a clip of ${facts.frames} frames, as JPEG`,
    derivationCodes: [lossyCompression],
  };
}

function notAll(made: number, wanted: number): EncodingError {
  return new EncodingError(
    "encoder",
    "Not every still of this clip could be made. The original is kept; call technical service.",
    new Error(`${made} of ${wanted} key frames`),
  );
}
