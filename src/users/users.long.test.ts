import { argon2Sync } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkChain } from "../audit/audit.ts";
import { checkStore, type Database, openDatabase, openLayout } from "../store/store.ts";
import { hashPin, isOutdated, isPinOf } from "./pin-hash.ts";
import { Sessions } from "./sessions.ts";
import { Turns } from "./turns.ts";
import { type FirstAdministrator, Users } from "./users.ts";

const minute = 60_000;
let directory = "";
let database: Database;
let now = 1_790_000_000_000;
let users: Users;
const clock = (): number => now;
const open = (): Users => new Users({ database, clock, sessions: { idleMs: 10 * minute, mostMs: 720 * minute } });
const address = "192.0.2.7";
const first: FirstAdministrator = { displayName: "Ada", pin: "2580", roles: [], isAtBox: true, address };
const codeOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => "done",
    (error: { code?: string }) => error.code,
  );
const actionsOf = (subject: string): string[] =>
  database
    .prepare("SELECT action FROM audit WHERE subject_id = ? ORDER BY id")
    .all(subject)
    .map(({ action }) => String(action));

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-users-"));
  database = openDatabase((await openLayout(directory)).databaseFile);
  now = 1_790_000_000_000;
  users = open();
});
afterEach(async () => {
  const options = { full: false, now, hasStorageNodes: false } as const;
  const { findings } = await checkStore(database, directory, options);
  expect(findings).toEqual([]);
  expect(checkChain(database).findings).toEqual([]);
  database.close();
  await rm(directory, { recursive: true, force: true });
});

it("a PIN is kept as argon2id with its cost and a salt of its own, and only that PIN opens it", async () => {
  const kept = await hashPin("2580");
  expect(kept).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await hashPin("2580")).not.toBe(kept);
  expect(await isPinOf(kept, "2580")).toBe(true);
  for (const pin of ["2581", "25800", "258", ""]) expect(await isPinOf(kept, pin)).toBe(false);
  expect(await isPinOf(undefined, "2580")).toBe(false);
});

it("a row that was tampered with opens nothing, and makes nobody wait", async () => {
  const kept = await hashPin("2580");
  for (const row of [
    "",
    "2580",
    kept.replace("m=19456", "m=9999999"),
    kept.replace("t=2", "t=99"),
    kept.replace("m=19456", "m=1"),
    kept.replace("argon2id", "argon2d"),
    kept.slice(0, -30),
  ])
    expect(await isPinOf(row, "2580"), row).toBe(false);
});

it("the first administrator signs in at once; there is no second first one, not even at the same moment", async () => {
  expect(users.accounts.isSetUp()).toBe(false);
  const both = [users.setUp(first), users.setUp({ ...first, displayName: "Eve" })];
  const settled = await Promise.allSettled(both);
  expect(settled.map(({ status }) => status)).toEqual(["fulfilled", "rejected"]);
  const [winner] = settled;
  if (winner?.status !== "fulfilled") throw new Error("nobody was set up");
  const { token, user } = winner.value;
  expect(user.roles).toEqual(["administrator"]);
  expect(users.bySession(token)).toEqual({ actor: user.id, userId: user.id, roles: ["administrator"] });
  expect(await codeOf(users.setUp({ ...first, displayName: "Eve" }))).toBe("already-set-up");
  expect(actionsOf(user.id)).toEqual(["user-made", "sign-in"]);
});

it("away from the box it needs the code, and wrong ones lock the address", async () => {
  const away = { ...first, isAtBox: false };
  expect(await codeOf(users.setUp(away))).toBe("wrong-setup-code");
  for (let round = 0; round < 20; round += 1) {
    expect(await codeOf(users.setUp({ ...away, code: "AAAAA-AAAAA" }))).toBe("wrong-setup-code");
  }
  expect(await codeOf(users.setUp({ ...away, code: users.setupCode }))).toBe("sign-in-locked");
  const typed = users.setupCode.toLowerCase().replace("-", " ");
  expect(await codeOf(users.setUp({ ...away, address: "198.51.100.1", code: typed }))).toBe("done");
});

