import { Type } from "typebox";
import type { ApiContext, ApiServer } from "../context.ts";
import { Delivery, DeliveryList } from "../schemas.ts";
import { describe } from "./describe.ts";

const ByNumber = Type.Object({ id: Type.Integer({ minimum: 1 }) });

export function deliveryRoutes(server: ApiServer, { outbox }: ApiContext): void {
  server.get(
    "/api/deliveries",
    {
      config: { action: "look" },
      schema: {
        ...describe("What is owed to remote nodes, newest first", DeliveryList),
        querystring: Type.Object({
          procedureId: Type.Optional(Type.String({ maxLength: 64 })),
          transfer: Type.Optional(Type.Enum(["pending", "sending", "stored", "held", "cancelled", "replaced"])),
          before: Type.Optional(Type.Integer({ minimum: 1 })),
          limit: Type.Integer({ minimum: 1, maximum: 500, default: 100 }),
        }),
      },
    },
    async (request) => {
      const { limit } = request.query;
      const deliveries = outbox.list(request.query);
      const { pending, sending, held } = outbox.counts();
      return {
        deliveries,
        counts: { pending, sending, held },
        next: deliveries.length < limit ? null : (deliveries.at(-1)?.id ?? null),
      };
    },
  );

  const actions = [
    ["retry", "Send it now, also after held or cancelled"],
    ["hold", "Keep it on this box until somebody retries it"],
    ["cancel", "Never send it to this node, unless somebody retries it"],
    ["sendAs", "Send it in the next form that the node may take: after a refusal of what it is"],
  ] as const;
  for (const [action, summary] of actions) {
    server.post(
      `/api/deliveries/:id/${action === "sendAs" ? "send-as" : action}`,
      { config: { action: "send" }, schema: { ...describe(summary, Delivery), params: ByNumber } },
      async (request) => outbox[action](request.params.id, request.actor),
    );
  }
}
