/** What a node should be set to, by what was seen of it. Pure. */
import {
  type ClipRung,
  clipRungs,
  defaultClipRungs,
  defaultStillRungs,
  type Rung,
  type StillRung,
  stillRungs,
} from "../encoding/encoding.ts";
import type { FitNode, FitSettings } from "./node.ts";
import { proposedRoles, rolesWarnings } from "./propose-roles.ts";
import { isLost, isUsable, type RungSeen, type Seen, type SizeSeen } from "./seen.ts";
import { megabytes, smallestLimitBytes } from "./sizes.ts";

export interface FitProposed extends FitSettings {
  /** What DICOMweb is to be used for; null: the node has no DICOMweb. */
  readonly dicomwebUses: readonly ("store" | "query")[] | null;
}

export interface FitProposal {
  /** null: there is nothing that this box could use the node for. */
  readonly proposed: FitProposed | null;
  /** Each setting that would change: `encoding.fragmentable: true → false`. */
  readonly differences: readonly string[];
  /** What a person has to know or decide. */
  readonly warnings: readonly string[];
  /** What the node could do besides. */
  readonly notes: readonly string[];
}

export type FitNow = Pick<FitNode, "name" | "roles" | "encoding" | "sending" | "commitment"> & {
  readonly dicomweb: { readonly uses: readonly ("store" | "query")[] } | null;
};

/** The proposal never widens what a site has narrowed on purpose; what else would be taken is in the notes. */
export function propose(node: FitNow, seen: Seen): FitProposal {
  if (!seen.reached) {
    const warnings = [`${node.name} was not reached: nothing is known of it, and its settings stay as they are.`];
    return { proposed: null, differences: [], warnings, notes: [] };
  }
  const roles = proposedRoles(node, seen);
  const warnings = [...storageWarnings(node, seen), ...rolesWarnings(node, seen)];
  const notes = notesOf(node, seen);
  if (roles.length === 0) return { proposed: null, differences: [], warnings, notes };
  const proposed: FitProposed = {
    roles,
    encoding: {
      characterSet: characterSetOf(node, seen),
      maxInstanceBytes: maxInstanceBytesOf(node, seen.sizes),
      fragmentable: node.encoding.fragmentable && takesFragments(seen),
      stills: stillsOf(node, seen),
      clips: clipsOf(node, seen),
    },
    sending: { associations: associationsOf(node, seen) },
    commitment: node.commitment,
    dicomwebUses: usesOf(node, seen),
  };
  return { proposed, differences: differencesOf(node, proposed), warnings, notes };
}

/** Of another device profile the same class may be no original: then it goes by its own name. */
function usableRungs(rungs: readonly RungSeen[], kind: "still" | "clip"): ReadonlySet<string> {
  const usable = rungs.filter((one) => one.candidate.kind === kind && isUsable(one));
  return new Set(
    usable.flatMap(({ candidate: { rung, sopClass } }) => (rung === "original" ? [rung, sopClass] : [rung])),
  );
}

/** What the site wants, as far as it works; where nothing of it works, whatever does. */
function chosen<R extends Rung>(wanted: readonly R[], more: readonly R[], usable: ReadonlySet<string>): readonly R[] {
  const works = (rung: R): boolean => usable.has(rung);
  const first = [wanted, more].map((rungs) => rungs.filter(works)).find((rungs) => rungs.length > 0);
  return first ?? wanted;
}

function stillsOf({ encoding }: FitNow, { rungs }: Seen): readonly StillRung[] {
  const usable = usableRungs(rungs, "still");
  const byDefault = defaultStillRungs.filter((rung) => usable.has(rung));
  return chosen(encoding.stills, byDefault.length > 0 ? byDefault : stillRungs, usable);
}

function clipsOf({ encoding }: FitNow, { rungs }: Seen): readonly ClipRung[] {
  return chosen(encoding.clips, defaultClipRungs, usableRungs(rungs, "clip"));
}

function characterSetOf({ encoding }: FitNow, { texts }: Seen): string {
  return texts.find(({ latin }) => latin === "kept")?.characterSet ?? encoding.characterSet;
}

function maxInstanceBytesOf({ encoding }: FitNow, sizes: readonly SizeSeen[]): number {
  const now = encoding.maxInstanceBytes;
  const refused = sizes.filter(({ store }) => store.kind === "refused" || store.kind === "failed");
  if (!refused.some(({ sizeBytes }) => sizeBytes <= now)) return now;
  const taken = sizes.filter(({ store }) => store.kind === "stored").map(({ sizeBytes }) => sizeBytes);
  const limit = Math.floor(Math.max(0, ...taken) / 1_000_000) * 1_000_000;
  return Math.min(now, Math.max(smallestLimitBytes, limit));
}

function associationsOf({ sending }: FitNow, { associations }: Seen): number {
  if (associations === null || associations.most >= associations.tried) return sending.associations;
  return Math.min(sending.associations, Math.max(1, associations.most));
}

function usesOf({ dicomweb }: FitNow, { rungs, query }: Seen): FitProposed["dicomwebUses"] {
  if (dicomweb === null) return null;
  const works = { store: rungs.some(isUsable), query: query.kind === "works" };
  const uses = dicomweb.uses.filter((use) => works[use]);
  return uses.length > 0 ? uses : dicomweb.uses;
}

const takesFragments = ({ rungs }: Seen): boolean => rungs.some((one) => one.candidate.isFragmented && isUsable(one));

