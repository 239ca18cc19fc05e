/** Writes docs/conformance.md with the example settings: `node src/conformance/generate.ts`. A test proves that it is current. */
import { readFile, writeFile } from "node:fs/promises";
import { loadSettings } from "../config/config.ts";
import { conformanceStatement } from "./conformance.ts";

const atRoot = (path: string): URL => new URL(`../../${path}`, import.meta.url);
const { version } = JSON.parse(await readFile(atRoot("package.json"), "utf8")) as { version: string };
const settings = await loadSettings(atRoot("config.example.yaml").pathname);
await writeFile(atRoot("docs/conformance.md"), conformanceStatement(settings, version));
