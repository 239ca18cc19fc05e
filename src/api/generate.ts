/** Writes docs/api.md from the routes. Run it after a change of the API: `node src/api/generate.ts`. */
import { writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import { buildApi } from "./api.ts";
import { apiDocument } from "./document.ts";
import { documentationContext } from "./documentation-context.ts";

const server = await buildApi(documentationContext(), "");
await writeFile(resolve(import.meta.dirname, "../../docs/api.md"), apiDocument(server));
await server.close();
