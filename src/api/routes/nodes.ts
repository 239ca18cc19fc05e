import { Type } from "typebox";
import { OutboxError } from "../../outbox/outbox.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { FitTestResult, RemoteNode } from "../schemas.ts";
import { describe } from "./describe.ts";

const ByName = Type.Object({ name: Type.String({ minLength: 1, maxLength: 32 }) });

/** The remote nodes: how they are, and what they were found to need. */
export function nodeRoutes(server: ApiServer, { nodes, outbox, fitTest }: ApiContext): void {
  server.get(
    "/api/nodes",
    { config: { action: "look" }, schema: describe("The remote nodes and how they are", Type.Array(RemoteNode)) },
    async () => {
      const states = outbox.nodeStates();
      const encodings = outbox.encodings();
      return nodes.map(({ name, roles }) => {
        const state = states.find((one) => one.node === name);
        return {
          name,
          roles: [...roles],
          downSince: state?.downSince ?? null,
          reason: state?.reason ?? null,
          nextTryAt: state?.nextTryAt ?? null,
          mppsRefusal: state?.mppsRefusal ?? null,
          commitmentRefusal: state?.commitmentRefusal ?? null,
          encodings: encodings
            .filter((one) => one.node === name)
            .map(({ sopClassUid, transferSyntaxUid, label, words, learnedAt }) => ({
              sopClassUid,
              transferSyntaxUid,
              sentAs: label,
              words,
              learnedAt,
            })),
        };
      });
    },
  );

  server.post(
    "/api/nodes/:name/fit-test",
    {
      config: { action: "set-up" },
      schema: {
        ...describe(
          "Try the node with synthetic pictures of every kind and propose its settings; answers when done, after a minute or more",
          FitTestResult,
        ),
        params: ByName,
      },
    },
    async (request) => {
      const result = await fitTest(request.params.name);
      if (result === undefined) throw new OutboxError("unknown-node", "There is no node of this name in the settings.");
      if (result === "busy")
        throw new OutboxError("not-now", "Another fit test is running. Try again when it is done.");
      return result;
    },
  );

  server.post(
    "/api/nodes/:name/forget-encodings",
    {
      config: { action: "set-up" },
      schema: {
        ...describe("Send originals to it again, from the next release on", Type.Object({ forgotten: Type.Integer() })),
        params: ByName,
      },
    },
    async (request) => ({ forgotten: outbox.forgetEncodings(request.params.name, request.actor) }),
  );
}
