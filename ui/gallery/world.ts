/** A box that is not there: what it would say, as one state of the gallery needs it. */
import type {
  Delivery,
  DeliveryList,
  Health,
  Problem,
  Procedure,
  RemoteNode,
  SourceState,
  TriggerState,
  Worklist,
} from "../../src/api/schemas.ts";
import { galleryNow } from "./fixtures/clock.ts";
import { listOf, storyOf } from "./fixtures/deliveries.ts";
import { nobodySignedIn, users } from "./fixtures/users.ts";

export interface World {
  readonly health: Health;
  readonly sources: readonly SourceState[];
  readonly procedures: readonly Procedure[];
  readonly deliveries: DeliveryList;
  readonly nodes: readonly RemoteNode[];
  readonly triggers: TriggerState;
  readonly worklist: Worklist;
  /** Answers that are not what the rest of the world says: by method and path, `POST stills`. */
  readonly instead: Readonly<Record<string, Answer>>;
}

/** What comes back: an answer, a refusal, or nothing at all. `never`: it is still awaited. */
export type Answer =
  | { readonly body: unknown }
  | { readonly refusal: Pick<Problem, "code" | "detail" | "waitMs" | "triesLeft">; readonly status: number }
  | "unreachable"
  | "never";

const REASONS = [
  ["110501", "Equipment failure"],
  ["110505", "Patient allergic to media/contrast"],
  ["110513", "Patient refused to continue procedure"],
  ["110500", "Doctor canceled procedure"],
] as const;

/** The world's answer to a request; undefined: it knows no such thing. */
function answerOf(world: World, method: string, path: string): Answer | undefined {
  const [place = "", search = ""] = path.split("?");
  const given = world.instead[`${method} ${place}`];
  if (given !== undefined) return given;
  if (method !== "GET") return undefined;
  const query = new URLSearchParams(search);
  const [kind, id, part] = place.split("/").map(decodeURIComponent);
  const procedure = world.procedures.find((one) => one.id === id);
  const capture = world.procedures.flatMap(({ captures }) => captures).find((one) => one.id === id);
  switch (kind) {
    case "health":
      return { body: { ...world.health, now: galleryNow() } };
    case "sources":
      return { body: part === undefined ? world.sources : lookBack() };
    case "procedures":
      if (id !== undefined) return procedure && { body: procedure };
      return { body: listProcedures(world, Number(query.get("limit"))) };
    case "deliveries":
      return { body: listDeliveries(world.deliveries, query) };
    case "nodes":
      return { body: world.nodes };
    case "triggers":
      return { body: world.triggers };
    case "worklist":
      return { body: world.worklist };
    case "session":
      return { body: nobodySignedIn };
    case "people":
      return { body: { people: users.filter(({ isDisabled }) => !isDisabled) } };
    case "users":
      return { body: users };
    case "discontinuation-reasons":
      return {
        body: REASONS.map(([codeValue, codeMeaning]) => ({
          codeValue,
          codeMeaning,
          ...{ codingSchemeDesignator: "DCM" },
        })),
      };
    case "captures":
      if (part === "story") return { body: storyOf(id ?? "") };
      return capture && { body: capture };
    default:
      return undefined;
  }
}

const lookBack = () => ({
  ...{ holdId: "hold", epoch: 1, exactFromSeq: 60, expiresAt: galleryNow() + 60_000 },
  seqs: Array.from({ length: 120 }, (_none, at) => at),
});

function listProcedures({ procedures, health }: World, limit: number) {
  const shown = procedures.slice(0, limit).map(({ captures: _captures, ...rest }) => rest);
  return { procedures: shown, openProcedureId: health.openProcedureId, next: null };
}

function listDeliveries({ deliveries, counts, next }: DeliveryList, query: URLSearchParams): DeliveryList {
  const fits = (one: Delivery): boolean =>
    (query.get("transfer") ?? one.transfer) === one.transfer &&
    (query.get("procedureId") ?? one.procedureId) === one.procedureId;
  return { ...listOf(deliveries.filter(fits), next), counts };
}

/** The same over HTTP; rejects where nothing answers. */
export async function respond(world: World, method: string, path: string): Promise<Response> {
  const answer = answerOf(world, method, path) ?? {
    refusal: { code: "not-found", detail: "Not in the gallery." },
    status: 404,
  };
  if (answer === "unreachable") throw new TypeError("nobody answers");
  if (answer === "never") return new Promise(() => {});
  const [status, body] = "body" in answer ? [200, answer.body] : [answer.status, answer.refusal];
  const isText = typeof body === "string";
  return new Response(isText ? body : JSON.stringify(body), { status });
}
