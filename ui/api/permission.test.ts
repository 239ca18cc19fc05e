import { beforeEach, expect, test } from "vitest";
import { get, getText, send } from "./client.ts";
import { endSignIn, signInWish } from "./permission.ts";
import { speakThrough } from "./transport.ts";

type Said = [status: number, body: object];

const done: Said = [200, { id: "c1" }];
const refused: Said = [401, { code: "not-signed-in", detail: "Sign in with your PIN to do this." }];
const notAllowed: Said = [403, { code: "not-allowed", detail: "Another role." }];
const locked: Said = [429, { code: "sign-in-locked", detail: "Locked.", waitMs: 60_000 }];

let asked: string[] = [];

/** A box that says these, one after the other; the last of them again and again. */
function box(...answers: Said[]): void {
  speakThrough({
    request: async (path, { method = "GET", body }) => {
      asked.push(`${method} ${path} ${body ?? ""}`.trim());
      const [status, said] = (answers.length > 1 ? answers.shift() : answers[0]) ?? done;
      return new Response(JSON.stringify(said), { status });
    },
    addressOf: (path) => path,
    connect: () => {
      throw new Error("nobody listens here");
    },
  });
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const remove = () => send("DELETE", "captures/c1", { body: { reason: "Test picture" } });

beforeEach(() => {
  endSignIn(false);
  asked = [];
});

test("what was refused is done as it was asked when somebody has signed in, and once", async () => {
  box(refused, done);
  const answer = remove();
  await turn();
  expect(signInWish.get()?.why).toBe("Sign in with your PIN to do this.");
  expect(asked).toHaveLength(1);
  endSignIn(true);
  expect(await answer).toEqual({ id: "c1" });
  expect(asked).toEqual(Array(2).fill('DELETE captures/c1 {"reason":"Test picture"}'));
  expect(signInWish.get()).toBeNull();
});

test("where nobody signs in it is not asked again, and the refusal is told", async () => {
  box(refused);
  const answer = remove();
  await turn();
  endSignIn(false);
  await expect(answer).rejects.toMatchObject({ code: "not-signed-in" });
  expect(asked).toHaveLength(1);
});

test("somebody who may not either is told so, and is not asked for ever", async () => {
  box(refused, notAllowed);
  const answer = remove();
  await turn();
  endSignIn(true);
  await expect(answer).rejects.toMatchObject({ code: "not-allowed", message: "Another role." });
  expect(asked).toHaveLength(2);
  expect(signInWish.get()).toBeNull();
});

test("two at once wait for one PIN", async () => {
  box(refused, refused, done);
  const both = Promise.all([remove(), getText("captures/c1/receipt")]);
  await turn();
  endSignIn(true);
  await both;
  expect(asked).toHaveLength(4);
});

test("a screen that looks by itself asks nobody for a PIN, nor does a refusal of another kind", async () => {
  box(refused);
  await expect(get("users")).rejects.toMatchObject({ code: "not-signed-in" });
  box(locked);
  await expect(remove()).rejects.toMatchObject({ code: "sign-in-locked", more: { waitMs: 60_000 } });
  expect(signInWish.get()).toBeNull();
});
