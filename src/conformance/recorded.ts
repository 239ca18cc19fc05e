/** What this box records, found by asking how it labels each kind of picture that its encoders make. */
import { stillEndings } from "../capture/capture.ts";
import {
  chooseVideoTransferSyntax,
  fragmentableTwin,
  type SopClassName,
  type StillSopClassName,
  sopClasses,
  sopClassNames,
  type VideoSopClassName,
} from "../dicom/dicom.ts";
import type { OriginalEncoding } from "../encoding/encoding.ts";
import { stillTransferSyntax } from "../procedures/release-plan.ts";

const stillFacts = { kind: "still", width: 1920, height: 1080, subsampling: "4:4:4", frameAtMs: 0 } as const;
export const stillEncodings = Object.keys(stillEndings) as (keyof typeof stillEndings)[];

const h264 = { codec: "h264", profileIdc: 100, constraintFlags: 0, chromaFormat: "4:2:0", bitDepth: 8 } as const;
const hd = { width: 1920, height: 1080, frameRate: 30, interlaced: false } as const;

/** One stream of each kind; an encoder that makes another than 8 bits 4:2:0 is not used (the capture room's probe). */
const streams: readonly Parameters<typeof chooseVideoTransferSyntax>[0][] = [
  { ...h264, ...hd, levelIdc: 41 },
  { ...h264, ...hd, levelIdc: 42, frameRate: 60 },
  { ...h264, ...hd, levelIdc: 42, framePacking: { packing: "side-by-side" } },
  { ...hd, codec: "hevc", profileIdc: 1, highTier: false, levelIdc: 153, chromaFormat: "4:2:0", bitDepth: 8 },
];

/** Every transfer syntax in which a capture may be composed first, by its kind. */
export const recordedSyntaxes: Readonly<Record<"still" | "clip", readonly string[]>> = {
  still: stillEncodings.map((encoding) => stillTransferSyntax({ ...stillFacts, sourceWasLossy: false, encoding })),
  clip: streams.map((stream) => {
    const chosen = chooseVideoTransferSyntax(stream);
    if ("refused" in chosen) throw new Error(`what is recorded is no DICOM: ${chosen.refused}`);
    return chosen.uid;
  }),
};

/** The classes that a device profile may choose. */
export const stillClasses = sopClassNames.filter(
  (name): name is StillSopClassName => sopClasses[name].kind === "still",
);
export const videoClasses = sopClassNames.filter(
  (name): name is VideoSopClassName => sopClasses[name].kind === "clip" && name !== "multiFrameTrueColor",
);

/**
 * Everything a capture may be composed as first: each class that a device profile may choose, as it is recorded.
 * `isFragmented`: also a clip beyond 4 GB as a whole.
 */
export function everyOriginal(isFragmented = false): OriginalEncoding[] {
  const { still, clip } = recordedSyntaxes;
  const twins = isFragmented ? clip.flatMap((uid) => fragmentableTwin(uid) ?? []) : [];
  const of = (kind: "still" | "clip", classes: readonly SopClassName[], syntaxes: readonly string[]) =>
    classes.flatMap((sopClass) => syntaxes.map((transferSyntaxUid) => ({ kind, sopClass, transferSyntaxUid })));
  return [...of("still", stillClasses, still), ...of("clip", videoClasses, [...clip, ...twins])];
}
