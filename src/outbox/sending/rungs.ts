/** Which rendition of a capture a node gets. Pure. */
import { transferSyntaxes } from "../../dicom/dicom.ts";
import { isStereo, type LadderStep, ladderOf, type OriginalEncoding, type Rung } from "../../encoding/encoding.ts";
import type { OutboxNode } from "../node.ts";
import type { RouteTarget } from "../routing/routes.ts";

/**
 * What `rendition.key` says: `RUNG`, `RUNG/BYTES` in parts of so many bytes at most, `parts/BYTES` of the original;
 * `RUNG@UID` where the node takes only one of the transfer syntaxes of that rung.
 */
export interface RenditionKey {
  readonly rung: Rung;
  /** Parts made for a node with a smaller limit than the original was made for: DERIVED, beside the original. */
  readonly isPartsOfOriginal: boolean;
  /** Of the pixel data of one part; null: not split. */
  readonly maxBytes: number | null;
  /** Null: any that the rung may have. */
  readonly transferSyntaxUid: string | null;
}

export function parseRenditionKey(key: string): RenditionKey {
  const [what = "", bytes] = key.split("/");
  const [name = "", transferSyntaxUid = null] = what.split("@");
  const isPartsOfOriginal = name === "parts";
  const rung = (isPartsOfOriginal ? "original" : name) as Rung;
  return { rung, isPartsOfOriginal, maxBytes: bytes === undefined ? null : Number(bytes), transferSyntaxUid };
}

/** Everything in an Instance's file but the pixel data: some 4 KB; a long list of requests may make it ten times that. */
const headBytes = 65_536;
/** 32-bit lengths (PS3.5 7.1.1): one fragment is never longer. */
const longestFragmentBytes = 0xffff_fffe - headBytes;
/** What one Instance may hold when no node says otherwise. */
const usualInstanceBytes = 2_000_000_000;

/** How many bytes of pixel data one Instance may have for a node; infinite where it takes them in fragments. */
export function pixelDataLimit(encoding: Pick<OutboxNode["encoding"], "maxInstanceBytes" | "fragmentable">): number {
  if (encoding.fragmentable) return Number.POSITIVE_INFINITY;
  return Math.min(encoding.maxInstanceBytes - headBytes, longestFragmentBytes);
}

export interface PlannedRendition {
  readonly key: string;
  readonly nodes: readonly RouteTarget[];
}

export interface PlannedCapture {
  readonly original: OriginalEncoding;
  /** Of the media file. */
  readonly sizeBytes: number;
  /** The original's key where it is made already. */
  readonly originalKey: string | null;
}

type EncodingOf = (node: string) => OutboxNode["encoding"];

/**
 * Every rendition that is needed so that each node gets what it takes: the preferred rung of its settings, or the one it
 * was found to need. The original is always among them: others are made of it and refer to it. Who gets stereo pairs gets
 * their 2D twin behind them: a node that refuses the pairs has that one on its way already.
 */
export function planRenditionsOf(
  capture: PlannedCapture,
  targets: readonly RouteTarget[],
  encodingOf: EncodingOf,
  remembered: (node: string) => string | undefined,
): PlannedRendition[] {
  const { original, sizeBytes } = capture;
  const rungs = targets.map((target) => ({
    target,
    rung: firstRung(original, encodingOf(target.node), remembered(target.node)),
  }));
  const limits = rungs
    .filter(({ rung }) => rung.rung === "original")
    .map(({ target }) => pixelDataLimit(encodingOf(target.node)));
  const largest = limits.length > 0 ? Math.max(...limits) : usualInstanceBytes - headBytes;
  const originalKey =
    capture.originalKey ?? (isSplit(original, sizeBytes, largest) ? `original/${largest}` : "original");
  const partBytes = parseRenditionKey(originalKey).maxBytes ?? sizeBytes;
  const planned = new Map<string, RouteTarget[]>([[originalKey, []]]);
  for (const { target, rung } of rungs) {
    const limit = pixelDataLimit(encodingOf(target.node));
    const isWhole = rung.rung === "original" && !isSplit(original, Math.min(sizeBytes, partBytes), limit);
    const key = isWhole ? originalKey : rung.rung === "original" ? `parts/${limit}` : rungKey(rung, capture, limit);
    planned.set(key, [...(planned.get(key) ?? []), target]);
  }
  for (const { target, rung } of rungs) {
    const twin = twinOf(rung, capture, pixelDataLimit(encodingOf(target.node)));
    if (twin !== null) planned.set(twin, [...(planned.get(twin) ?? []), target]);
  }
  return [...planned].map(([key, nodes]) => ({ key, nodes }));
}

