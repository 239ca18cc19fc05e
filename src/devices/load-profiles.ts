import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Value } from "typebox/value";
import { DeviceProfile } from "./device-profile.ts";

/** One thing wrong in one profile file; `pointer` is a JSON pointer into it. */
export interface ProfileProblem {
  readonly file: string;
  readonly pointer: string;
  readonly message: string;
}

export interface LoadedProfiles {
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly problems: readonly ProfileProblem[];
}

const schemaFile = "device-profile.schema.json";
const maxProfileBytes = 256 * 1024;

/** Reads every profile of a folder. A wrong one is left out and reported, with every problem it has. */
export async function loadDeviceProfiles(folder: string): Promise<LoadedProfiles> {
  const profiles = new Map<string, DeviceProfile>();
  const problems: ProfileProblem[] = [];
  const names = (await readdir(folder)).filter((name) => name.endsWith(".json") && name !== schemaFile).sort();
  for (const name of names) {
    const file = join(folder, name);
    const read = await readProfile(file, name.slice(0, -".json".length));
    if (Array.isArray(read)) problems.push(...read);
    else profiles.set(read.id, read);
  }
  return { profiles, problems };
}

async function readProfile(file: string, id: string): Promise<DeviceProfile | ProfileProblem[]> {
  const problem = (pointer: string, message: string): ProfileProblem => ({ file, pointer, message });
  try {
    const { size } = await stat(file);
    if (size > maxProfileBytes) return [problem("", `is ${size} bytes; a profile has at most ${maxProfileBytes}`)];
    return checkProfile(JSON.parse(await readFile(file, "utf8")), file, id);
  } catch (error) {
    return [problem("", `cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

/** Checks what a profile file holds; `id` is the file's name without `.json`. Pure. */
export function checkProfile(value: unknown, file: string, id: string): DeviceProfile | ProfileProblem[] {
  if (Value.Check(DeviceProfile, value)) {
    if (value.id === id) return value;
    return [{ file, pointer: "/id", message: `is "${value.id}" but the file is named ${id}.json; make them the same` }];
  }
  // A union reports the failures of every branch: only those of the branch that was meant help.
  const kind = inputKindOf(value);
  const problems = Value.Errors(DeviceProfile, value)
    .filter((error) => error.keyword !== "anyOf" && error.keyword !== "boolean")
    .filter((error) => {
      const branch = /#\/properties\/input\/anyOf\/(\d+)/.exec(error.schemaPath)?.[1];
      return branch === undefined || Number(branch) === kindIndex(kind);
    })
    .map((error) => ({ file, pointer: error.instancePath, message: explain(error) }));
  if (kindIndex(kind) === -1) {
    problems.push({ file, pointer: "/input/kind", message: `must be one of ${inputKinds().join(", ")}` });
  }
  return problems.length > 0 ? problems : [{ file, pointer: "", message: "is not a device profile" }];
}

function explain(error: { keyword: string; message: string; params: object }): string {
  const params = error.params as Readonly<Record<string, unknown>>;
  if (error.keyword === "enum") return `${error.message}: ${JSON.stringify(params.allowedValues)}`;
  if (error.keyword === "const") return `must be ${JSON.stringify(params.allowedValue)}`;
  if (error.keyword === "additionalProperties")
    return `has unknown keys: ${JSON.stringify(params.additionalProperties)}`;
  return error.message;
}

function inputKinds(): string[] {
  return DeviceProfile.properties.input.anyOf.map((branch) => branch.properties.kind.const);
}

function kindIndex(kind: unknown): number {
  return typeof kind === "string" ? inputKinds().indexOf(kind) : -1;
}

function inputKindOf(value: unknown): unknown {
  if (typeof value !== "object" || value === null || !("input" in value)) return undefined;
  const { input } = value;
  return typeof input === "object" && input !== null && "kind" in input ? input.kind : undefined;
}
