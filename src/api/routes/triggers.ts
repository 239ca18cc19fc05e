import { ProcedureError } from "../../procedures/procedures.ts";
import type { TriggerState as State } from "../../triggers/triggers.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { LearnTrigger, Trigger, TriggerState } from "../schemas.ts";
import { ById, describe } from "./describe.ts";

/** Pedals, buttons and scanners: what was learned, and learning another by pressing it. */
export function triggerRoutes(server: ApiServer, { triggers, sources }: ApiContext): void {
  server.get(
    "/api/triggers",
    {
      config: { action: "look" },
      schema: describe("The learned triggers, and the devices that are listened to", TriggerState),
    },
    async () => stateView(triggers.state()),
  );

  server.post(
    "/api/triggers/learn",
    {
      config: { action: "set-up" },
      schema: {
        ...describe("Learn the next key or button of any device that is pressed within 15 seconds", Trigger, 201),
        body: LearnTrigger,
      },
    },
    async (request, reply) => {
      const { action, sourceId = null } = request.body;
      if (sourceId !== null && !sources.has(sourceId)) {
        throw new ProcedureError("unknown-source", `There is no source ${sourceId} on this box.`);
      }
      const gone = new AbortController();
      // A screen that went away would leave the next press of the surgeon's foot to be learned.
      const { socket } = request.raw;
      const end = (): void => gone.abort();
      socket.once("close", end);
      try {
        const learned = await triggers.learn({ action, source: sourceId }, request.actor, gone.signal);
        return reply.code(201).send(triggerView(learned));
      } finally {
        socket.off("close", end);
      }
    },
  );

  server.delete(
    "/api/triggers/learn",
    { config: { action: "set-up" }, schema: describe("End learning without learning anything", TriggerState) },
    async () => {
      triggers.cancelLearning();
      return stateView(triggers.state());
    },
  );

  server.post(
    "/api/triggers/:id/test",
    {
      config: { action: "set-up" },
      schema: {
        ...describe("Do what the trigger does, as if it were pressed. 200 means: done", Trigger),
        params: ById,
      },
    },
    async (request) => triggerView(await triggers.test(request.params.id)),
  );

  server.delete(
    "/api/triggers/:id",
    {
      config: { action: "set-up" },
      schema: { ...describe("Forget a trigger: its key does nothing any more", TriggerState), params: ById },
    },
    async (request) => {
      triggers.forget(request.params.id, request.actor);
      return stateView(triggers.state());
    },
  );
}

function stateView({ triggers, devices, problems, ...rest }: State) {
  return {
    ...rest,
    triggers: triggers.map(triggerView),
    devices: [...devices],
    problems: problems.map(({ message }) => message),
  };
}

function triggerView({ source, code: _code, ...rest }: State["triggers"][number]): Trigger {
  return { ...rest, sourceId: source };
}
