import { transferSyntaxes } from "../dicom/dicom.ts";
import type { Candidate } from "./candidates.ts";

/** What a node said to one instance. `words` are its own where it gave any. */
export type StoreSeen =
  | { readonly kind: "stored"; readonly warning: string | null }
  /** It took it without saying so: only what is found counts. */
  | { readonly kind: "unconfirmed"; readonly words: string }
  /** It answered, and does not take this. */
  | { readonly kind: "refused"; readonly words: string }
  /** No answer about this instance: the network, time, or a protocol error. */
  | { readonly kind: "failed"; readonly words: string }
  | { readonly kind: "not-tried"; readonly words: string };

/** What came back of an instance that was stored. */
export type ReadBackSeen =
  | { readonly kind: "same" }
  /** In another transfer syntax than it was sent in: the pixels cannot be compared. */
  | { readonly kind: "recoded"; readonly transferSyntaxUid: string }
  /** In the same transfer syntax with other pixels. */
  | { readonly kind: "changed" }
  | { readonly kind: "failed"; readonly words: string };

/** Everything that was found out about one candidate. */
export interface RungSeen {
  readonly candidate: Candidate;
  /** null: nothing is negotiated (DICOMweb). */
  readonly accepted: boolean | null;
  readonly store: StoreSeen;
  /** Whether a query finds it; null: not known. */
  readonly found: boolean | null;
  readonly committed: boolean | null;
  readonly readBack: ReadBackSeen | null;
}

/** Whether something could be done at all. */
export type AbilitySeen =
  | { readonly kind: "works"; readonly words: string }
  | { readonly kind: "does-not-work"; readonly words: string }
  | { readonly kind: "not-tried"; readonly words: string };

export type CommitmentSeen =
  /** Everything it was asked about came back in a report, and what was never sent did not. */
  | { readonly kind: "works"; readonly words: string }
  /** It took the request, and no report was heard. */
  | { readonly kind: "no-report"; readonly words: string }
  /** It confirms what it never got, or its report contradicts what it said before. */
  | { readonly kind: "worthless"; readonly words: string }
  | { readonly kind: "does-not-work"; readonly words: string }
  | { readonly kind: "not-tried"; readonly words: string };

export interface TextSeen {
  readonly characterSet: string;
  /** Text that Latin-1 holds. "unknown": it could not be read or asked for. */
  readonly latin: "kept" | "changed" | "unknown" | "not-stored";
  /** Text that only Unicode holds; where it was sent. */
  readonly wide: "kept" | "changed" | "unknown";
  /** Where it was looked at; null: nowhere. */
  readonly seenIn: "instance" | "query" | null;
}

export interface SizeSeen {
  readonly sizeBytes: number;
  readonly store: StoreSeen;
}

/** Which service classes a node accepts in negotiation; null: not negotiated. */
export interface ServicesSeen {
  readonly mpps: boolean | null;
  readonly worklist: boolean | null;
}

export interface Seen {
  readonly reached: boolean;
  readonly services: ServicesSeen;
  readonly rungs: readonly RungSeen[];
  readonly query: AbilitySeen;
  readonly commitment: CommitmentSeen;
  readonly texts: readonly TextSeen[];
  readonly sizes: readonly SizeSeen[];
  /** So many associations were open at the same time; null: not tried. */
  readonly associations: { readonly most: number; readonly tried: number } | null;
  /** The same instance a second time. */
  readonly duplicate: StoreSeen;
}

/** It may be there. */
export function isTaken({ kind }: StoreSeen): boolean {
  return kind === "stored" || kind === "unconfirmed";
}

/** Said to be stored, not missing in a query or a commitment, and not given back with other pixels. */
export function isUsable({ store, found, committed, readBack }: RungSeen): boolean {
  if (!isTaken(store) || readBack?.kind === "changed") return false;
  if (committed !== null) return committed;
  return store.kind === "unconfirmed" ? found === true : found !== false;
}

/** It said that it stored it, and does not have it. */
export function isLost({ store, found, committed }: RungSeen): boolean {
  return isTaken(store) && (committed === false || (committed === null && found === false));
}

/**
 * What can be used in one fragment, or as `isFragmentable` in either way. The class of the original goes by its own name
 * too: of another device profile it may be no original. What a recorded picture is encoded to is to a node what the same
 * encoding is as it was recorded: H.264 of HEVC, JPEG of a still without loss.
 */
export function usableRungs(
  rungs: readonly RungSeen[],
  kind: "still" | "clip",
  isFragmentable: boolean,
): ReadonlySet<string> {
  const isTried = ({ candidate }: RungSeen): boolean =>
    candidate.kind === kind && (isFragmentable || !candidate.isFragmented);
  const usable = rungs.filter((one) => isTried(one) && isUsable(one));
  return new Set(usable.flatMap(({ candidate }) => rungsProvenBy(candidate)));
}

const h264: ReadonlySet<string> = new Set([transferSyntaxes.h264HighLevel41, transferSyntaxes.h264HighLevel42]);

function rungsProvenBy({ kind, rung, sopClass, transferSyntaxUid }: Candidate): string[] {
  const isOriginal = rung === "original";
  const isJpegStill = kind === "still" && transferSyntaxUid === transferSyntaxes.jpegBaseline;
  return [
    rung,
    ...(isOriginal ? [sopClass] : []),
    ...(h264.has(transferSyntaxUid) ? [`${sopClass}H264`] : []),
    ...(isJpegStill && isOriginal ? ["jpeg"] : []),
    ...(isJpegStill && sopClass === "secondaryCapture" ? ["secondaryCaptureJpeg"] : []),
  ];
}

export function takesFragments(rungs: readonly RungSeen[]): boolean {
  return rungs.some((one) => one.candidate.isFragmented && isUsable(one));
}
