import { Type } from "typebox";
import type { ListRequest, LookAlike } from "../../worklist/worklist.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { RefreshWorklist, Worklist, type WorklistEntry } from "../schemas.ts";
import { worklistEntry } from "../views.ts";
import { describe } from "./describe.ts";

const Query = Type.Object({
  search: Type.Optional(
    Type.String({ maxLength: 128, description: "name (any case, accents, kana) or beginning of the patient ID" }),
  ),
  date: Type.Optional(Type.String({ pattern: "^[0-9]{8}$" })),
  modality: Type.Optional(Type.String({ maxLength: 16 })),
  station: Type.Optional(Type.String({ maxLength: 16 })),
  limit: Type.Integer({ minimum: 1, maximum: 1000, default: 200 }),
  offset: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 }),
});

export function worklistRoutes(server: ApiServer, { worklist, performingPhysicians, users }: ApiContext): void {
  const view = (request: ListRequest) => {
    const page = worklist.list(request);
    const alike = lookAlikesById(worklist.lookAlikes());
    const surgeons = users.accounts
      .active()
      .flatMap(({ physicianName }) => (physicianName === "" ? [] : [physicianName]));
    const physicians = new Set([...surgeons, ...performingPhysicians, ...page.performingPhysicians]);
    return {
      ...page,
      entries: page.items.map((item) => worklistEntry(item, alike.get(item.id))),
      nodes: [...page.nodes],
      performingPhysicians: [...physicians],
    };
  };

  server.get(
    "/api/worklist",
    {
      config: { action: "look" },
      schema: {
        ...describe("The cached worklist, with its age and the reason when it is empty", Worklist),
        querystring: Query,
      },
    },
    async (request) => view(request.query),
  );

  server.post(
    "/api/worklist/refresh",
    {
      config: { action: "pick-patient" },
      schema: {
        ...describe("Ask the worklist nodes now; answers when they have, or could not", Worklist),
        body: Type.Union([RefreshWorklist, Type.Null()]),
      },
    },
    async (request) => {
      await worklist.refresh();
      if (request.body) await worklist.lookUp(request.body, request.actor);
      return view({});
    },
  );
}

function lookAlikesById(pairs: readonly LookAlike[]): Map<string, WorklistEntry["lookAlikes"]> {
  const byId = new Map<string, WorklistEntry["lookAlikes"]>();
  const add = (ids: readonly string[], others: readonly string[], because: string): void => {
    for (const id of ids) {
      const known = byId.get(id) ?? [];
      byId.set(id, [...known, ...others.map((other) => ({ id: other, because }))]);
    }
  };
  for (const { itemIds, because } of pairs) {
    const [one, other] = itemIds;
    add(one, other, because.join(", "));
    add(other, one, because.join(", "));
  }
  return byId;
}
