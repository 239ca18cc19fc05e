/** What a node can be used for, by what was seen of it. Pure. */
import type { FitRole } from "./node.ts";
import { isUsable, type Seen } from "./seen.ts";

interface Now {
  readonly name: string;
  readonly roles: readonly FitRole[];
}

const order: readonly FitRole[] = ["worklist", "storage", "mpps", "commitment", "query"];

/** Worklist and MPPS are not tried, for that would change what a hospital works with: they stay unless they are refused. */
export function proposedRoles(node: Now, seen: Seen): readonly FitRole[] {
  const stays = (role: "worklist" | "mpps"): boolean => node.roles.includes(role) && seen.services[role] !== false;
  const stores = seen.rungs.some(isUsable);
  const has: Readonly<Record<FitRole, boolean>> = {
    worklist: stays("worklist"),
    mpps: stays("mpps"),
    storage: stores,
    commitment: stores && commits(node, seen),
    query: stores && seen.query.kind === "works",
  };
  return order.filter((role) => has[role]);
}

function commits(node: Now, { commitment }: Seen): boolean {
  switch (commitment.kind) {
    case "works":
      return true;
    // Some report hours later: what a site has set is believed until it is refused.
    case "no-report":
    case "not-tried":
      return node.roles.includes("commitment");
    case "worthless":
    case "does-not-work":
      return false;
    default:
      return commitment satisfies never;
  }
}

export function rolesWarnings(node: Now, seen: Seen): string[] {
  const warnings: string[] = [];
  const { commitment, query, services } = seen;
  for (const role of ["worklist", "mpps"] as const) {
    if (node.roles.includes(role) && services[role] === false) {
      warnings.push(`${node.name} has the role ${role} and refuses it in negotiation.`);
    }
  }
  if (!seen.rungs.some(isUsable)) return warnings;
  if (commitment.kind === "no-report" || commitment.kind === "worthless") {
    warnings.push(`Storage commitment: ${commitment.words}`);
  }
  const partly = seen.rungs.filter(({ committed }) => committed === false).length;
  if (commitment.kind === "works" && partly > 0) warnings.push(`Storage commitment failed for ${partly} instances.`);
  const roles = proposedRoles(node, seen);
  for (const [role, { kind, words }] of [
    ["commitment", commitment],
    ["query", query],
  ] as const) {
    if (!node.roles.includes(role) || roles.includes(role) || kind === "worthless") continue;
    warnings.push(`The role ${role} is in the settings and did not work: ${words}`);
  }
  if (!roles.includes("commitment") && !roles.includes("query")) {
    warnings.push(
      `${node.name} can neither commit nor be queried (${query.words}) What it takes is never shown as safe: keep captures on this box long enough, or use another node as well.`,
    );
  }
  return warnings;
}
