/** Who may do what, over HTTP on a running box: first start, signing in, locks, restarts, every route for every role. */
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openDatabaseForReading } from "../../src/store/store.ts";
import { type Action, type Identity, mayDo } from "../../src/users/users.ts";
import { temporaryDirectory } from "../support/peers.ts";
import { runTool } from "../support/run.ts";
import { type Box, type Json, startScopeline } from "../support/scopeline.ts";

const main = resolve(import.meta.dirname, "../../src/main.ts");
const settings = { users: { pickPatient: "anyone", review: "anyone", send: "signed-in" } } as const;
const roles = ["operator", "surgeon", "biomed", "auditor", "administrator"] as const;
let directory: Awaited<ReturnType<typeof temporaryDirectory>>;
let box: Box;

const start = (): Promise<Box> =>
  startScopeline({ directory: directory.path, input: { width: 320, height: 180, fps: 15 }, settings });

beforeAll(async () => {
  directory = await temporaryDirectory();
  box = await start();
  await box.live();
});
afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  await directory?.[Symbol.asyncDispose]();
});

interface Answer {
  readonly status: number;
  readonly body: Json;
  readonly cookie: string;
  readonly headers: Headers;
}

/** One request, exactly as it is said here. */
async function ask(
  method: string,
  path: string,
  headers: Record<string, string> = {},
  body?: unknown,
): Promise<Answer> {
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const init = { method, headers: { ...type, ...headers }, ...(body !== undefined && { body: JSON.stringify(body) }) };
  const response = await fetch(`${box.url}${path}`, init);
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json") === true;
  const cookie = (response.headers.get("set-cookie") ?? "").split(";")[0] ?? "";
  const parsed: unknown = isJson && text !== "" ? JSON.parse(text) : {};
  return { status: response.status, body: parsed as Json, cookie, headers: response.headers };
}

const keepsStill = async (headers: Record<string, string> = {}): Promise<number> =>
  (await ask("POST", "/api/stills", headers, {})).status;
const people = async (): Promise<{ id: string; displayName: string; physicianName: string | null }[]> =>
  (await box.get<{ people: { id: string; displayName: string; physicianName: string | null }[] }>("/api/people"))
    .people;
const idOf = async (name: string): Promise<string> =>
  (await people()).find(({ displayName }) => displayName === name)?.id ?? "";
const signIn = async (name: string, pin: string): Promise<Answer> =>
  ask("POST", "/api/session", {}, { userId: await idOf(name), pin });

/** Every route of the OpenAPI document, with its action. */
async function routesOfBox(): Promise<{ method: string; path: string; action: Action }[]> {
  const { paths } = await box.get<{ paths: Record<string, Record<string, { "x-action": Action }>> }>(
    "/api/openapi.json",
  );
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...{ method: method.toUpperCase(), path, action: operation["x-action"] },
    })),
  );
}

/** What each route says to a request of no use: only whether it was let in matters. */
async function letIn(headers: Record<string, string>): Promise<Map<string, number>> {
  const answers = new Map<string, number>();
  for (const { method, path } of await routesOfBox()) {
    // It would end the very session that asks; it is tried below.
    if (path === "/api/session" && method === "DELETE") continue;
    const address = path.replaceAll(/\{\w+\}/g, "0");
    const { status, body } = await ask(method, address, headers, method === "GET" ? undefined : "nonsense");
    answers.set(`${method} ${path}`, status === 401 && body.code === "wrong-pin" ? 400 : status);
  }
  return answers;
}

const expected = async (identity: Identity | null, refusal: number): Promise<Map<string, number | "in">> =>
  new Map(
    (await routesOfBox())
      .filter(({ path, method }) => !(path === "/api/session" && method === "DELETE"))
      .map(({ method, path, action }): [string, number | "in"] => {
        const isIn = mayDo(action, identity, settings.users) === "allowed";
        return [`${method} ${path}`, isIn ? "in" : refusal];
      }),
  );

async function expectMatrix(
  headers: Record<string, string>,
  identity: Identity | null,
  refusal: number,
): Promise<void> {
  const found = await letIn(headers);
  const seen = new Map([...found].map(([route, status]) => [route, status === 401 || status === 403 ? status : "in"]));
  expect(Object.fromEntries(seen)).toEqual(Object.fromEntries(await expected(identity, refusal)));
}

