import type { Procedure } from "../../src/api/schemas.ts";
import { useDeliveries } from "../api/queries.ts";
import { heldReasons } from "./progress.ts";

/** Why captures of a procedure are held, by capture; asked only when one is. */
export function useHeldReasons(procedure: Procedure | undefined): ReadonlyMap<string, string> {
  const held = procedure?.captures.some(({ progress }) => progress === "held") ?? false;
  const filter = procedure && held ? ({ procedureId: procedure.id, transfer: "held", limit: 500 } as const) : null;
  return heldReasons(useDeliveries(filter).data?.deliveries ?? []);
}
