import type { FastifyReply, FastifyRequest } from "fastify";
import { Type } from "typebox";
import { actions, mayDo } from "../../users/users.ts";
import { isAtBox } from "../at-the-box.ts";
import type { ApiContext, ApiServer } from "../context.ts";
import { ChangePin, People, Preferences, Session, SetUp, SignIn } from "../schemas-people.ts";
import { sessionCookie, tokenIn } from "../session-cookie.ts";
import { preferencesView, userView } from "../views-people.ts";
import { describe } from "./describe.ts";

/** Who is there to sign in, the session of this browser, and the first administrator. */
export function peopleRoutes(server: ApiServer, { users, site, origin, clock }: ApiContext): void {
  const view = (request: FastifyRequest, identity = request.identity) => {
    const isSetUp = users.accounts.isSetUp();
    const userId = identity?.userId ?? null;
    return {
      setup: isSetUp ? ("done" as const) : ("administrator-needed" as const),
      needsSetupCode: !isSetUp && !isHere(request),
      user: userId === null ? null : userView(users.accounts.get(userId), clock()),
      idleMs: users.idleMs,
      may: actions.filter((action) => mayDo(action, identity, site) === "allowed"),
    };
  };
  const isHere = ({ ip, headers }: FastifyRequest): boolean => isAtBox({ address: ip, headers }, origin.allowedOrigins);
  const setCookie = (request: FastifyRequest, reply: FastifyReply, token: string): void => {
    reply.header("set-cookie", sessionCookie(token, request.headers.origin?.startsWith("https:") === true));
  };
  /** The actor of a request with a session is that user, who is also its subject. */
  const userIdOf = ({ identity }: FastifyRequest): string => identity?.userId ?? "";
  const signedIn = (request: FastifyRequest, reply: FastifyReply, token: string) => {
    const before = tokenIn(request.headers.cookie);
    if (before !== undefined) users.signOut(before);
    setCookie(request, reply, token);
    return view(request, users.bySession(token));
  };

  server.get(
    "/api/people",
    { config: { action: "sign-in" }, schema: describe("Who may sign in, and who of them is a surgeon", People) },
    async () => ({
      people: users.accounts.active().map(({ id, displayName, physicianName, roles, preferences }) => ({
        ...{ id, displayName, physicianName: physicianName === "" ? null : physicianName },
        preferences: roles.includes("surgeon") ? preferencesView(preferences) : null,
      })),
    }),
  );

  server.post(
    "/api/setup/administrator",
    {
      config: { action: "sign-in" },
      schema: {
        ...describe("Set the first administrator of a box without users, and sign them in", Session, 201),
        body: SetUp,
      },
    },
    async (request, reply) => {
      const { setupCode, roles = [], ...rest } = request.body;
      const from = { code: setupCode, isAtBox: isHere(request), address: request.ip };
      const { token } = await users.setUp({ ...rest, roles, ...from });
      return reply.code(201).send(signedIn(request, reply, token));
    },
  );

  server.get(
    "/api/session",
    { config: { action: "sign-in" }, schema: describe("Who is signed in here, and what may be done", Session) },
    async (request, reply) => {
      reply.header("cache-control", "no-store");
      return view(request);
    },
  );

  server.post(
    "/api/session",
    {
      config: { action: "sign-in" },
      schema: { ...describe("Sign in with a PIN; who was signed in here before is signed out", Session), body: SignIn },
    },
    async (request, reply) => {
      const { token } = await users.signIn({ ...request.body, address: request.ip });
      return signedIn(request, reply, token);
    },
  );

  server.delete(
    "/api/session",
    { config: { action: "sign-in" }, schema: describe("Sign out; harmless where nobody is signed in", Session) },
    async (request, reply) => {
      users.signOut(tokenIn(request.headers.cookie) ?? "");
      setCookie(request, reply, "");
      return view(request, null);
    },
  );

  server.post(
    "/api/session/activity",
    {
      config: { action: "own-account" },
      schema: describe(
        "A person touched the screen: the idle time begins anew. Looking alone does not",
        Type.Object({}),
      ),
    },
    async (request) => {
      users.touch(tokenIn(request.headers.cookie) ?? "");
      return {};
    },
  );

  server.post(
    "/api/session/pin",
    {
      config: { action: "own-account" },
      schema: {
        ...describe("Change one's own PIN; one's sessions elsewhere end", Type.Object({})),
        body: ChangePin,
      },
    },
    async (request) => {
      const token = tokenIn(request.headers.cookie) ?? "";
      await users.changePin({ ...request.body, userId: userIdOf(request), address: request.ip, token });
      return {};
    },
  );

  server.post(
    "/api/session/preferences",
    {
      config: { action: "own-account" },
      schema: { ...describe("Say anew what one wants of the screen", Session), body: Preferences },
    },
    async (request) => {
      users.accounts.setPreferences(userIdOf(request), request.body);
      return view(request);
    },
  );
}
