import { Type } from "typebox";
import { CaptureError } from "../../capture/capture.ts";
import { ProcedureError } from "../../procedures/procedures.ts";
import type { ApiContext, ApiServer, ApiSource } from "../context.ts";
import { LookBack } from "../schemas.ts";
import { ById, describe } from "./describe.ts";

const Number32 = Type.Integer({ minimum: 0, maximum: 0xffff_ffff });
const ByFrame = Type.Object({ ...ById.properties, epoch: Number32, seq: Number32 });
const ByHold = Type.Object({ ...ById.properties, hold: Type.String({ minLength: 1, maxLength: 64 }) });

/** Looking through the last pictures of a source; the one that was meant is kept as any other, by naming its frame. */
export function lookBackRoutes(server: ApiServer, { sources }: ApiContext): void {
  const sourceOf = (id: string): ApiSource["source"] => {
    const found = sources.get(id);
    if (found === undefined) throw new ProcedureError("unknown-source", `There is no source ${id} on this box.`);
    return found.source;
  };

  server.get(
    "/api/sources/:id/look-back",
    {
      config: { action: "capture" },
      schema: {
        ...describe("Hold the last pictures to look through; one hold at a time, the newest asked for", LookBack),
        params: ById,
      },
    },
    async ({ params }, reply) => {
      reply.header("cache-control", "no-store");
      const held = sourceOf(params.id).lookBack();
      return { ...held, seqs: [...held.seqs], expiresAt: Math.round(held.expiresAt) };
    },
  );

  server.delete(
    "/api/sources/:id/look-back/:hold",
    {
      config: { action: "capture" },
      schema: { ...describe("Let go of what is held; harmless where it has lapsed", Type.Object({})), params: ByHold },
    },
    async ({ params }) => {
      sourceOf(params.id).endLookBack(params.hold);
      return {};
    },
  );

  server.get(
    "/api/sources/:id/frames/:epoch/:seq",
    {
      config: { action: "look" },
      schema: { summary: "The small JPEG of a frame that is held, or was shown just now", params: ByFrame },
    },
    async ({ params: { id, epoch, seq } }, reply) => {
      const jpeg = sourceOf(id).pictureOf({ epoch, seq });
      if (jpeg === null) throw new CaptureError("no-look-back", "This picture is not remembered any more. Look again.");
      return reply.header("cache-control", "no-store").type("image/jpeg").send(Buffer.from(jpeg));
    },
  );
}
