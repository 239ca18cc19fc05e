/** What a node should be set to, by what was seen of it. Pure. */

import { type ClipRung, clipRungs, defaultStillRungs, type StillRung, stillRungs } from "../dicom/dicom.ts";
import type { Rung } from "../encoding/encoding.ts";
import type { FitNode, FitSettings } from "./node.ts";
import { proposedRoles, rolesWarnings } from "./propose-roles.ts";
import { notesOf, storageWarnings } from "./propose-warnings.ts";
import { isUsable, type Seen, type SizeSeen, takesFragments, usableRungs } from "./seen.ts";
import { smallestLimitBytes } from "./sizes.ts";

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
  if (roles.length === 0) return { proposed: null, differences: [], warnings, notes: notesOf(node, node, seen) };
  const proposed: FitProposed = {
    roles,
    encoding: {
      characterSet: characterSetOf(node, seen),
      maxInstanceBytes: maxInstanceBytesOf(node, seen.sizes),
      fragmentable: node.encoding.fragmentable && takesFragments(seen.rungs),
      stills: stillsOf(node, seen),
      clips: clipsOf(node, seen),
    },
    sending: { associations: associationsOf(node, seen) },
    commitment: node.commitment,
    dicomwebUses: usesOf(node, seen),
  };
  const differences = differencesOf(node, proposed);
  return { proposed, differences, warnings, notes: notesOf(node, proposed, seen) };
}

/** What the site wants, as far as it works; where nothing of it works, whatever does. */
function chosen<R extends Rung>(wanted: readonly R[], more: readonly R[], usable: ReadonlySet<string>): readonly R[] {
  const works = (rung: R): boolean => usable.has(rung);
  const first = [wanted, more].map((rungs) => rungs.filter(works)).find((rungs) => rungs.length > 0);
  return first ?? wanted;
}

function stillsOf({ encoding }: FitNow, { rungs }: Seen): readonly StillRung[] {
  const usable = usableRungs(rungs, "still", encoding.fragmentable);
  const byDefault = defaultStillRungs.filter((rung) => usable.has(rung));
  return chosen(encoding.stills, byDefault.length > 0 ? byDefault : stillRungs, usable);
}

function clipsOf({ encoding }: FitNow, { rungs }: Seen): readonly ClipRung[] {
  return chosen(encoding.clips, clipRungs, usableRungs(rungs, "clip", encoding.fragmentable));
}

function characterSetOf({ encoding }: FitNow, { texts }: Seen): string {
  return texts.find(({ latin }) => latin === "kept")?.characterSet ?? encoding.characterSet;
}

function maxInstanceBytesOf({ encoding }: FitNow, sizes: readonly SizeSeen[]): number {
  const now = encoding.maxInstanceBytes;
  const refused = sizes.filter(({ store }) => store.kind === "refused" || store.kind === "failed");
  if (refused.length === 0) return now;
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
