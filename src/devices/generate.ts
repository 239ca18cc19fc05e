/** Writes the published schema of the device profiles: `node src/devices/generate.ts`. A test proves it current. */
import { writeFileSync } from "node:fs";
import { deviceProfileSchemaText } from "./device-profile.ts";

const target = new URL("../../device-profiles/device-profile.schema.json", import.meta.url);
writeFileSync(target, deviceProfileSchemaText());
