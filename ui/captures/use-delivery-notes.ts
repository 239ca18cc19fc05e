import type { Procedure } from "../../src/api/schemas.ts";
import { useDeliveries } from "../api/queries.ts";
import { type DeliveryNotes, deliveryNotes } from "./progress.ts";

const MOST = 500;

/** Why captures of a procedure are held, and how they are proven; asked only when one is. */
export function useDeliveryNotes(procedure: Procedure | undefined): DeliveryNotes {
  const has = (...wanted: readonly string[]): boolean =>
    procedure?.captures.some(({ progress }) => wanted.includes(progress)) ?? false;
  const filter = (transfer: "held" | "stored") =>
    procedure === undefined ? null : ({ procedureId: procedure.id, transfer, limit: MOST } as const);
  const held = useDeliveries(has("held") ? filter("held") : null).data;
  const stored = useDeliveries(has("held", "safe") ? filter("stored") : null).data;
  return deliveryNotes([...(held?.deliveries ?? []), ...(stored?.deliveries ?? [])], (stored?.next ?? null) !== null);
}
