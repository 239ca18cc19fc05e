import { Type } from "typebox";
import type { ApiContext, ApiServer } from "../context.ts";
import { NewToken, NewUser, ResetPin, TokenSecret, Tokens, User, UserChange } from "../schemas-people.ts";
import { userView } from "../views-people.ts";
import { ById, describe } from "./describe.ts";

/** What an administrator does: users, and tokens for scripts. */
export function userRoutes(server: ApiServer, { users, clock }: ApiContext): void {
  const config = { action: "users" } as const;

  server.get(
    "/api/users",
    { config, schema: describe("Every user, also those who may not sign in any more", Type.Array(User)) },
    async () => users.accounts.list().map((user) => userView(user, clock())),
  );

  server.post(
    "/api/users",
    { config, schema: { ...describe("Make a user with a first PIN", User, 201), body: NewUser } },
    async (request, reply) => {
      const user = await users.accounts.make(request.body, request.actor);
      return reply.code(201).send(userView(user, clock()));
    },
  );

  server.post(
    "/api/users/:id",
    {
      config,
      schema: {
        ...describe("Change a user; other roles, or none at all, end their sessions", User),
        params: ById,
        body: UserChange,
      },
    },
    async (request) => userView(users.accounts.change(request.params.id, request.body, request.actor), clock()),
  );

  server.post(
    "/api/users/:id/pin",
    {
      config,
      schema: {
        ...describe("Give a user another PIN: their sessions and their lock end", User),
        params: ById,
        body: ResetPin,
      },
    },
    async (request) =>
      userView(await users.accounts.resetPin(request.params.id, request.body.pin, request.actor), clock()),
  );

  server.get(
    "/api/tokens",
    { config, schema: describe("The tokens of scripts, without their secrets", Tokens) },
    async () => ({ tokens: users.tokens.list().map((token) => ({ ...token, roles: [...token.roles] })) }),
  );

  server.post(
    "/api/tokens",
    { config, schema: { ...describe("Make a token for a script", TokenSecret, 201), body: NewToken } },
    async (request, reply) => {
      const { name, roles } = request.body;
      return reply.code(201).send(users.tokens.make(name, roles, request.actor));
    },
  );

  server.delete(
    "/api/tokens/:id",
    { config, schema: { ...describe("Revoke a token: it opens nothing any more", Tokens), params: ById } },
    async (request) => {
      users.tokens.revoke(request.params.id, request.actor);
      return { tokens: users.tokens.list().map((token) => ({ ...token, roles: [...token.roles] })) };
    },
  );
}
