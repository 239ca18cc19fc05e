/** Writes the published schema and docs/settings.md: `node src/config/generate.ts`. A test proves that both are current. */
import { writeFile } from "node:fs/promises";
import { publishedSchema, settingsPage } from "./publish.ts";

await writeFile(new URL("./settings.schema.json", import.meta.url), publishedSchema());
await writeFile(new URL("../../docs/settings.md", import.meta.url), settingsPage());
