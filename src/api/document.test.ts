import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { buildApi } from "./api.ts";
import { apiDocument } from "./document.ts";
import { documentationContext } from "./documentation-context.ts";

it("docs/api.md is what the routes say; `node src/api/generate.ts` writes it", async () => {
  const server = await buildApi(documentationContext(), "");
  const text = await readFile(resolve(import.meta.dirname, "../../docs/api.md"), "utf8");
  expect(text).toBe(apiDocument(server));
  await server.close();
});
