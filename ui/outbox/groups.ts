import type { Delivery } from "../../src/api/schemas.ts";
import { causeOf, standsBy, stepsOf } from "./states.ts";

/** One delivery, with those that it goes instead of. */
export interface Line {
  readonly delivery: Delivery;
  /** Forms of the same capture that the node did not take, the first try first. */
  readonly replaced: readonly Delivery[];
}

/** All that is owed for one procedure, as far as it is on this page. */
export interface Group {
  readonly procedureId: string;
  readonly lines: readonly Line[];
  readonly counts: Counts;
  /** Distinct causes of what is not where it should be, those that need a person first. */
  readonly causes: readonly Cause[];
  /** What "Retry all" is about. */
  readonly waiting: readonly Delivery[];
}

/** Pictures only; without what was replaced and what stands by. */
export interface Counts {
  readonly all: number;
  readonly safe: number;
  /** Of `safe`: found by query, which is weaker than the node's promise. */
  readonly found: number;
  /** Sent, and not proven to be kept. */
  readonly sent: number;
  /** Sent, and the node says that it does not keep it. */
  readonly notKept: number;
  readonly cancelled: number;
}

export interface Cause {
  readonly needsPerson: boolean;
  readonly node: string;
  readonly reason: string;
  readonly deliveries: readonly Delivery[];
  readonly nextAttemptAt: number | null;
  /** What all of them could be sent as instead. */
  readonly otherEncoding: string | null;
}

const KIND_ORDER = { "mpps-create": 0, instance: 1, "mpps-set": 2 } as const;

/** As things happened: the procedure began, its captures by number, it ended. */
function inOrder(a: Delivery, b: Delivery): number {
  return (
    KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
    (a.captureNumber ?? 0) - (b.captureNumber ?? 0) ||
    a.node.localeCompare(b.node) ||
    a.part - b.part ||
    a.id - b.id
  );
}

/** A replaced delivery belongs under what goes to the same node instead; alone while that is still being made. */
function linesOf(deliveries: readonly Delivery[]): Line[] {
  const placeOf = ({ captureId, node, id }: Delivery): string =>
    captureId === null ? `${id}` : `${captureId} ${node}`;
  const places = Map.groupBy(deliveries, placeOf);
  return [...places.values()].flatMap((own): Line[] => {
    const current = own.filter(({ transfer }) => transfer !== "replaced").toSorted(inOrder);
    const replaced = own.filter(({ transfer }) => transfer === "replaced").toSorted((a, b) => a.id - b.id);
    if (current.length === 0) return replaced.map((delivery) => ({ delivery, replaced: [] }));
    return current.map((delivery, index) => ({ delivery, replaced: index === 0 ? replaced : [] }));
  });
}

function countsOf(deliveries: readonly Delivery[]): Counts {
  const pictures = deliveries.filter((one) => one.kind === "instance" && one.transfer !== "replaced" && !standsBy(one));
  const stored = pictures.filter(({ transfer }) => transfer === "stored");
  const safe = stored.filter(({ commitment }) => commitment === "committed");
  const notKept = stored.filter(({ commitment }) => commitment === "failed").length;
  return {
    all: pictures.length,
    safe: safe.length,
    found: safe.filter(({ verifiedBy }) => verifiedBy === "query").length,
    sent: stored.length - safe.length - notKept,
    notKept,
    cancelled: pictures.filter(({ transfer }) => transfer === "cancelled").length,
  };
}

const needsPerson = ({ transfer, commitment }: Delivery): boolean =>
  transfer === "held" || (transfer === "stored" && commitment === "failed");

function causesOf(deliveries: readonly Delivery[]): Cause[] {
  const told = deliveries.filter(
    (one) => needsPerson(one) || (one.transfer === "pending" && one.reason !== null && !standsBy(one)),
  );
  const groups = Map.groupBy(told, (one) => JSON.stringify([needsPerson(one), one.node, causeOf(one)]));
  const causes = [...groups.values()].flatMap((own): Cause[] => {
    const [first] = own;
    if (first === undefined) return [];
    const next = own.flatMap(({ transfer, nextAttemptAt }) => (transfer === "pending" ? (nextAttemptAt ?? []) : []));
    const same = own.every(({ otherEncoding }) => otherEncoding === first.otherEncoding);
    return [
      {
        needsPerson: needsPerson(first),
        node: first.node,
        reason: causeOf(first),
        deliveries: own,
        nextAttemptAt: next.length > 0 ? Math.min(...next) : null,
        otherEncoding: same ? first.otherEncoding : null,
      },
    ];
  });
  return causes.toSorted((a, b) => Number(b.needsPerson) - Number(a.needsPerson));
}

/** By procedure: those that need a person first, else in the order the box gave. */
export function groupsOf(deliveries: readonly Delivery[]): Group[] {
  const byProcedure = Map.groupBy(deliveries, ({ procedureId }) => procedureId);
  const groups = [...byProcedure].map(
    ([procedureId, own]): Group => ({
      procedureId,
      lines: linesOf(own).toSorted((a, b) => inOrder(a.delivery, b.delivery)),
      counts: countsOf(own),
      causes: causesOf(own),
      waiting: own.filter((one) => one.transfer !== "cancelled" && !standsBy(one) && stepsOf(one).includes("retry")),
    }),
  );
  const held = (group: Group): number => (group.causes.some((cause) => cause.needsPerson) ? 0 : 1);
  return groups.toSorted((a, b) => held(a) - held(b));
}