function differencesOf(now: FitNow, to: FitProposed): string[] {
  const settings = (of: FitSettings, uses: FitProposed["dicomwebUses"]): Record<string, unknown> => ({
    roles: [...of.roles].sort(),
    "encoding.characterSet": of.encoding.characterSet,
    "encoding.maxInstanceBytes": of.encoding.maxInstanceBytes,
    "encoding.fragmentable": of.encoding.fragmentable,
    "encoding.stills": of.encoding.stills,
    "encoding.clips": of.encoding.clips,
    "sending.associations": of.sending.associations,
    "dicomweb.uses": uses ?? [],
  });
  const before = settings(now, now.dicomweb?.uses ?? null);
  return Object.entries(settings(to, to.dicomwebUses)).flatMap(([key, value]) => {
    const [was, is] = [before[key], value].map(inWords);
    return was === is ? [] : [`${key}: ${was} → ${is}`];
  });
}

function inWords(value: unknown): string {
  return Array.isArray(value) ? `[${value.join(", ")}]` : String(value);
}

function storageWarnings(node: FitNow, seen: Seen): string[] {
  const { rungs, texts, sizes, associations } = seen;
  const warnings: string[] = [];
  const said = rungs.filter(({ store }) => store.kind === "stored");
  const lost = rungs.filter(isLost);
  const labels = (of: readonly RungSeen[]): string =>
    [...new Set(of.map(({ candidate }) => candidate.label))].join("; ");
  if (said.length > 0 && lost.length === said.length) {
    warnings.push(
      `${node.name} says success and keeps nothing that it could be asked for. Do not send patients' pictures to it before its administrator has found out why.`,
    );
  } else if (lost.length > 0) warnings.push(`It says success and does not keep: ${labels(lost)}.`);
  const changed = rungs.filter(({ readBack }) => readBack?.kind === "changed");
  if (changed.length > 0) warnings.push(`It gives back other pixels than it got: ${labels(changed)}.`);
  const recoded = rungs.filter(({ readBack }) => readBack?.kind === "recoded");
  if (recoded.length > 0) warnings.push(`It gives back in another encoding than it got: ${labels(recoded)}.`);
  if (said.length === 0) {
    warnings.push(
      `${node.name} takes nothing that this box can send. Ask its administrator to allow ${wanted(rungs)}.`,
    );
  } else {
    for (const kind of ["still", "clip"] as const) {
      if (usableRungs(rungs, kind).size > 0) continue;
      warnings.push(`It takes no ${kind}s in any way this box can make them: route ${kind}s to another node.`);
    }
    if (isOnlySlow(rungs))
      warnings.push("Clips of 1080p at 50 or 60 frames a second are not taken as they are recorded.");
  }
  if (
    texts.some(({ latin }) => latin === "changed" || latin === "not-stored") &&
    !texts.some(({ latin }) => latin === "kept")
  ) {
    warnings.push("Names beyond ASCII come back changed, in whatever character set they are sent.");
  }
  for (const { seenIn } of texts.filter(({ wide }) => wide === "changed")) {
    warnings.push(
      seenIn === "query"
        ? "A query answers with other letters than were sent where they are beyond Western European; what is stored may be right."
        : "Letters beyond Western European are stored otherwise than they were sent.",
    );
  }
  const refused = sizes.filter(({ store }) => store.kind !== "stored" && store.kind !== "not-tried");
  if (sizes.length > 0 && refused.length === sizes.length) {
    warnings.push(
      `Not even ${megabytes(Math.min(...sizes.map(({ sizeBytes }) => sizeBytes)))} in one instance are taken.`,
    );
  }
  if (associations?.most === 0) warnings.push("It did not serve an association when asked for several.");
  return warnings;
}

/** Takes H.264 as recorded up to level 4.1, not 4.2. */
function isOnlySlow(rungs: readonly RungSeen[]): boolean {
  const takes = (picture: "clip" | "fastClip"): boolean =>
    rungs.some(({ candidate, ...seen }) => {
      const isRecorded = candidate.picture === picture && isAsRecorded(candidate.rung) && !candidate.isFragmented;
      return isRecorded && isUsable({ candidate, ...seen });
    });
  return takes("clip") && !takes("fastClip");
}

const isAsRecorded = (rung: Rung): boolean =>
  rung === "original" || rung === "videoMicroscopic" || rung === "videoEndoscopic" || rung === "videoPhotographic";

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

function notesOf(node: FitNow, seen: Seen): string[] {
  const notes: string[] = [];
  const isOriginal = (rung: Rung, kind: "still" | "clip"): boolean =>
    seen.rungs.some(({ candidate: one }) => one.kind === kind && one.rung === "original" && one.sopClass === rung);
  const also = (kind: "still" | "clip", all: readonly Rung[], listed: readonly Rung[]): void => {
    const usable = usableRungs(seen.rungs, kind);
    const isNew = (rung: Rung): boolean => usable.has(rung) && !listed.includes(rung) && !isOriginal(rung, kind);
    const more = all.filter(isNew);
    if (more.length > 0) notes.push(`It also takes ${kind}s as: ${more.join(", ")}.`);
  };
  also("still", stillRungs, stillsOf(node, seen));
  also("clip", clipRungs, clipsOf(node, seen));
  if (takesFragments(seen) && !node.encoding.fragmentable) {
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