it("five wrong tries lock a user for a minute, over a restart, and the right PIN does not open the lock", async () => {
  const { user } = await users.setUp(first);
  const wrong = { userId: user.id, pin: "9999", address };
  for (const triesLeft of [4, 3, 2, 1]) {
    await expect(users.signIn(wrong)).rejects.toMatchObject({ code: "wrong-pin", triesLeft });
  }
  await expect(users.signIn(wrong)).rejects.toMatchObject({ code: "sign-in-locked", waitMs: minute });
  users = open();
  await expect(users.signIn({ ...wrong, pin: "2580" })).rejects.toThrow("Try again in 60 seconds.");
  now += minute;
  await expect(users.signIn(wrong)).rejects.toMatchObject({ waitMs: 2 * minute });
  now += 2 * minute;
  expect(await codeOf(users.signIn({ ...wrong, pin: "2580" }))).toBe("done");
  expect(await codeOf(users.signIn(wrong))).toBe("wrong-pin");
  expect(actionsOf(user.id).filter((action) => action === "user-locked")).toHaveLength(2);
});

it("a hundred tries at once are counted one by one", async () => {
  const { user } = await users.setUp(first);
  const pins = Array.from({ length: 100 }, (_, index) => String(5_000 + index));
  const ends = await Promise.all(pins.map((pin) => codeOf(users.signIn({ userId: user.id, pin, address }))));
  expect(ends.filter((end) => end === "wrong-pin")).toHaveLength(4);
  expect(ends).not.toContain("done");
  expect(actionsOf(user.id).filter((action) => action === "sign-in-failed")).toHaveLength(5);
});

it("somebody who does not exist is refused in the same words, and such tries lock the address", async () => {
  const { user } = await users.setUp(first);
  const unknown = { userId: "user-0000000000000000", pin: "2580", address };
  const refused = await users.signIn(unknown).catch((error: Error) => error.message);
  expect(refused).toBe(await users.signIn({ ...unknown, userId: user.id, pin: "9999" }).catch((e: Error) => e.message));
  for (let round = 0; round < 17; round += 1) expect(await codeOf(users.signIn(unknown))).toBe("wrong-pin");
  expect(await codeOf(users.signIn(unknown))).toBe("wrong-pin");
  const right = { userId: user.id, pin: "2580", address };
  expect(await codeOf(users.signIn(right))).toBe("sign-in-locked");
  expect(await codeOf(users.signIn({ ...right, address: "198.51.100.1" }))).toBe("done");
});

it("tries that wait when their address is locked are not made any more", async () => {
  const guess = (index: number) => codeOf(users.signIn({ userId: `user-${index}`, pin: "2580", address }));
  for (let index = 0; index < 19; index += 1) await guess(index);
  const ends = await Promise.all(Array.from({ length: 10 }, (_, index) => guess(100 + index)));
  expect(ends).toEqual(["wrong-pin", ...Array.from({ length: 9 }, () => "sign-in-locked")]);
});

it("what has no PIN's form counts as no try", async () => {
  const { user } = await users.setUp(first);
  for (const pin of ["", "25٨0", "2580\0", "7".repeat(1_000_000), "2580 ", "２５８０", "x", "1e3"])
    expect(await codeOf(users.signIn({ userId: user.id, pin, address }))).toBe("wrong-pin");
  expect(actionsOf(user.id)).not.toContain("sign-in-failed");
  expect(await codeOf(users.signIn({ userId: user.id, pin: "2580", address }))).toBe("done");
});

it("a lock outlives a clock that is set back by its own length only, over a restart too", async () => {
  const { user } = await users.setUp(first);
  const wrong = { userId: user.id, pin: "9999", address };
  for (let round = 0; round < 5; round += 1) await codeOf(users.signIn(wrong));
  now -= 1_000 * minute;
  await expect(users.signIn(wrong)).rejects.toMatchObject({ code: "sign-in-locked", waitMs: minute });
  users = open();
  now += minute;
  expect(await codeOf(users.signIn({ ...wrong, pin: "2580" }))).toBe("done");
});

it("a session ends when nobody touches the screen, when it is signed out, and with its time; looking keeps none alive", async () => {
  const { token, user } = await users.setUp(first);
  for (let minutes = 0; minutes < 9; minutes += 1) {
    now += minute;
    expect(users.bySession(token)).not.toBeNull();
  }
  users.touch(token);
  now += 9 * minute;
  expect(users.bySession(token)).not.toBeNull();
  now += minute;
  expect(users.bySession(token)).toBeNull();
  users.touch(token);
  const again = await users.signIn({ userId: user.id, pin: "2580", address });
  for (let minutes = 0; minutes < 719; minutes += 1) {
    now += minute;
    users.touch(again.token);
  }
  expect(users.bySession(again.token)).not.toBeNull();
  now += minute;
  expect(users.bySession(again.token)).toBeNull();
  const third = await users.signIn({ userId: user.id, pin: "2580", address });
  users.signOut(third.token);
  users.signOut(third.token);
  expect(users.bySession(third.token)).toBeNull();
  expect(actionsOf(user.id).filter((action) => action === "sign-out")).toHaveLength(1);
});

