import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { authorizationFrom } from "./authorization.ts";

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-token-"));
  file = join(folder, "secret");
});
afterEach(() => rm(folder, { recursive: true }));

it("is nothing where nothing is set", () => {
  expect(authorizationFrom({})).toBeUndefined();
  expect(authorizationFrom({ user: "box" })).toBeUndefined();
});

it("is the token, without the line end, as the file has it now", async () => {
  await writeFile(file, "abc.def-1\n");
  expect(authorizationFrom({ tokenFile: file })).toBe("Bearer abc.def-1");
  await writeFile(file, "new\r\n");
  expect(authorizationFrom({ tokenFile: file })).toBe("Bearer new");
});

it("is user and password in base64, in UTF-8, blanks kept", async () => {
  await writeFile(file, " pässword \n");
  const header = authorizationFrom({ user: "box", passwordFile: file });
  expect(Buffer.from(header?.slice("Basic ".length) ?? "", "base64").toString()).toBe("box: pässword ");
});

const bad: [string, string | null][] = [
  ["is missing", null],
  ["is empty", "\n"],
  ["would be two headers", "abc\r\nHost: x"],
  ["holds a whole page", "a".repeat(70_000)],
];
it.each(bad)("is refused when the token's file %s", async (_name, text) => {
  if (text !== null) await writeFile(file, text);
  const ask = () => authorizationFrom({ tokenFile: file });
  expect(ask).toThrow(expect.objectContaining({ code: "unauthorised", message: expect.stringContaining(file) }));
  if (text !== null) expect(ask).not.toThrow(/abc|aaa/);
});

it("is refused for a user that cannot be sent", async () => {
  await writeFile(file, "x");
  expect(() => authorizationFrom({ user: "a:b", passwordFile: file })).toThrow(/colon/);
});
