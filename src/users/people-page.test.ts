import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { withTables } from "./people-page.ts";

const page = () => readFile(new URL("../../docs/people.md", import.meta.url), "utf8");

it("the tables of docs/people.md are what the code says; `node src/users/generate.ts` writes them", async () => {
  expect(withTables(await page())).toBe(await page());
});

it("the page says of each action who may", async () => {
  const [line] = (await page()).split("\n").filter((text) => text.startsWith("| `delete` |"));
  expect(line?.split(" | ").slice(2)).toEqual(["–", "yes", "yes", "–", "–", "– |"]);
  expect(() => withTables("no marks")).toThrow("where its tables are");
});