it("the routes that need more than a person at the box are these", async () => {
  const routes = await routesOfBox();
  expect(routes.length).toBeGreaterThan(55);
  expect(routes.filter(({ action }) => action === undefined)).toEqual([]);
  const restricted = routes
    .filter(({ action }) => !["look", "sign-in", "capture", "pick-patient", "review", "send"].includes(action))
    .map(({ method, path, action }) => `${action}: ${method} ${path}`);
  expect(restricted.toSorted()).toEqual([
    "delete: DELETE /api/captures/{id}",
    "own-account: POST /api/session/activity",
    "own-account: POST /api/session/pin",
    "own-account: POST /api/session/preferences",
    "prove: GET /api/captures/{id}/receipt",
    "prove: GET /api/procedures/{id}/receipt",
    "set-up: DELETE /api/triggers/learn",
    "set-up: DELETE /api/triggers/{id}",
    "set-up: GET /api/devices",
    "set-up: POST /api/nodes/{name}/fit-test",
    "set-up: POST /api/nodes/{name}/forget-encodings",
    "set-up: POST /api/triggers/learn",
    "set-up: POST /api/triggers/{id}/test",
    "users: DELETE /api/tokens/{id}",
    "users: GET /api/tokens",
    "users: GET /api/users",
    "users: POST /api/tokens",
    "users: POST /api/users",
    "users: POST /api/users/{id}",
    "users: POST /api/users/{id}/pin",
  ]);
});

it("before anybody is set, pictures are kept, and all that needs a user says that an administrator must be set", async () => {
  expect(await box.get("/api/session")).toMatchObject({
    setup: "administrator-needed",
    needsSetupCode: false,
    user: null,
    idleMs: 600_000,
  });
  expect(await people()).toEqual([]);
  expect(await keepsStill()).toBe(201);
  const refused = await ask("DELETE", "/api/captures/none", {}, { reason: "blurred" });
  expect(refused).toMatchObject({ status: 403, body: { code: "administrator-needed" } });
  expect(String(refused.body.detail)).toContain("An administrator must be set first");
  await expectMatrix({}, null, 403);
  expect(box.log).toMatch(/"setupCode":"\w{5}-\w{5}".*no administrator is set yet/);
});

it("a page of another site may neither set the administrator nor sign anybody in", async () => {
  const body = { displayName: "Eve", pin: "2580" };
  const foreign = { origin: "https://evil.example" };
  expect(await ask("POST", "/api/setup/administrator", foreign, body)).toMatchObject({ body: { code: "origin" } });
  expect(await people()).toEqual([]);
});

it("through a proxy the first administrator needs the code, which is in the log", async () => {
  const proxied = { "x-forwarded-for": "198.51.100.7" };
  expect((await ask("GET", "/api/session", proxied)).body).toMatchObject({ needsSetupCode: true });
  const body = { displayName: "Ada", pin: "2580" };
  const path = "/api/setup/administrator";
  expect((await ask("POST", path, proxied, body)).body).toMatchObject({ code: "wrong-setup-code" });
  expect((await ask("POST", path, proxied, { ...body, pin: "1234", setupCode: "x" })).body.code).toBe(
    "wrong-setup-code",
  );
  const setupCode = /"setupCode":"([\w-]+)"/.exec(box.log)?.[1];
  expect((await ask("POST", path, proxied, { ...body, pin: "1234", setupCode })).body.code).toBe("unfit-pin");
  const set = await ask("POST", path, proxied, { ...body, setupCode });
  expect(set).toMatchObject({
    status: 201,
    body: { setup: "done", user: { displayName: "Ada", roles: ["administrator"] } },
  });
  expect(set.headers.get("set-cookie")).toMatch(/^scopeline-session=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/);
  expect((await ask("POST", path, {}, { ...body, displayName: "Eve" })).body.code).toBe("already-set-up");
});

it("each role may what the table says on every route, and nobody more; a picture is kept in every state", async () => {
  const { cookie } = await signIn("Ada", "2580");
  for (const role of roles) {
    const body = { displayName: `The ${role}`, physicianName: "Role^The", roles: [role], pin: "271828" };
    expect((await ask("POST", "/api/users", { cookie }, body)).status).toBe(201);
  }
  await expectMatrix({}, null, 401);
  const stale = { cookie: `scopeline-session=${"a".repeat(43)}` };
  await expectMatrix(stale, null, 401);
  expect([await keepsStill(), await keepsStill(stale)]).toEqual([201, 201]);
  for (const role of roles) {
    const signed = await signIn(`The ${role}`, "271828");
    const identity: Identity = { actor: "", userId: "x", roles: [role] };
    await expectMatrix({ cookie: signed.cookie }, identity, 403);
    expect(await keepsStill({ cookie: signed.cookie })).toBe(201);
    const may = (await ask("GET", "/api/session", { cookie: signed.cookie })).body.may as Action[];
    expect(may.includes("delete")).toBe(role === "operator" || role === "surgeon");
  }
});