it("no session is in the database as its token, and none of ten thousand stays", async () => {
  const { token, user } = await users.setUp(first);
  // What signing in does after the PIN was right, without the argon2 of each.
  const sessions = new Sessions({ database, clock, limits: { idleMs: 10 * minute, mostMs: 720 * minute } });
  let newest = token;
  database.transaction(() => {
    for (let round = 0; round < 10_000; round += 1) {
      now += 1;
      newest = sessions.begin(user.id);
    }
  });
  expect(database.prepare("SELECT count(*) AS n FROM session").get()).toEqual({ n: 8 });
  expect(users.bySession(token)).toBeNull();
  expect(users.bySession(newest)).not.toBeNull();
  const stored = JSON.stringify(database.prepare("SELECT * FROM session").all());
  expect(stored).not.toContain(newest);
});

it.each(["", "x", "a".repeat(43), "a".repeat(1_000_000), "'; DROP TABLE user; --"])(
  "nothing that was made up is a session or a token (%#)",
  (token) => {
    expect(users.bySession(token)).toBeNull();
    expect(users.tokens.identify(token)).toBeNull();
    users.touch(token);
    users.signOut(token);
  },
);

it("other roles, a disabled user and another PIN end the sessions of that user, and of nobody else", async () => {
  const { token, user: ada } = await users.setUp(first);
  const bob = await users.accounts.make({ displayName: "Bob", roles: ["operator"], pin: "314159" }, ada.id);
  const signIn = () => users.signIn({ userId: bob.id, pin: "314159", address });
  const change = (given: object) => users.accounts.change(bob.id, given, ada.id);
  const renamed = await signIn();
  change({ displayName: "Bob Stone" });
  expect(users.bySession(renamed.token)).not.toBeNull();
  change({ roles: ["operator", "biomed"] });
  expect(users.bySession(renamed.token)).toBeNull();
  const second = await signIn();
  change({ isDisabled: true });
  expect(users.bySession(second.token)).toBeNull();
  expect(await codeOf(signIn())).toBe("wrong-pin");
  change({ isDisabled: false });
  const [third, fourth] = [await signIn(), await signIn()];
  const own = { userId: bob.id, pin: "314159", newPin: "161803", address, token: third.token };
  expect(await codeOf(users.changePin({ ...own, pin: "9999" }))).toBe("wrong-pin");
  await users.changePin(own);
  expect([third, fourth].map((one) => users.bySession(one.token) !== null)).toEqual([true, false]);
  await users.accounts.resetPin(bob.id, "141421", ada.id);
  expect(users.bySession(third.token)).toBeNull();
  expect(users.bySession(token)).not.toBeNull();
  expect(actionsOf(bob.id)).toEqual(expect.arrayContaining(["user-changed", "pin-changed", "pin-reset"]));
});

it("an administrator's new PIN ends a lock", async () => {
  const { user } = await users.setUp(first);
  for (let round = 0; round < 5; round += 1) await codeOf(users.signIn({ userId: user.id, pin: "9999", address }));
  await users.accounts.resetPin(user.id, "161803", "scopeline");
  expect(await codeOf(users.signIn({ userId: user.id, pin: "161803", address }))).toBe("done");
});

