/** Writes the published schemas and docs/inputs.md: `node src/devices/generate.ts`. A test proves them current. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { deviceModelSchemaText } from "./device-model.ts";
import { deviceProfileSchemaText } from "./device-profile.ts";
import { inputsPage } from "./inputs-page.ts";
import { loadDeviceProfiles } from "./load-profiles.ts";

const folder = new URL("../../device-profiles/", import.meta.url);
writeFileSync(new URL("device-profile.schema.json", folder), deviceProfileSchemaText());
writeFileSync(new URL("device-model.schema.json", folder), deviceModelSchemaText());
const page = inputsPage(await loadDeviceProfiles(fileURLToPath(folder)));
writeFileSync(new URL("../../docs/inputs.md", import.meta.url), page);