it("a script's token opens what its roles may; a wrong or revoked one opens nothing, not even what anybody may", async () => {
  const { cookie } = await signIn("Ada", "2580");
  const made = await ask("POST", "/api/tokens", { cookie }, { name: "Nightly fit", roles: ["biomed"] });
  const bearer = { authorization: `Bearer ${String(made.body.secret)}` };
  await expectMatrix(bearer, { actor: "", userId: null, roles: ["biomed"] }, 403);
  const administrator = await ask("POST", "/api/tokens", { cookie }, { name: "Boss", roles: ["administrator"] });
  expect(administrator.status).toBe(400);
  expect((await ask("DELETE", `/api/tokens/${String(made.body.id)}`, { cookie })).body).toEqual({ tokens: [] });
  for (const authorization of [bearer.authorization, "Bearer x", "Basic QWRhOjI1ODA=", ""]) {
    const refused = await ask("GET", "/api/sources", { authorization });
    expect(refused, authorization).toMatchObject({ status: 401, body: { code: "unknown-token" } });
    expect(refused.headers.get("www-authenticate")).toContain("Bearer");
  }
});

it("what a signed-in user does stands under their id in the audit, and is told under their name", async () => {
  const { cookie, body } = await signIn("The surgeon", "271828");
  const { id } = body.user as { id: string };
  const kept = await ask("POST", "/api/stills", { cookie }, {});
  const gone = await ask("DELETE", `/api/captures/${String(kept.body.id)}`, { cookie }, { reason: "blurred" });
  expect(gone).toMatchObject({ status: 200, body: { state: "deleted" } });
  const story = await box.get<{ events: { words: string; actor: string }[] }>(
    `/api/captures/${String(kept.body.id)}/story`,
  );
  expect(story.events.filter(({ actor }) => actor === "The surgeon").length).toBeGreaterThanOrEqual(2);
  const auditor = (await signIn("The auditor", "271828")).cookie;
  const receipt = await fetch(`${box.url}/api/captures/${String(kept.body.id)}/receipt`, {
    headers: { cookie: auditor },
  });
  expect(await receipt.text()).toContain(`The surgeon (${id})`);
  using database = openDatabaseForReading(join(directory.path, "storage", "scopeline.db"));
  const rows = database.prepare("SELECT actor, action FROM audit WHERE subject_id = ?").all(String(kept.body.id));
  expect(rows.map(({ actor, action }) => `${actor} ${action}`)).toEqual([
    `${id} capture-saved`,
    `${id} capture-deleted`,
  ]);
});

it("surgeons are offered as performing physicians, and those who sign in are told no more than that", async () => {
  const list = await box.get<{ performingPhysicians: string[] }>("/api/worklist");
  expect(list.performingPhysicians).toContain("Role^The");
  const [one] = (await people()).filter(({ displayName }) => displayName === "The surgeon");
  expect(Object.keys(one ?? {}).toSorted()).toEqual(["displayName", "id", "physicianName", "preferences"]);
});

it("preferences go with who signs in, and with the surgeon who is chosen", async () => {
  const { cookie } = await signIn("The surgeon", "271828");
  const preferences = { hand: "left", theme: "bright", language: "ja" };
  expect((await ask("POST", "/api/session/preferences", { cookie }, preferences)).status).toBe(200);
  expect((await ask("GET", "/api/session", { cookie })).body.user).toMatchObject({ preferences });
  const told = await box.get<{ people: Json[] }>("/api/people");
  expect(told.people.find(({ displayName }) => displayName === "The surgeon")).toMatchObject({ preferences });
  expect((await ask("POST", "/api/session/preferences", { cookie }, { hand: "third" })).status).toBe(400);
});

