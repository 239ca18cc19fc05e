/** Everything that screens ask the box, under which key the answer is kept, and which news make it old. */
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
import type { People, Session } from "./people.ts";
import type { Topic } from "./query-client.ts";

/** `GET /api/{path}`. The path is the key, too: the same question has the same answer. */
export interface Question<T> {
  readonly path: string;
  readonly topics: readonly Topic[];
  /** Only for the type. */
  readonly answer?: T;
}

const query = (fields: Record<string, string | number | undefined>): string => {
  const pairs = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined || value === "" ? [] : [[key, String(value)]],
  );
  return pairs.length === 0 ? "" : `?${new URLSearchParams(pairs)}`;
};

const part = encodeURIComponent;

export const health: Question<Health> = {
  path: "health",
  topics: ["health", "procedure", "source", "delivery", "worklist"],
};

export const sources: Question<SourceState[]> = { path: "sources", topics: ["source"] };

export const triggers: Question<TriggerState> = { path: "triggers", topics: ["trigger", "health"] };

export const nodes: Question<RemoteNode[]> = { path: "nodes", topics: ["delivery", "health"] };

/** Why a procedure may be discontinued. */
export const discontinuationReasons: Question<NonNullable<Procedure["discontinued"]>[]> = {
  path: "discontinuation-reasons",
  topics: [],
};

export const procedure = (id: string): Question<Procedure> => ({
  path: `procedures/${part(id)}`,
  topics: ["procedure", "capture", "delivery"],
});

export const procedures = (filter: {
  readonly state?: "open" | "completed" | "released";
  readonly before?: string;
  readonly limit: number;
}): Question<ProcedureList> => ({ path: `procedures${query(filter)}`, topics: ["procedure"] });

export const deliveries = (filter: {
  readonly procedureId?: string;
  readonly transfer?: Delivery["transfer"];
  readonly before?: number;
  readonly limit: number;
}): Question<DeliveryList> => ({ path: `deliveries${query(filter)}`, topics: ["delivery", "capture"] });

export const capture = (id: string): Question<Capture> => ({
  path: `captures/${part(id)}`,
  topics: ["capture", "delivery"],
});

export const story = (captureId: string): Question<CaptureStory> => ({
  path: `captures/${part(captureId)}/story`,
  topics: ["delivery", "capture", "procedure"],
});

export const worklist = (filter: {
  readonly search: string;
  readonly date?: string;
  readonly limit: number;
}): Question<Worklist> => ({ path: `worklist${query(filter)}`, topics: ["worklist"] });

/** An end by idleness has no news: it is seen with all the rest, every few seconds. */
export const session: Question<Session> = { path: "session", topics: [] };

export const people: Question<People> = { path: "people", topics: [] };
