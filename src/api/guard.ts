import type { FastifyRequest } from "fastify";
import { type Action, type Identity, mayDo, refusalOf } from "../users/users.ts";
import type { ApiContext, ApiServer } from "./context.ts";
import { problem, problemOf, sendProblem } from "./problems.ts";
import { tokenIn } from "./session-cookie.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** What the route is for, in the table of src/users/permissions.ts. */
    action?: Action;
  }
  interface FastifyRequest {
    /** Who asks; null: somebody at the box. */
    identity: Identity | null;
    /** The same for the audit. */
    actor: string;
  }
}

const screen = "screen";

/**
 * Says who asks, and refuses what they may not do, before anything of the request is read. A route without an action is a
 * defect and is found when the server is built. A session that has ended is nobody's: what anybody may do goes on.
 */
export function guardRoutes(server: ApiServer, { users, site, log }: ApiContext): void {
  server.decorateRequest("identity", null);
  server.decorateRequest("actor", screen);
  server.addHook("onRoute", (route) => {
    const action = route.config?.action;
    if (action === undefined) throw new Error(`${String(route.method)} ${route.url} does not say which action it is`);
    route.schema = { ...route.schema, ...{ "x-action": action } };
  });
  server.addHook("onRequest", async (request, reply) => {
    const { authorization } = request.headers;
    const secret = authorization === undefined ? undefined : /^Bearer +(\S+)$/i.exec(authorization)?.[1];
    let unreadable: unknown = null;
    try {
      if (authorization === undefined) request.identity = identityOf(request, users);
      else request.identity = secret === undefined ? null : users.tokens.identify(secret);
    } catch (error) {
      // Who asks cannot be read: that keeps nobody from what anybody may do, least of all from ending a recording.
      log.error({ error: String(error) }, "the database does not say who asks");
      unreadable = error;
    }
    if (authorization !== undefined && request.identity === null && unreadable === null) {
      const detail = "This token is not known here, or was revoked. Ask the administrator of the box for another.";
      return sendProblem(reply, problem(401, "unknown-token", detail));
    }
    request.actor = request.identity?.actor ?? screen;
    const { action } = request.routeOptions.config;
    // Nothing is here: said by the handler of unknown routes.
    if (action === undefined) return;
    const verdict = mayDo(action, request.identity, site);
    if (verdict === "allowed") return;
    if (unreadable !== null) throw unreadable;
    return sendProblem(reply, problemOf(refusalOf(action, verdict, users.accounts.isSetUp()), log));
  });
}

function identityOf({ headers }: FastifyRequest, users: ApiContext["users"]): Identity | null {
  const token = tokenIn(headers.cookie);
  return token === undefined ? null : users.bySession(token);
}
