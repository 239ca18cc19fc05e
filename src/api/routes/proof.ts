import { ProcedureError } from "../../procedures/procedures.ts";
import { captureReceipt, linesOf, procedureReceipt, storyOfCapture, storyOfProcedure } from "../../proof/proof.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { CaptureStory } from "../schemas.ts";
import { ById, describe } from "./describe.ts";

/** What happened to a capture, from the press to the proof; the same as a page to print. */
export function proofRoutes(server: ApiServer, { database, stationName, clock, users }: ApiContext): void {
  const nameOfActor = (actor: string): string | undefined => users.nameOf(actor);
  const ofCapture = (id: string) => {
    const story = storyOfCapture(database, id);
    if (story === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
    return story;
  };

  server.get(
    "/api/captures/:id/story",
    {
      config: { action: "look" },
      schema: { ...describe("Everything that happened to one capture", CaptureStory), params: ById },
    },
    async (request) => storyView(ofCapture(request.params.id), nameOfActor),
  );

  server.get(
    "/api/captures/:id/receipt",
    {
      config: { action: "prove" },
      schema: { summary: "The story of one capture as a page to print, text/html", params: ById },
    },
    async (request, reply) => {
      const page = captureReceipt(ofCapture(request.params.id), { now: clock(), stationName, nameOfActor });
      return reply.header("cache-control", "no-store").type("text/html; charset=utf-8").send(page);
    },
  );

  server.get(
    "/api/procedures/:id/receipt",
    {
      config: { action: "prove" },
      schema: { summary: "A procedure and all its captures as a page to print, text/html", params: ById },
    },
    async (request, reply) => {
      const story = storyOfProcedure(database, request.params.id);
      if (story === undefined) throw new ProcedureError("unknown-procedure", "There is no such procedure on this box.");
      const page = procedureReceipt(story, { now: clock(), stationName, nameOfActor });
      return reply.header("cache-control", "no-store").type("text/html; charset=utf-8").send(page);
    },
  );
}

function storyView(
  story: ReturnType<typeof storyOfCapture> & object,
  nameOfActor: (actor: string) => string | undefined,
): CaptureStory {
  const [capture] = story.captures;
  if (capture === undefined) throw new ProcedureError("unknown-capture", "There is no such capture on this box.");
  const { captureId, state, sizeBytes, sha256, nodes, instances } = capture;
  const events = [...story.events, ...capture.events].toSorted(
    (a, b) => a.at - b.at || (a.auditRow ?? 0) - (b.auditRow ?? 0),
  );
  return {
    captureId,
    procedureId: story.procedureId,
    state,
    sizeBytes,
    sha256,
    nodes: nodes.map((node) => ({ ...node })),
    instances: instances.map((one) => ({
      sopInstanceUid: one.sopInstanceUid,
      rendition: one.rendition,
      part: one.part,
      parts: one.parts,
      sopClassUid: one.sopClassUid,
      transferSyntaxUid: one.transferSyntaxUid,
      sizeBytes: one.sizeBytes,
      sha256: one.sha256,
    })),
    events: linesOf(events, instances).map((line) => ({ ...line, actor: nameOfActor(line.actor) ?? line.actor })),
    eventsLeftOut: story.eventsLeftOut,
    chainHead: story.head?.hash ?? null,
  };
}
