import type {
  Capture,
  CaptureStory,
  Delivery,
  DeliveryList,
  Health,
  Procedure,
  ProcedureList,
  RemoteNode,
  SourceState,
  TriggerState,
  Worklist,
} from "../../src/api/schemas.ts";
import { hearBoxTime } from "../lib/now.ts";
import { type Loaded, useResource } from "./resource.ts";

const query = (fields: Record<string, string | number | undefined>): string => {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
};

export const useHealth = (): Loaded<Health> =>
  useResource("health", ["health", "procedure", "source", "delivery", "worklist"], ({ now }) => hearBoxTime(now));

export const useSources = (): Loaded<SourceState[]> => useResource("sources", ["source"]);

export const useProcedure = (id: string | null): Loaded<Procedure> =>
  useResource(id === null ? null : `procedures/${encodeURIComponent(id)}`, ["procedure", "capture", "delivery"]);

/** The procedure that takes the next press; undefined while none is open. */
export function useOpenProcedure(): Procedure | undefined {
  const id = useHealth().data?.openProcedureId ?? null;
  const { data } = useProcedure(id);
  return data?.state === "open" ? data : undefined;
}

export const useProcedures = (filter: {
  state?: "open" | "completed" | "released";
  before?: string;
  limit: number;
}): Loaded<ProcedureList> => useResource(`procedures${query(filter)}`, ["procedure"]);

export const useDeliveries = (
  filter: { procedureId?: string; transfer?: Delivery["transfer"]; before?: number; limit: number } | null,
): Loaded<DeliveryList> => useResource(filter === null ? null : `deliveries${query(filter)}`, ["delivery", "capture"]);

export const useTriggers = (): Loaded<TriggerState> => useResource("triggers", ["trigger", "health"]);

export const useNodes = (): Loaded<RemoteNode[]> => useResource("nodes", ["delivery", "health"]);

/** Why a procedure may be discontinued; asked only while somebody chooses. */
export const useDiscontinuationReasons = (): Loaded<NonNullable<Procedure["discontinued"]>[]> =>
  useResource("discontinuation-reasons", []);

export const useCapture = (id: string): Loaded<Capture> =>
  useResource(`captures/${encodeURIComponent(id)}`, ["capture", "delivery"]);

export const useStory = (captureId: string): Loaded<CaptureStory> =>
  useResource(`captures/${encodeURIComponent(captureId)}/story`, ["delivery", "capture", "procedure"]);

export const useWorklist = (filter: { search: string; date?: string; limit: number }): Loaded<Worklist> =>
  useResource(`worklist${query(filter)}`, ["worklist"]);