it("a cookie that was copied opens nothing after signing out, another PIN, other roles, or being disabled", async () => {
  const { cookie: ada } = await signIn("Ada", "2580");
  const id = await idOf("The operator");
  const isIn = async (cookie: string): Promise<boolean> =>
    (await ask("GET", "/api/session", { cookie })).body.user !== null;
  const copied = (await signIn("The operator", "271828")).cookie;
  expect(await isIn(copied)).toBe(true);
  const out = await ask("DELETE", "/api/session", { cookie: copied });
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await isIn(copied)).toBe(false);
  expect(await keepsStill({ cookie: copied })).toBe(201);
  const changes = [
    [`/api/users/${id}/pin`, { pin: "161803" }],
    [`/api/users/${id}`, { roles: ["operator", "auditor"] }],
    [`/api/users/${id}`, { isDisabled: true }],
  ] as const;
  let pin = "271828";
  for (const [path, body] of changes) {
    const { cookie } = await signIn("The operator", pin);
    expect(await isIn(cookie)).toBe(true);
    expect((await ask("POST", path, { cookie: ada }, body)).status).toBe(200);
    expect(await isIn(cookie)).toBe(false);
    pin = "161803";
  }
  expect((await people()).map(({ displayName }) => displayName)).not.toContain("The operator");
  // Signing in at a screen signs out who was there.
  const before = (await signIn("The biomed", "271828")).cookie;
  await ask("POST", "/api/session", { cookie: before }, { userId: await idOf("The auditor"), pin: "271828" });
  expect(await isIn(before)).toBe(false);
});

it.each([
  ["a PIN of sixty thousand digits", "7".repeat(60_000)],
  ["a NUL", "271828\0"],
  ["Arabic digits", "٢٧١٨٢٨"],
  ["a number", 271_828],
  ["a list", ["271828"]],
  ["nothing", null],
])("%s is refused as it stands", async (_name, pin) => {
  const { status } = await ask("POST", "/api/session", {}, { userId: await idOf("The biomed"), pin });
  expect([400, 401]).toContain(status);
  expect((await signIn("The biomed", "271828")).status).toBe(200);
});

it("five wrong tries lock a user, in words with the time, over a restart; sessions go on, and the command ends it", async () => {
  const session = (await signIn("Ada", "2580")).cookie;
  for (let round = 0; round < 4; round += 1) {
    expect((await signIn("Ada", "9999")).body).toMatchObject({ code: "wrong-pin", detail: "This PIN is not right." });
  }
  expect((await signIn("Ada", "9999")).body.code).toBe("sign-in-locked");
  const locked = await signIn("Ada", "2580");
  expect(locked).toMatchObject({ status: 429, body: { code: "sign-in-locked" } });
  expect(String(locked.body.detail)).toMatch(/Try again in \d+ seconds/);
  expect(Number(locked.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await ask("GET", "/api/users", { cookie: session })).status).toBe(200);

  await box[Symbol.asyncDispose]();
  box = await start();
  await box.live();
  expect((await signIn("Ada", "2580")).status).toBe(429);
  expect((await ask("GET", "/api/users", { cookie: session })).status).toBe(200);
  expect(await keepsStill()).toBe(201);
  expect(box.log).not.toContain("setupCode");

  const command = [main, "reset-administrator", "--config", box.settingsFile];
  const unsaid = await runTool(process.execPath, command);
  expect(unsaid).toMatchObject({ code: 2, stderr: expect.stringMatching(/--user NAME.*Ada, The administrator/) });
  const { code, stdout } = await runTool(process.execPath, [...command, "--user", "Ada"]);
  expect(code).toBe(0);
  const pin = /new PIN of Ada is (\d{8})/.exec(stdout)?.[1] ?? "";
  expect((await ask("GET", "/api/users", { cookie: session })).status).toBe(401);
  const again = await signIn("Ada", pin);
  expect(again.status).toBe(200);
  const own = await ask("POST", "/api/session/pin", { cookie: again.cookie }, { pin, newPin: "314159" });
  expect(own.status).toBe(200);
  expect((await signIn("Ada", "314159")).status).toBe(200);
});

it("all of it is in the audit, which is whole, and no PIN, token or name of it is in the log", async () => {
  const check = await runTool(process.execPath, [main, "check", "--config", box.settingsFile]);
  expect(check).toMatchObject({ code: 0, stdout: expect.stringMatching(/^clean/) });
  for (const secret of ["314159", "271828", "The surgeon", "Role^The"]) expect(box.log).not.toContain(secret);
});

it("a box that asks for more is set by its settings: sending needs a user here", async () => {
  expect((await ask("POST", "/api/procedures/none/release")).body.code).toBe("not-signed-in");
  const { cookie } = await signIn("The biomed", "271828");
  expect((await ask("POST", "/api/procedures/none/release", { cookie })).body.code).toBe("unknown-procedure");
});
