import { readFileSync } from "node:fs";

interface Package {
  readonly version: string;
}

/** This software's version, as package.json has it. */
export const version: string = (
  JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")) as Package
).version;
