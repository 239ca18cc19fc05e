import type { StillEncoding } from "../capture/capture.ts";
import {
  clipRungs,
  fragmentableTwin,
  type SopClassName,
  sopClasses,
  stillRungs,
  transferSyntaxes,
} from "../dicom/dicom.ts";
import { type LadderStep, ladderOf, type OriginalEncoding, type Rung } from "../encoding/encoding.ts";
import type { FitOriginals } from "./node.ts";

/** The synthetic pictures that everything else is made of. */
export type PictureName = StillPicture | "clip" | "fastClip" | "hevcClip" | "stereoClip";

/** How each synthetic still is kept. */
export const stillPictures = {
  still: "jpeg",
  jpegLsStill: "jpeg-ls",
  uncompressedStill: "uncompressed",
} as const satisfies Record<string, StillEncoding>;
export type StillPicture = keyof typeof stillPictures;

/** One thing that a node may be sent: SOP class × transfer syntax, as a rung of the ladder. */
export interface Candidate {
  /** Unique in a test: `clip original 1.2.840.10008.1.2.4.102`. */
  readonly id: string;
  readonly kind: "still" | "clip";
  readonly picture: PictureName;
  readonly rung: Rung;
  readonly sopClass: SopClassName;
  readonly sopClassUid: string;
  readonly transferSyntaxUid: string;
  /** The stream lies in several fragments. */
  readonly isFragmented: boolean;
  /** For people: `Video Microscopic Image, H.264 High@4.1`. */
  readonly label: string;
}

/**
 * Everything that may be sent to a node, the preferred first. What a recorded picture is encoded to is tried once, where
 * it is made of the usual one: a JPEG of a still without loss is to a node what a JPEG still is (`usableRungs`).
 */
export function candidatesOf(originals: FitOriginals): readonly Candidate[] {
  const { jpegBaseline, h264HighLevel41, h264HighLevel42, h264HighLevel42Stereo, hevcMainLevel51 } = transferSyntaxes;
  const still = { kind: "still", sopClass: originals.still, transferSyntaxUid: jpegBaseline } as const;
  const clip = { kind: "clip", sopClass: originals.clip, transferSyntaxUid: h264HighLevel41 } as const;
  const { stillEncodings = [] } = originals;
  return [
    ...ladderOf(still, stillRungs).flatMap((step) => candidatesFor(step, "still")),
    ...losslessStills
      .filter(([picture]) => stillEncodings.includes(stillPictures[picture]))
      .flatMap(([picture, transferSyntaxUid]) => asRecorded({ ...still, transferSyntaxUid }, picture)),
    ...ladderOf(clip, clipRungs, true).flatMap((step) => candidatesFor(step, "clip")),
    ...asRecorded({ ...clip, transferSyntaxUid: h264HighLevel42 }, "fastClip", true),
    ...(originals.recordsHevc ? asRecorded({ ...clip, transferSyntaxUid: hevcMainLevel51 }, "hevcClip") : []),
    ...(originals.recordsStereo
      ? asRecorded({ ...clip, transferSyntaxUid: h264HighLevel42Stereo }, "stereoClip", true)
      : []),
  ];
}

const losslessStills = [
  ["jpegLsStill", transferSyntaxes.jpegLsLossless],
  ["uncompressedStill", transferSyntaxes.explicitLittleEndian],
] as const;

/** Of what was recorded in this encoding: every class that holds it as it is. */
function asRecorded(original: OriginalEncoding, picture: PictureName, inFragments = false): Candidate[] {
  const rungs = original.kind === "still" ? stillRungs : clipRungs;
  return ladderOf(original, rungs, inFragments)
    .filter(({ transferSyntaxUids }) => transferSyntaxUids.includes(original.transferSyntaxUid))
    .flatMap((step) => candidatesFor(step, picture));
}

function candidatesFor({ rung, sopClass, sopClassUid, transferSyntaxUids }: LadderStep, picture: PictureName) {
  return transferSyntaxUids.map((transferSyntaxUid): Candidate => {
    const keyFrames = rung === "keyFrames" ? ", key frames of a clip" : "";
    return {
      id: `${picture} ${rung} ${transferSyntaxUid}`,
      kind: isStillPicture(picture) ? "still" : "clip",
      picture,
      rung,
      sopClass,
      sopClassUid,
      transferSyntaxUid,
      isFragmented: transferSyntaxUids.some((uid) => fragmentableTwin(uid) === transferSyntaxUid),
      label: `${sopClasses[sopClass].name}, ${syntaxName(transferSyntaxUid)}${keyFrames}`,
    };
  });
}

export const isStillPicture = (picture: PictureName): picture is StillPicture => picture in stillPictures;

const names: ReadonlyMap<string, string> = new Map([
  [transferSyntaxes.implicitLittleEndian, "uncompressed, implicit VR"],
  [transferSyntaxes.explicitLittleEndian, "uncompressed"],
  [transferSyntaxes.jpegBaseline, "JPEG"],
  [transferSyntaxes.jpegLsLossless, "JPEG-LS"],
  [transferSyntaxes.mpeg2MainLevel, "MPEG-2 MP@ML"],
  [transferSyntaxes.mpeg2HighLevel, "MPEG-2 MP@HL"],
  [transferSyntaxes.h264HighLevel41, "H.264 High@4.1"],
  [transferSyntaxes.h264HighLevel42, "H.264 High@4.2"],
  [transferSyntaxes.h264HighLevel42Stereo, "H.264 High@4.2, stereo pairs"],
  [transferSyntaxes.hevcMainLevel51, "HEVC Main@5.1"],
]);

/** A transfer syntax for people; its UID where it is none that we send. */
export function syntaxName(uid: string): string {
  const name = names.get(uid);
  if (name !== undefined) return name;
  for (const [plain, inOne] of names) if (fragmentableTwin(plain) === uid) return `${inOne} in fragments`;
  return uid;
}
