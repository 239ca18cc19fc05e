/** Writes the tables of docs/people.md: `node src/users/generate.ts`. A test proves them current. */
import { readFileSync, writeFileSync } from "node:fs";
import { withTables } from "./people-page.ts";

const file = new URL("../../docs/people.md", import.meta.url);
writeFileSync(file, withTables(readFileSync(file, "utf8")));
