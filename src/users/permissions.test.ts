import { expect, it } from "vitest";
import { type Action, actions, mayDo, refusalOf, type SiteRules } from "./permissions.ts";
import { type Identity, type Role, roles } from "./roles.ts";

const open: SiteRules = { pickPatient: "anyone", review: "anyone", send: "anyone" };
const strict: SiteRules = { pickPatient: "signed-in", review: "signed-in", send: "signed-in" };
const user = (...held: Role[]): Identity => ({ actor: "user-1", userId: "user-1", roles: held });
const allowed = (identity: Identity | null, site: SiteRules): Action[] =>
  actions.filter((action) => mayDo(action, identity, site) === "allowed");

it.each([open, strict])("a picture is kept whoever is there, and whatever the site decides: %o", (site) => {
  for (const identity of [null, user(), ...roles.map((role) => user(role))]) {
    expect(mayDo("capture", identity, site)).toBe("allowed");
    expect(mayDo("look", identity, site)).toBe("allowed");
    expect(mayDo("sign-in", identity, site)).toBe("allowed");
  }
});

it("without signing in only what is open may be done, and a site may close some of it", () => {
  const always: Action[] = ["look", "sign-in", "capture"];
  expect(allowed(null, open)).toEqual([...always, "pick-patient", "review", "send"]);
  expect(allowed(null, strict)).toEqual(always);
  expect(allowed(null, { ...strict, send: "anyone" })).toEqual([...always, "send"]);
});

it.each([
  ["operator", ["pick-patient", "review", "send", "delete", "own-account"]],
  ["surgeon", ["pick-patient", "review", "send", "delete", "own-account"]],
  ["biomed", ["pick-patient", "review", "send", "set-up", "prove", "own-account"]],
  ["auditor", ["prove", "own-account"]],
  ["administrator", ["own-account", "users"]],
] as const)("%s may, where a site closes all it can: %j", (role, may) => {
  expect(allowed(user(role), strict)).toEqual(["look", "sign-in", "capture", ...may]);
});

it("several roles may what each of them may, and a user without any may what anybody may", () => {
  expect(allowed(user("auditor", "administrator"), strict).slice(3)).toEqual(["prove", "own-account", "users"]);
  expect(allowed(user(), strict).slice(3)).toEqual([]);
});

it("a script has no account of its own, whatever its roles", () => {
  const script: Identity = { actor: "token-1", userId: null, roles: ["biomed"] };
  expect(mayDo("set-up", script, strict)).toBe("allowed");
  expect(mayDo("own-account", script, strict)).toBe("another-role");
  expect(refusalOf("own-account", "another-role", true).message).toContain("a person must sign in");
});

it("a refusal says what to do: set an administrator, sign in, or ask somebody else", () => {
  expect(refusalOf("delete", "sign-in", false)).toMatchObject({ code: "administrator-needed" });
  expect(refusalOf("delete", "sign-in", false).message).toContain("administrator must be set first");
  expect(refusalOf("delete", "sign-in", true)).toMatchObject({ code: "not-signed-in" });
  expect(refusalOf("delete", "another-role", true).message).toContain("operator or surgeon");
});
