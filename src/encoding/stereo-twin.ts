import { EncodingError } from "./encoding-error.ts";
import { encodeH264 } from "./h264-copy.ts";
import { planH264 } from "./h264-plan.ts";
import {
  type ClipMediaFacts,
  lossyCompression,
  type RenditionMedia,
  type RenditionPart,
  type RenditionRequest,
  spatialResampling,
} from "./rendition.ts";

/** Said first of whatever is made of a stereo clip for those who see in two dimensions. No eye is claimed that nobody named. */
function viewWords({ video }: ClipMediaFacts): string {
  const view =
    video.framePacking?.first === "unknown"
      ? "One view of a stereo pair (eye not known)"
      : "Left view of a stereo pair";
  return `${view}, scaled to the whole picture`;
}

/**
 * The filters that leave the left view, in the size of the packed picture; none where each frame is one view. Where the
 * stream does not say which eye is which, it is the view that lies first.
 */
export function leftViewFilters({ video, width, height }: ClipMediaFacts): string[] {
  const { framePacking } = video;
  if (framePacking === undefined || framePacking.packing === "other") return [];
  const at = framePacking.first === "right" ? 1 : 0;
  const crop =
    framePacking.packing === "side-by-side"
      ? `crop=${width / 2}:${height}:${(at * width) / 2}:0`
      : `crop=${width}:${height / 2}:0:${(at * height) / 2}`;
  // Each view was squeezed to half, which the packed picture's own pixels do not say.
  // What is left is one view: the decoder still says of each frame that it is a pair, and encoders would say it on.
  return [
    "sidedata=mode=delete:type=STEREO3D",
    crop,
    `scale=${width}:${height}:flags=bicubic+accurate_rnd`,
    "setsar=1",
  ];
}

/** A derivation with what was done to a stereo clip before. */
export function withLeftView(facts: ClipMediaFacts, media: RenditionMedia): RenditionMedia {
  if (leftViewFilters(facts).length === 0) return media;
  const view = viewWords(facts);
  return {
    ...media,
    derivation: media.derivation === null ? view : `${view}; ${media.derivation}`,
    derivationCodes: [
      ...media.derivationCodes,
      ...(media.derivationCodes.includes(spatialResampling) ? [] : [spatialResampling]),
    ],
  };
}

/**
 * The 2D twin of a stereo clip: one view of it as H.264 High (`.102`, or `.104` where it needs that), every frame of it, in
 * parts where the node takes no more at once. Throws EncodingError.
 */
export async function makeLeftView(
  request: RenditionRequest<ClipMediaFacts>,
  lossyBefore: RenditionPart["lossyBefore"],
): Promise<RenditionMedia> {
  const { facts } = request;
  const filters = leftViewFilters(facts);
  if (filters.length === 0) {
    throw new EncodingError(
      "wrong-kind",
      "This clip holds no stereo views, so there is no single view of them to send.",
    );
  }
  const { width, height } = facts;
  // A picture that was recorded as a stereo pair is within level 4.2 (`.105`), so it is never scaled.
  const { level } = planH264(facts, request.transferSyntaxUids);
  const failure = "One view of this stereo clip could not be made as the archive takes it. The original is kept.";
  const parts = await encodeH264(request, { plan: { level, width, height }, filters, failure });
  return withLeftView(facts, {
    parts: parts.map((part) => ({ ...part, lossyBefore })),
    derivation: `Re-encoded as H.264${parts.length > 1 ? `; cut at key frames into ${parts.length} parts` : ""}`,
    derivationCodes: [lossyCompression],
  });
}