it("the last administrator stays one", async () => {
  const { user: ada } = await users.setUp(first);
  const refused = (change: object): string => {
    try {
      users.accounts.change(ada.id, change, ada.id);
      return "done";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  expect(refused({ roles: ["operator"] })).toBe("last-administrator");
  expect(refused({ isDisabled: true })).toBe("last-administrator");
  expect(users.accounts.get(ada.id)).toMatchObject({ roles: ["administrator"], isDisabled: false });
  await users.accounts.make({ displayName: "Bob", roles: ["administrator"], pin: "314159" }, ada.id);
  expect(refused({ roles: ["operator"] })).toBe("done");
});

it("a name is taken once, a surgeon has one for the archive, and users have an end", async () => {
  const { user: ada } = await users.setUp(first);
  const make = (given: object) =>
    codeOf(users.accounts.make({ displayName: "Bob", roles: [], pin: "314159", ...given }, ada.id));
  expect(await make({ displayName: "ADA" })).toBe("name-taken");
  expect(await make({ roles: ["surgeon"] })).toBe("unfit-name");
  expect(await make({ pin: "1234" })).toBe("unfit-pin");
  expect(await make({ roles: ["surgeon"], physicianName: "Stone^Bob" })).toBe("done");
  expect(() => users.accounts.change(ada.id, { displayName: "bob" }, ada.id)).toThrow("this name already");
  const filler = `INSERT INTO user (id, display_name, name_key, pin, made_at) SELECT 'f' || value, value, value, '', 0
    FROM json_each((SELECT json_group_array(id) FROM (WITH RECURSIVE n(id) AS (SELECT 1 UNION ALL SELECT id + 1 FROM n LIMIT 198) SELECT id FROM n)))`;
  database.prepare(filler).run();
  expect(await make({ displayName: "One More" })).toBe("too-many-users");
  database.prepare("DELETE FROM user WHERE id LIKE 'f%'").run();
});

it("a token of a script opens what its roles may, until it is revoked; its secret is kept nowhere", async () => {
  const { user: ada } = await users.setUp(first);
  const { id, secret } = users.tokens.make("Dashboard", ["auditor"], ada.id);
  expect(users.tokens.identify(secret)).toEqual({ actor: id, userId: null, roles: ["auditor"] });
  expect(JSON.stringify(database.prepare("SELECT * FROM access_token").all())).not.toContain(secret);
  expect(users.tokens.list()).toMatchObject([{ id, name: "Dashboard", madeBy: ada.id }]);
  users.tokens.revoke(id, ada.id);
  expect(users.tokens.identify(secret)).toBeNull();
  expect(() => users.tokens.revoke(id, ada.id)).toThrow("revoked already");
  for (let round = 0; round < 32; round += 1) users.tokens.make(`Script ${round}`, ["biomed"], ada.id);
  expect(() => users.tokens.make("One More", ["biomed"], ada.id)).toThrow("revoke one");
});

it("what a surgeon wants counts where their name performs, and nobody's where two have that name", async () => {
  const { user: ada } = await users.setUp(first);
  const { accounts } = users;
  const surgeon = { roles: ["surgeon"] as const, physicianName: "Stone^Bob", pin: "314159" };
  const bob = await accounts.make({ displayName: "Bob", ...surgeon }, ada.id);
  const wishes = { pedal: { still: "clip" } } as const;
  accounts.setPreferences(bob.id, wishes);
  expect(accounts.wishesOf("Stone^Bob")).toEqual(wishes);
  expect([accounts.wishesOf(""), accounts.wishesOf("Stone^Bea")]).toEqual([{}, {}]);
  const second = await accounts.make({ displayName: "Bob the second", ...surgeon }, ada.id);
  expect(accounts.wishesOf("Stone^Bob")).toEqual({});
  accounts.change(second.id, { isDisabled: true }, ada.id);
  expect(accounts.wishesOf("Stone^Bob")).toEqual(wishes);
  accounts.change(bob.id, { roles: ["operator"] }, ada.id);
  expect(accounts.wishesOf("Stone^Bob")).toEqual({});
});

it("preferences are kept with their user", async () => {
  const { user } = await users.setUp(first);
  users.accounts.setPreferences(user.id, { hand: "left", theme: "bright" });
  expect(open().accounts.get(user.id).preferences).toEqual({ hand: "left", theme: "bright" });
});

it("a PIN that was kept with less work is kept anew when it is right", async () => {
  const { user } = await users.setUp(first);
  const weak = weakHash("2580");
  expect(isOutdated(weak)).toBe(true);
  database.prepare("UPDATE user SET pin = ? WHERE id = ?").run(weak, user.id);
  expect(await codeOf(users.signIn({ userId: user.id, pin: "2580", address }))).toBe("done");
  const kept = String(database.prepare("SELECT pin FROM user WHERE id = ?").get(user.id)?.pin);
  expect(isOutdated(kept)).toBe(false);
  expect(await isPinOf(kept, "2580")).toBe(true);
});

it("too many at once are told to wait, and none is forgotten", async () => {
  const turns = new Turns();
  const gate = Promise.withResolvers<void>();
  const taken = Array.from({ length: 20 }, (_, index) => codeOf(turns.take(() => gate.promise.then(() => index))));
  gate.resolve();
  const ends = await Promise.all(taken);
  expect(ends.filter((end) => end === "done")).toHaveLength(16);
  expect(ends.filter((end) => end === "sign-in-busy")).toHaveLength(4);
  expect(await turns.take(async () => "again")).toBe("again");
});

/** 64 KiB, one pass. */
function weakHash(pin: string): string {
  const nonce = Buffer.from("0123456789abcdef");
  const parameters = { message: pin, nonce, parallelism: 1, tagLength: 32, memory: 64, passes: 1 };
  const text = (bytes: Buffer): string => bytes.toString("base64").replaceAll("=", "");
  return `$argon2id$v=19$m=64,t=1,p=1$${text(nonce)}$${text(argon2Sync("argon2id", parameters))}`;
}
