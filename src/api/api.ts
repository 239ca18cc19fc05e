/** Fastify routes and WebSocket feeds; no rules of its own: the public face of this room. */
import { join, sep } from "node:path";
import fastifyStatic from "@fastify/static";
import fastifySwagger from "@fastify/swagger";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import fastifyWebsocket from "@fastify/websocket";
import { Ajv } from "ajv";
import fastify, { type FastifyReply } from "fastify";
import { Type } from "typebox";
import { UsersError } from "../users/users.ts";
import type { ApiContext, ApiServer } from "./context.ts";
import { feedEvents } from "./feeds/events.ts";
import { feedPreview } from "./feeds/preview.ts";
import { guardRoutes } from "./guard.ts";
import { isAllowed } from "./origin.ts";
import { problem, problemOf, sendProblem, unknownRoute } from "./problems.ts";
import { captureRoutes } from "./routes/captures.ts";
import { clipToolRoutes } from "./routes/clip-tools.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { ById } from "./routes/describe.ts";
import { deviceRoutes } from "./routes/devices.ts";
import { lookBackRoutes } from "./routes/look-back.ts";
import { nodeRoutes } from "./routes/nodes.ts";
import { peopleRoutes } from "./routes/people.ts";
import { playbackRoutes } from "./routes/playback.ts";
import { procedureRoutes } from "./routes/procedures.ts";
import { proofRoutes } from "./routes/proof.ts";
import { stateRoutes } from "./routes/state.ts";
import { triggerRoutes } from "./routes/triggers.ts";
import { userRoutes } from "./routes/users.ts";
import { worklistRoutes } from "./routes/worklist.ts";

/** `kiosk=1`: the screen of the box itself; what it paints is what a press without a screen means. */
const PreviewQuery = Type.Object({ kiosk: Type.Optional(Type.String({ maxLength: 1 })) });

export type { ApiContext, ApiServer, ApiSource } from "./context.ts";
export { type HealthFacts, healthOf } from "./health.ts";

/** What every answer of the box says; also of the page, whose parts and pictures may only come from the box. */
export const securityHeaders = {
  "content-security-policy":
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "cross-origin-resource-policy": "same-origin",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
} as const;

/** What a screen has to answer when the box takes its leave. */
const goodbyeMs = 1000;

/** Builds the server with every route; the caller listens and closes. `version` goes into the OpenAPI document. */
export async function buildApi(context: ApiContext, version: string): Promise<ApiServer> {
  const { log, origin, news, sources, uiDirectory } = context;
  const server = fastify({
    bodyLimit: 64 * 1024,
    requestTimeout: 30_000,
    connectionTimeout: 0,
    keepAliveTimeout: 60_000,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 128 },
  }).withTypeProvider<TypeBoxTypeProvider>();

  // Bodies are taken as they are; text in addresses and headers is turned into numbers where the schema says so.
  const exact = new Ajv({ allErrors: false, useDefaults: true, strict: false });
  const coercing = new Ajv({ allErrors: false, useDefaults: true, coerceTypes: true, strict: false });
  server.setValidatorCompiler(({ schema, httpPart }) =>
    (httpPart === "body" ? exact : coercing).compile(schema as object),
  );
  // A press may come with a JSON content type and no body at all, as from a foot switch.
  const parseJson = server.getDefaultJsonParser("error", "error");
  server.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    if (body === "") done(null, null);
    else parseJson(request, String(body), done);
  });
  server.setErrorHandler((error, _request, reply) => {
    if (error instanceof UsersError && error.waitMs !== undefined) {
      reply.header("retry-after", Math.ceil(error.waitMs / 1000));
    }
    return sendProblem(reply, problemOf(error, log));
  });
  server.setNotFoundHandler(unknownRoute);

  // Before anything that may refuse a request: it closes the socket of one that wanted to be a WebSocket.
  await server.register(fastifyWebsocket, { options: { maxPayload: 1024 } });
  server.addHook("preClose", async () => {
    // A screen whose cable is out says nothing, and the recordings are finished only after this.
    const goodbye = AbortSignal.timeout(goodbyeMs);
    for (const client of server.websocketServer.clients) {
      goodbye.addEventListener("abort", () => client.terminate(), { once: true });
    }
  });
  server.addHook("onRequest", async (request, reply) => {
    const { host, origin: from } = request.headers;
    if (!isAllowed(origin, { ...(host && { host }), ...(from && { origin: from }) })) {
      const detail =
        "This page may not use this box. Open the box's own address, or add the page to server.allowedOrigins.";
      return sendProblem(reply, problem(403, "origin", detail));
    }
    if (from !== undefined && origin.allowedOrigins.includes(from)) allowOrigin(reply, from);
    if (request.method === "OPTIONS") return reply.code(204).send();
  });
  server.addHook("onSend", async (_request, reply) => {
    reply.headers(securityHeaders);
  });

  await server.register(fastifySwagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Scopeline",
        version,
        description: "What the screen, a foot switch or a script may ask of the box.",
      },
    },
  });
  await server.register(fastifyStatic, {
    root: uiDirectory,
    wildcard: false,
    setHeaders: (response, path) => {
      const isAsset = path.startsWith(join(uiDirectory, "assets", sep));
      const cache = isAsset ? "public, max-age=31536000, immutable" : "no-store";
      response.header("cache-control", cache);
    },
  });
  await server.register(async (scope) => {
    const routes = scope.withTypeProvider<TypeBoxTypeProvider>();
    guardRoutes(routes, context);
    stateRoutes(routes, context);
    worklistRoutes(routes, context);
    procedureRoutes(routes, context);
    captureRoutes(routes, context);
    clipToolRoutes(routes, context);
    lookBackRoutes(routes, context);
    playbackRoutes(routes, context);
    deliveryRoutes(routes, context);
    nodeRoutes(routes, context);
    proofRoutes(routes, context);
    triggerRoutes(routes, context);
    deviceRoutes(routes, context);
    peopleRoutes(routes, context);
    userRoutes(routes, context);
    const looking = { action: "look" } as const;
    routes.get("/api/events", { websocket: true, config: looking, schema: { hide: true } }, (socket) =>
      feedEvents(socket, news),
    );
    routes.get(
      "/api/sources/:id/preview",
      { websocket: true, config: looking, schema: { hide: true, params: ById, querystring: PreviewQuery } },
      (socket, request) => {
        const found = sources.get(request.params.id);
        if (found === undefined) socket.close(4404, "unknown source");
        else feedPreview(socket, found.source, request.query.kiosk === "1");
      },
    );
    routes.get("/api/openapi.json", { config: looking, schema: { hide: true } }, async () => server.swagger());
  });
  await server.ready();
  return server;
}

function allowOrigin(reply: FastifyReply, origin: string): void {
  reply.headers({
    "access-control-allow-origin": origin,
    "access-control-allow-methods": "GET, POST, DELETE",
    "access-control-allow-headers": "content-type, idempotency-key, authorization",
    vary: "origin",
  });
}
