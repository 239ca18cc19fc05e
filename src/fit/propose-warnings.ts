/** What a person has to know of a node, by what was seen of it. Pure. */
import { clipRungs, stillRungs, transferSyntaxes } from "../dicom/dicom.ts";
import type { Rung } from "../encoding/encoding.ts";
import type { Candidate } from "./candidates.ts";
import type { FitSettings } from "./node.ts";
import {
  isLost,
  isTaken,
  isUsable,
  type RungSeen,
  type Seen,
  type TextSeen,
  takesFragments,
  usableRungs,
} from "./seen.ts";
import { megabytes } from "./sizes.ts";

export function storageWarnings(node: { readonly name: string }, seen: Seen): string[] {
  return [...keepingWarnings(node.name, seen.rungs), ...textWarnings(seen.texts), ...limitWarnings(seen)];
}

function keepingWarnings(name: string, rungs: readonly RungSeen[]): string[] {
  const taken = rungs.filter(({ store }) => isTaken(store));
  if (taken.length === 0) return [nothingTaken(name, rungs)];
  const lost = taken.filter(isLost);
  if (lost.length === taken.length) {
    return [
      `${name} says success and keeps nothing that it could be asked for. Do not send patients' pictures to it before its administrator has found out why.`,
    ];
  }
  if (!rungs.some(isUsable)) {
    return [`${name} takes instances without saying that it stored them, and a query does not find them either.`];
  }
  const about = (words: string, of: readonly RungSeen[]): string[] =>
    of.length === 0 ? [] : [`${words}: ${[...new Set(of.map(({ candidate }) => candidate.label))].join("; ")}.`];
  const comesBack = (kind: "changed" | "recoded"): RungSeen[] =>
    taken.filter(({ readBack }) => readBack?.kind === kind);
  const kinds = (["still", "clip"] as const).filter((kind) => usableRungs(rungs, kind, true).size === 0);
  return [
    ...about("It says success and does not keep", lost),
    ...about(
      "It stores with a warning, so look there at what it changed",
      taken.filter(({ store }) => store.kind === "stored" && store.warning !== null),
    ),
    ...about("It gives back other pixels than it got", comesBack("changed")),
    ...about("It gives back in another encoding than it got", comesBack("recoded")),
    ...kinds.map((kind) => `It takes no ${kind}s in any way this box can make them: route ${kind}s to another node.`),
    ...fastClipWarning(rungs),
    ...stereoWarning(rungs),
    ...losslessWarning(rungs),
  ];
}

function nothingTaken(name: string, rungs: readonly RungSeen[]): string {
  // Silence and a broken line say nothing about what it would take.
  const failed = rungs.flatMap(({ store }) => (store.kind === "failed" ? [store.words] : []));
  if (failed[0] !== undefined) return `Nothing could be stored at ${name}: ${failed[0]}`;
  return `${name} takes nothing that this box can send. Ask its administrator to allow ${wanted(rungs)}.`;
}

function textWarnings(texts: readonly TextSeen[]): string[] {
  const kept = texts.find(({ latin }) => latin === "kept");
  const isChanged = texts.some(({ latin }) => latin === "changed" || latin === "not-stored");
  return [
    ...(isChanged && kept === undefined
      ? ["Names beyond ASCII come back changed, in whatever character set they are sent."]
      : []),
    ...(isChanged && kept !== undefined && kept.characterSet !== unicode
      ? [`Names come back right in ${kept.characterSet} only: what it cannot hold is held for a person.`]
      : []),
    ...texts.filter(({ wide }) => wide === "changed").map(({ seenIn }) => wideWarnings[seenIn ?? "query"]),
  ];
}

const unicode = "ISO_IR 192";
const wideWarnings = {
  query:
    "A query answers with other letters than were sent where they are beyond Western European; what is stored may be right.",
  instance: "Letters beyond Western European are stored otherwise than they were sent.",
} as const;

function limitWarnings({ sizes, associations }: Seen): string[] {
  const smallest = Math.min(...sizes.map(({ sizeBytes }) => sizeBytes));
  const tried = sizes.filter(({ store }) => store.kind !== "not-tried");
  const isNone = tried.length > 0 && tried.every(({ store }) => !isTaken(store));
  return [
    ...(isNone ? [`Not even ${megabytes(smallest)} in one instance are taken.`] : []),
    ...(associations?.most === 0 ? ["It did not serve an association when asked for several."] : []),
  ];
}

