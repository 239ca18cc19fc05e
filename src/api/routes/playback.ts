import { basename, dirname } from "node:path";
import type { ApiContext, ApiServer } from "../context.ts";
import { Playback } from "../schemas.ts";
import { ById, describe } from "./describe.ts";

/** Clips for screens that do not play them as they are: HEVC, of which an H.264 copy is made to look at. */
export function playbackRoutes(server: ApiServer, { playback }: ApiContext): void {
  server.get(
    "/api/captures/:id/playback",
    {
      config: { action: "look" },
      schema: {
        ...describe("Ask for a copy of a clip that any browser plays; it is made while somebody asks", Playback),
        params: ById,
      },
    },
    async ({ params: { id } }, reply) => {
      reply.header("cache-control", "no-store");
      return playback.ask(id);
    },
  );

  server.get(
    "/api/captures/:id/playback/media",
    {
      config: { action: "look" },
      schema: { summary: "That copy as video/mp4, never sent anywhere; takes Range", params: ById },
    },
    async ({ params: { id } }, reply) => {
      const file = await playback.file(id);
      reply.header("cache-control", "no-store").type("video/mp4");
      return reply.sendFile(basename(file), dirname(file), { cacheControl: false });
    },
  );
}
