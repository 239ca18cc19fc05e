import type { Delivery } from "../../src/api/schemas.ts";

/** All that is owed for one procedure. */
export interface Group {
  readonly procedureId: string;
  readonly deliveries: readonly Delivery[];
  readonly stored: number;
  /** Distinct causes of what is not stored yet, held ones first. */
  readonly causes: readonly Cause[];
}

export interface Cause {
  readonly held: boolean;
  readonly node: string;
  readonly reason: string;
  readonly count: number;
  readonly nextAttemptAt: number | null;
}

function causesOf(deliveries: readonly Delivery[]): Cause[] {
  const causes = new Map<string, Cause>();
  for (const { transfer, node, reason, nextAttemptAt } of deliveries) {
    if (reason === null || (transfer !== "held" && transfer !== "pending")) continue;
    const held = transfer === "held";
    const key = `${held} ${node} ${reason}`;
    const known = causes.get(key);
    const next = [known?.nextAttemptAt, held ? null : nextAttemptAt].filter((at) => typeof at === "number");
    causes.set(key, {
      held,
      node,
      reason,
      count: (known?.count ?? 0) + 1,
      nextAttemptAt: next.length > 0 ? Math.min(...next) : null,
    });
  }
  return [...causes.values()].toSorted((a, b) => Number(b.held) - Number(a.held));
}

/** By procedure: those that need a person first, else in the order the box gave. */
export function groupsOf(deliveries: readonly Delivery[]): Group[] {
  const byProcedure = Map.groupBy(deliveries, ({ procedureId }) => procedureId);
  const groups = [...byProcedure].map(([procedureId, own]) => ({
    procedureId,
    deliveries: own.toSorted((a, b) => a.captureNumber - b.captureNumber || a.id - b.id),
    stored: own.filter(({ transfer }) => transfer === "stored").length,
    causes: causesOf(own),
  }));
  const held = (group: Group): number => (group.causes.some((cause) => cause.held) ? 0 : 1);
  return groups.toSorted((a, b) => held(a) - held(b));
}

/** What a person may ask of a delivery now. */
export function stepsOf({ transfer }: Pick<Delivery, "transfer">): readonly ("retry" | "hold" | "cancel")[] {
  switch (transfer) {
    case "pending":
      return ["retry", "hold", "cancel"];
    case "held":
      return ["retry", "cancel"];
    case "cancelled":
      return ["retry"];
    case "sending":
    case "stored":
      return [];
    default:
      return transfer satisfies never;
  }
}