/** For a node that takes H.264 as recorded up to level 4.1, and not 4.2. */
function fastClipWarning(rungs: readonly RungSeen[]): string[] {
  const isUsual = ({ picture, isFragmented }: Candidate): boolean =>
    !isFragmented && (picture === "clip" || picture === "fastClip");
  const usable = rungs.filter((one) => isUsual(one.candidate) && isUsable(one));
  const takes = (uid: string): boolean => usable.some(({ candidate }) => candidate.transferSyntaxUid === uid);
  if (!takes(transferSyntaxes.h264HighLevel41) || takes(transferSyntaxes.h264HighLevel42)) return [];
  const other = usable.find(({ candidate }) => candidate.transferSyntaxUid !== transferSyntaxes.h264HighLevel41);
  const instead =
    other === undefined
      ? "and in no other way: record 30 frames a second for this node"
      : `but as ${other.candidate.label}`;
  return [`Clips of 1080p at 50 or 60 frames a second are not taken as they are recorded, ${instead}.`];
}

/** For a node that takes clips, and none of stereo pairs. */
function stereoWarning(rungs: readonly RungSeen[]): string[] {
  const ofPairs = rungs.filter(({ candidate }) => candidate.picture === "stereoClip" && !candidate.isFragmented);
  const isDropped = ofPairs.length > 0 && !ofPairs.some(isUsable) && usableRungs(rungs, "clip", false).size > 0;
  return isDropped ? ["Stereo pairs are not taken: it gets one view of them alone."] : [];
}

/** For a node that takes stills, and not as those without loss are kept. */
function losslessWarning(rungs: readonly RungSeen[]): string[] {
  const others = rungs.filter((one) => one.candidate.kind === "still" && isUsable(one));
  if (others.length === 0) return [];
  const isUncompressed = others.some(
    ({ candidate }) => candidate.transferSyntaxUid === transferSyntaxes.explicitLittleEndian,
  );
  const instead = isUncompressed ? "but uncompressed" : "but as a JPEG of each, with a loss";
  return (["jpegLsStill", "uncompressedStill"] as const).flatMap((picture) => {
    const kept = rungs.filter(({ candidate }) => candidate.picture === picture);
    const isTaken = kept.length === 0 || kept.some(isUsable);
    return isTaken ? [] : [`Stills kept as ${stillWords[picture]} are not taken as they are, ${instead}.`];
  });
}

const stillWords = { jpegLsStill: "JPEG-LS", uncompressedStill: "uncompressed pixels" } as const;

/** The first way of each kind, for an administrator. */
function wanted(rungs: readonly RungSeen[]): string {
  const first = (kind: "still" | "clip"): string[] =>
    rungs
      .filter(({ candidate }) => candidate.kind === kind)
      .slice(0, 1)
      .map(({ candidate }) => candidate.label);
  const names = [...first("still"), ...first("clip")];
  return names.length === 0 ? "this box" : names.join(" and ");
}

/** What it could do besides what is proposed. */
export function notesOf(node: FitSettings, proposed: FitSettings, seen: Seen): string[] {
  const notes: string[] = [];
  const isOriginal = (rung: Rung, kind: "still" | "clip"): boolean =>
    seen.rungs.some(({ candidate: one }) => one.kind === kind && one.rung === "original" && one.sopClass === rung);
  const also = (kind: "still" | "clip", all: readonly Rung[], listed: readonly Rung[]): void => {
    const usable = usableRungs(seen.rungs, kind, proposed.encoding.fragmentable);
    const isNew = (rung: Rung): boolean => usable.has(rung) && !listed.includes(rung) && !isOriginal(rung, kind);
    const more = all.filter(isNew);
    if (more.length > 0) notes.push(`It also takes ${kind}s as: ${more.join(", ")}.`);
  };
  also("still", stillRungs, proposed.encoding.stills);
  also("clip", clipRungs, proposed.encoding.clips);
  if (takesFragments(seen.rungs) && !node.encoding.fragmentable) {
    notes.push(
      "It takes video in fragments. Set encoding.fragmentable only if its viewers play such clips: some show the last fragment only.",
    );
  }
  if (seen.services.mpps === true && !node.roles.includes("mpps"))
    notes.push("It takes performed procedure steps (mpps).");
  if (seen.services.worklist === true && !node.roles.includes("worklist")) notes.push("It answers worklist queries.");
  const { associations } = seen;
  if (associations !== null && associations.most > node.sending.associations) {
    notes.push(`It serves ${associations.most} associations at the same time.`);
  }
  return notes;
}
