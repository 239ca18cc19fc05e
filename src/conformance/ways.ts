/** Every way in which the pixels of an Instance come about, found in the ladders of everything that may be recorded. */
import {
  clipRungs,
  isHevc,
  type LossySource,
  type SopClassName,
  stillRungs,
  transferSyntaxes,
} from "../dicom/dicom.ts";
import { withoutFragments } from "../dicom/transfer-syntaxes.ts";
import { isStereo, ladderOf } from "../encoding/encoding.ts";
import { everyOriginal } from "./recorded.ts";

export interface Way {
  /** Another form of an instance that says so. */
  readonly isDerived: boolean;
  readonly transferSyntaxUid: string;
  /** The transfer syntax of the instance whose pixels were encoded again or decoded; null: they are as recorded. */
  readonly encodedFrom: string | null;
  /** Stills of the key frames of a clip. */
  readonly isOfKeyFrames: boolean;
}

/** The ways to an instance of this class that make a difference to its attributes, the usual one first. */
export function waysTo(sopClass: SopClassName): readonly Way[] {
  const ways = everyOriginal().flatMap((original) => {
    const rungs = original.kind === "still" ? stillRungs : clipRungs;
    const twin = isStereo(original.transferSyntaxUid) ? ladderOf(original, ["leftView"]) : [];
    return [...ladderOf(original, rungs), ...twin]
      .filter((step) => step.sopClass === sopClass)
      .flatMap(({ rung, content, transferSyntaxUids }) =>
        transferSyntaxUids.map(
          (transferSyntaxUid): Way => ({
            isDerived: rung !== "original",
            transferSyntaxUid,
            encodedFrom: content === "as recorded" ? null : original.transferSyntaxUid,
            isOfKeyFrames: rung === "keyFrames",
          }),
        ),
      );
  });
  const different = new Map<string, Way>();
  for (const way of ways) if (!different.has(keyOf(way))) different.set(keyOf(way), way);
  return [...different.values()].sort((a, b) => Number(a.isDerived) - Number(b.isDerived));
}

function keyOf({ isDerived, transferSyntaxUid, encodedFrom, isOfKeyFrames }: Way): string {
  const kindOf = (uid: string) => [lossOf(uid), isStereo(uid), uid === transferSyntaxes.explicitLittleEndian];
  return JSON.stringify([isDerived, isOfKeyFrames, kindOf(transferSyntaxUid), encodedFrom && kindOf(encodedFrom)]);
}

/** How what is encoded so has lost something; null: it has not. */
export function lossOf(transferSyntaxUid: string): LossySource["method"] | null {
  const { jpegBaseline, jpegLsLossless, explicitLittleEndian, mpeg2HighLevel, mpeg2MainLevel } = transferSyntaxes;
  const uid = withoutFragments(transferSyntaxUid);
  if (uid === jpegLsLossless || uid === explicitLittleEndian) return null;
  if (uid === jpegBaseline) return "ISO_10918_1";
  if (isHevc(uid)) return "ISO_23008_2";
  return uid === mpeg2HighLevel || uid === mpeg2MainLevel ? "ISO_13818_2" : "ISO_14496_10";
}