/** The key of the 2D twin for a node that is sent the pairs; null: it gets none, or no pairs. */
function twinOf(rung: LadderStep, capture: Pick<PlannedCapture, "original" | "sizeBytes">, limit: number) {
  const { original } = capture;
  const isPairs = isStereo(original.transferSyntaxUid) && rung.transferSyntaxUids.includes(original.transferSyntaxUid);
  const [step] = isPairs ? ladderOf(original, ["leftView"]) : [];
  return step === undefined ? null : rungKey(step, capture, limit);
}

function firstRung(original: OriginalEncoding, encoding: OutboxNode["encoding"], remembered?: string): LadderStep {
  const ladder = ladderFor(original, encoding);
  const [name, only] = (remembered ?? "").split("@");
  const found = ladder.find(({ rung }) => rung === name);
  if (found !== undefined && only !== undefined && found.transferSyntaxUids.includes(only)) {
    return { ...found, transferSyntaxUids: [only] };
  }
  return found ?? ladder[0] ?? originalStep(original);
}

/** `RUNG`, or `RUNG@UID` where the node takes one only of the transfer syntaxes which the rung may have. */
export function rungName(step: LadderStep, original: OriginalEncoding): string {
  const [only] = step.transferSyntaxUids;
  const [whole] = ladderOf(original, [step.rung]);
  const isNarrowed = step.transferSyntaxUids.length === 1 && (whole?.transferSyntaxUids.length ?? 1) > 1;
  return isNarrowed ? `${step.rung}@${only}` : step.rung;
}

/** The rungs a node may get of this capture, the preferred one first. */
export function ladderFor(original: OriginalEncoding, encoding: OutboxNode["encoding"]): readonly LadderStep[] {
  return ladderOf(original, original.kind === "still" ? encoding.stills : encoding.clips);
}

/** Where the settings leave nothing for this kind: tried as it is, rather than never. */
function originalStep(original: OriginalEncoding): LadderStep {
  const [step] = ladderOf(original, ["original"]);
  if (step === undefined) throw new Error("the ladder has no original");
  return step;
}

/** The key of a rung for a node: with its limit wherever the encoded size is not known to lie below it. */
export function rungKey(
  step: LadderStep,
  capture: Pick<PlannedCapture, "original" | "sizeBytes">,
  limit: number,
): string {
  const isOfStills = capture.original.kind === "still" || step.rung === "keyFrames";
  const name = rungName(step, capture.original);
  if (isOfStills || limit === Number.POSITIVE_INFINITY) return name;
  const isSameStream = step.transferSyntaxUids.includes(capture.original.transferSyntaxUid);
  return isSameStream && capture.sizeBytes <= limit ? name : `${name}/${limit}`;
}

function isSplit(original: OriginalEncoding, sizeBytes: number, limit: number): boolean {
  return original.kind === "clip" && sizeBytes > limit;
}

/** A rung in words: `Video Endoscopic Image, MPEG-2`. */
export function rungLabel(rung: Rung): string {
  for (const kind of ["still", "clip"] as const) {
    // Of an original in a class of no rung of its kind and in HEVC, so that none of them is the original.
    const original = {
      kind,
      sopClass: "multiFrameTrueColor",
      transferSyntaxUid: transferSyntaxes.hevcMainLevel51,
    } as const;
    const [step] = ladderOf(original, [rung]);
    if (step === undefined) continue;
    const isOfOwnClass = step.sopClass === original.sopClass && rung !== original.sopClass;
    return isOfOwnClass ? `The same class, ${step.content}` : step.label;
  }
  return rung;
}
