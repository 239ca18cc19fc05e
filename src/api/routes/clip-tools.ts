import { Type } from "typebox";
import type { ApiContext, ApiServer } from "../context.ts";
import { Capture, CutClip, SetMarker, StillOfClip } from "../schemas.ts";
import { captureView } from "../views.ts";
import { ById, describe } from "./describe.ts";

const KeyHeader = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: "a repeated request is the same capture" }),
  ),
});
const ByMarker = Type.Object({
  id: Type.String({ minLength: 1, maxLength: 128 }),
  marker: Type.String({ minLength: 1, maxLength: 128 }),
});

/** Markers while recording; of a finished clip a cut or a still, as a capture of its own. */
export function clipToolRoutes(server: ApiServer, { procedures }: ApiContext): void {
  const view = (id: string) => {
    const capture = procedures.capture(id);
    const found = procedures.captures(capture.procedureId).find((entry) => entry.capture.id === id);
    return captureView(capture, found?.progress ?? "saved");
  };
  const asked = (actor: string, key: string | undefined) => ({ actor, ...(key !== undefined && { key }) });

  server.post(
    "/api/captures/:id/markers",
    {
      config: { action: "capture" },
      schema: {
        ...describe("Mark the picture on the screen in the clip that is being recorded", Capture, 201),
        params: ById,
        body: Type.Union([SetMarker, Type.Null()]),
      },
    },
    async (request, reply) => {
      const { frame, label } = request.body ?? {};
      const marker = { ...(frame && { frame }), ...(label !== undefined && { label }) };
      return reply.code(201).send(view(procedures.markers.set(request.params.id, marker, request.actor).id));
    },
  );

  server.delete(
    "/api/captures/:id/markers/:marker",
    { config: { action: "capture" }, schema: { ...describe("Take a marker away again", Capture), params: ByMarker } },
    async (request) => view(procedures.markers.remove(request.params.id, request.params.marker, request.actor).id),
  );

  server.post(
    "/api/captures/:id/cut",
    {
      config: { action: "review" },
      schema: {
        ...describe(
          "Cut a stretch out of a finished clip into a new capture, at key frames, without re-encoding; the clip stays",
          Capture,
          201,
        ),
        headers: KeyHeader,
        params: ById,
        body: CutClip,
      },
    },
    async (request, reply) => {
      const { fromMs, toMs } = request.body;
      const by = asked(request.actor, request.headers["idempotency-key"]);
      const made = await procedures.clipTools.cut(request.params.id, { fromMs, toMs }, by);
      return reply.code(201).send(view(made.id));
    },
  );

  server.post(
    "/api/captures/:id/still",
    {
      config: { action: "review" },
      schema: {
        ...describe("Take one picture out of a finished clip as a new capture, marked as derived", Capture, 201),
        headers: KeyHeader,
        params: ById,
        body: StillOfClip,
      },
    },
    async (request, reply) => {
      const by = asked(request.actor, request.headers["idempotency-key"]);
      const made = await procedures.clipTools.still(request.params.id, request.body, by);
      return reply.code(201).send(view(made.id));
    },
  );
}
