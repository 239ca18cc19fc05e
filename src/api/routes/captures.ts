import { access } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { FastifyReply } from "fastify";
import { Type } from "typebox";
import type { FrameRef } from "../../capture/capture.ts";
import { type Capture as DomainCapture, type PressRequest, ProcedureError } from "../../procedures/procedures.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { StorageFault } from "../problems.ts";
import { Capture, DeleteCapture, KeepLast, PressClip, PressStill, StopClip } from "../schemas.ts";
import { captureView, stillEncodingOf } from "../views.ts";
import { ById, describe } from "./describe.ts";

const KeyHeader = Type.Object({
  "idempotency-key": Type.Optional(
    Type.String({ minLength: 1, maxLength: 128, description: "one per press: a repeated request is the same capture" }),
  ),
});

const defaultKeepSeconds = 30;

/** IANA's names; nothing but pixels has none. */
const stillTypes = { jpeg: "image/jpeg", "jpeg-ls": "image/jls", uncompressed: "application/octet-stream" } as const;

export function captureRoutes(server: ApiServer, context: ApiContext): void {
  const { procedures, thumbnails, storageDirectory, log } = context;
  const view = (capture: DomainCapture) => {
    const found = listed(capture);
    return captureView(found?.capture ?? capture, found?.progress ?? capture.state);
  };
  /** A database that cannot be read just now does not undo what was done: the answer is what is known without it. */
  const listed = ({ id, procedureId }: DomainCapture) => {
    try {
      return procedures.captures(procedureId).find(({ capture }) => capture.id === id);
    } catch (error) {
      log.error({ capture: id, error: String(error) }, "how far a capture has got cannot be read");
      return undefined;
    }
  };

  const sendMedia = async (id: string, reply: FastifyReply): Promise<FastifyReply> => {
    const capture = procedures.capture(id);
    if (capture.state !== "saved") {
      throw new ProcedureError("unknown-capture", `There is no finished file of a capture that is ${capture.state}.`);
    }
    if (capture.fileRemovedAt !== null) {
      const message = "This capture is safe in the archive and was removed from this box. Look at it there.";
      throw new ProcedureError("file-removed", message);
    }
    const file = join(storageDirectory, capture.file);
    await access(file).catch((cause: unknown) => {
      throw new StorageFault(
        "This capture's file is missing on this box's disk. Call your technician: `scopeline check` says more.",
        cause,
      );
    });
    const type = capture.kind === "clip" ? "video/mp4" : stillTypes[stillEncodingOf(capture)];
    reply.header("cache-control", "no-store").type(type);
    return reply.sendFile(basename(file), dirname(file), { cacheControl: false });
  };

  server.post(
    "/api/stills",
    {
      config: { action: "capture" },
      schema: {
        ...describe("Keep the frame on the screen. 201 means: on the disk and in the database", Capture, 201),
        headers: KeyHeader,
        body: Type.Union([PressStill, Type.Null()]),
      },
    },
    async (request, reply) => {
      const still = await procedures.still(
        pressOf(request.body ?? {}, request.headers["idempotency-key"]),
        request.actor,
      );
      return reply.code(201).send(view(still));
    },
  );

  server.post(
    "/api/clips",
    {
      config: { action: "capture" },
      schema: {
        ...describe("Begin a clip, at the last key frame at or before the press or lookBackS before it", Capture, 201),
        headers: KeyHeader,
        body: Type.Union([PressClip, Type.Null()]),
      },
    },
    async ({ body, headers, actor }, reply) => {
      const lookBack = body?.lookBackS === undefined ? {} : { lookBackMs: Math.round(body.lookBackS * 1000) };
      const press = { ...pressOf(body ?? {}, headers["idempotency-key"]), ...lookBack };
      const clip = await procedures.startClip(press, actor);
      return reply.code(201).send(view(clip));
    },
  );

  server.post(
    "/api/clips/last",
    {
      config: { action: "capture" },
      schema: {
        ...describe(
          "Keep the last seconds as a clip, whatever is being recorded. 201 means: on the disk and in the database",
          Capture,
          201,
        ),
        headers: KeyHeader,
        body: Type.Union([KeepLast, Type.Null()]),
      },
    },
    async ({ body, headers, actor }, reply) => {
      const lookBackMs = Math.round((body?.seconds ?? defaultKeepSeconds) * 1000);
      const press = { ...pressOf(body ?? {}, headers["idempotency-key"]), lookBackMs };
      const clip = await procedures.keepLast(press, actor);
      return reply.code(201).send(view(clip));
    },
  );

  server.post(
    "/api/captures/:id/stop",
    {
      config: { action: "capture" },
      schema: {
        ...describe(
          "End a clip, or the recording that goes on from it after a gap. 200 means: finished, on the disk and in the database",
          Capture,
        ),
        params: ById,
        body: Type.Union([StopClip, Type.Null()]),
      },
    },
    async ({ params: { id }, body, actor }) => {
      const frame = body?.frame;
      // A screen may show another source by now: that frame says nothing of this clip.
      const isOfClip = frame !== undefined && frame.source === procedures.capture(id).source;
      const named = isOfClip ? { epoch: frame.epoch, seq: frame.seq } : undefined;
      return view(await procedures.stopClip(id, actor, named));
    },
  );

  server.get(
    "/api/captures/:id",
    {
      config: { action: "look" },
      schema: { ...describe("One capture and how far it has got", Capture), params: ById },
    },
    async (request) => view(procedures.capture(request.params.id)),
  );

  server.get(
    "/api/captures/:id/media",
    {
      config: { action: "look" },
      schema: {
        summary: "The captured bytes: image/jpeg, image/jls (JPEG-LS), RGB pixels or video/mp4; takes Range",
        params: ById,
      },
    },
    (request, reply) => sendMedia(request.params.id, reply),
  );

  server.get(
    "/api/captures/:id/picture",
    {
      config: { action: "look" },
      schema: {
        summary: "A still as a JPEG to look at: its own bytes where it is one, otherwise made of it now",
        params: ById,
      },
    },
    async (request, reply) => {
      const capture = procedures.capture(request.params.id);
      if (capture.kind !== "still") {
        throw new ProcedureError("unknown-capture", "This is a clip: it has no picture of its own. Play its media.");
      }
      if (stillEncodingOf(capture) === "jpeg") return sendMedia(capture.id, reply);
      const bytes = await thumbnails.picture(capture);
      return reply.header("cache-control", "no-store").type("image/jpeg").send(bytes);
    },
  );

  server.get(
    "/api/captures/:id/thumbnail",
    { config: { action: "look" }, schema: { summary: "A small JPEG", params: ById } },
    async (request, reply) => {
      const bytes = await thumbnails.of(procedures.capture(request.params.id));
      return reply.header("cache-control", "no-store").type("image/jpeg").send(bytes);
    },
  );

  server.delete(
    "/api/captures/:id",
    {
      config: { action: "delete" },
      schema: { ...describe("Delete a capture that was not released yet", Capture), params: ById, body: DeleteCapture },
    },
    async (request) => view(procedures.deleteCapture(request.params.id, request.body.reason, request.actor)),
  );
}

function pressOf(body: PressStill, key: string | undefined): PressRequest {
  const frame: FrameRef | undefined = body.frame && { epoch: body.frame.epoch, seq: body.frame.seq };
  const sourceId = body.frame?.source ?? body.source;
  return {
    ...(body.procedureId !== undefined && { procedureId: body.procedureId }),
    ...(sourceId !== undefined && { sourceId }),
    ...(frame !== undefined && { frame }),
    ...(key !== undefined && { key }),
  };
}
