/** Where a capture goes. Pure. */

export type Importance = "primary" | "secondary" | "standby";

/** One rule; an absent condition holds for everything, all the given ones must hold. Compared without regard to case. */
export interface RouteRule {
  readonly name: string;
  readonly when: {
    readonly sources?: readonly string[];
    readonly deviceProfiles?: readonly string[];
    readonly modalities?: readonly string[];
    /** `VALUE` or `VALUE^SCHEME`. */
    readonly procedureCodes?: readonly string[];
    readonly requestingServices?: readonly string[];
    readonly recipients?: readonly string[];
  };
  readonly to: readonly string[];
  readonly secondary: readonly string[];
  /** Null: secondaries get a copy at once. Else they stand by, and get it when a primary has not taken it for so long. */
  readonly standbyAfterMs: number | null;
}

/** `otherwise`: for a capture that no rule speaks of; null: every storage node. */
export interface Routing {
  readonly rules: readonly RouteRule[];
  readonly otherwise: Omit<RouteRule, "name" | "when"> | null;
}

/** What the rules look at, of one capture. */
export interface RouteFacts {
  readonly source: string;
  readonly deviceProfile: string;
  readonly modality: string;
  readonly procedureCodes: readonly { readonly codeValue: string; readonly codingSchemeDesignator: string }[];
  readonly requestingServices: readonly string[];
  readonly recipients: readonly string[];
}

export interface RouteTarget {
  readonly node: string;
  readonly importance: Importance;
  /** For a standby: how long the primaries have before it is sent there. */
  readonly afterMs: number;
  /** The rule that says so, for people. */
  readonly because: string;
}

/**
 * The union of all rules that hold; a node named by several counts as the most important. `storageNodes`: every node
 * that takes instances; a rule's node that is not among them is left out (the settings check refuses it).
 */
export function routesOf(routing: Routing, facts: RouteFacts, storageNodes: readonly string[]): RouteTarget[] {
  const holding = routing.rules.filter((rule) => holds(rule.when, facts));
  const chosen: readonly Omit<RouteRule, "when">[] =
    holding.length > 0
      ? holding
      : [{ name: "otherwise", ...(routing.otherwise ?? { to: storageNodes, secondary: [], standbyAfterMs: null }) }];
  const targets = new Map<string, RouteTarget>();
  for (const rule of chosen) {
    for (const node of rule.to) add(targets, { node, importance: "primary", afterMs: 0, because: rule.name });
    for (const node of rule.secondary) {
      const importance = rule.standbyAfterMs === null ? "secondary" : "standby";
      add(targets, { node, importance, afterMs: rule.standbyAfterMs ?? 0, because: rule.name });
    }
  }
  return [...targets.values()].filter(({ node }) => storageNodes.includes(node));
}

const ranks: Readonly<Record<Importance, number>> = { primary: 0, secondary: 1, standby: 2 };

function add(targets: Map<string, RouteTarget>, target: RouteTarget): void {
  const known = targets.get(target.node);
  if (known === undefined || ranks[target.importance] < ranks[known.importance]) targets.set(target.node, target);
}

function holds(when: RouteRule["when"], facts: RouteFacts): boolean {
  const codes = facts.procedureCodes.flatMap(({ codeValue, codingSchemeDesignator }) => [
    codeValue,
    `${codeValue}^${codingSchemeDesignator}`,
  ]);
  return (
    among(when.sources, [facts.source]) &&
    among(when.deviceProfiles, [facts.deviceProfile.replace(/@.*/, "")]) &&
    among(when.modalities, [facts.modality]) &&
    among(when.procedureCodes, codes) &&
    among(when.requestingServices, facts.requestingServices) &&
    among(when.recipients, facts.recipients)
  );
}

function among(wanted: readonly string[] | undefined, found: readonly string[]): boolean {
  if (wanted === undefined) return true;
  const folded = new Set(found.map(fold));
  return wanted.some((one) => folded.has(fold(one)));
}

function fold(text: string): string {
  return text.trim().normalize("NFC").toLowerCase();
}
