import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { Type } from "typebox";
import { Value } from "typebox/value";
import { DeviceModel, onInput, partsOfId } from "./device-model.ts";
import { DeviceProfile } from "./device-profile.ts";

/** One thing wrong in one profile file; `pointer` is a JSON pointer into it. */
export interface ProfileProblem {
  readonly file: string;
  readonly pointer: string;
  readonly message: string;
}

export interface LoadedProfiles {
  /** Inputs, and models on their usual input. */
  readonly profiles: ReadonlyMap<string, DeviceProfile>;
  readonly models: ReadonlyMap<string, DeviceModel>;
  readonly problems: readonly ProfileProblem[];
}

const maxProfileBytes = 256 * 1024;

/**
 * Reads every profile of a folder, and every model in its folder `models`. A wrong one is left out and reported, with
 * every problem it has.
 */
export async function loadDeviceProfiles(folder: string): Promise<LoadedProfiles> {
  const profiles = new Map<string, DeviceProfile>();
  const models = new Map<string, DeviceModel>();
  const problems: ProfileProblem[] = [];
  for (const { file, id } of filesOf(folder, await readdir(folder))) {
    const read = await readJson(file, id, checkProfile);
    if (Array.isArray(read)) problems.push(...read);
    else profiles.set(read.id, read);
  }
  const modelFolder = join(folder, "models");
  for (const { file, id } of filesOf(modelFolder, await readdir(modelFolder).catch(() => []))) {
    const read = await readJson(file, id, checkModel);
    const base = Array.isArray(read) ? undefined : profiles.get(read.base);
    if (Array.isArray(read)) problems.push(...read);
    else if (profiles.has(id)) problems.push({ file, pointer: "/id", message: "is the name of an input as well" });
    else if (base === undefined || models.has(base.id))
      problems.push({ file, pointer: "/base", message: `is "${read.base}", which is not the profile of an input` });
    else models.set(id, read);
  }
  for (const model of models.values()) {
    const base = profiles.get(model.base);
    if (base !== undefined) profiles.set(model.id, onInput(model, base));
  }
  return { profiles, models, problems };
}

/**
 * The profile under an id, where `model@input` is that model on that input; or in words, after the id, why there is none.
 * Pure.
 */
export function profileOf({ profiles, models }: LoadedProfiles, id: string): DeviceProfile | string {
  const { profile, via } = partsOfId(id);
  const found = profiles.get(profile);
  if (found === undefined) return `is not among the device profiles: ${[...profiles.keys()].join(", ")}`;
  if (via === undefined) return found;
  const model = models.get(profile);
  if (model === undefined) return "is the profile of an input itself: remove input.via";
  const input = models.has(via) ? undefined : profiles.get(via);
  if (input !== undefined) return onInput(model, input);
  const inputs = [...profiles.keys()].filter((name) => !models.has(name)).join(", ");
  return `asks with input.via for ${via}, which is not the profile of an input: ${inputs}`;
}

function filesOf(folder: string, names: readonly string[]): { file: string; id: string }[] {
  return names
    .filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"))
    .sort()
    .map((name) => ({ file: join(folder, name), id: name.slice(0, -".json".length) }));
}

async function readJson<T>(
  file: string,
  id: string,
  check: (value: unknown, file: string, id: string) => T | ProfileProblem[],
): Promise<T | ProfileProblem[]> {
  const problem = (pointer: string, message: string): ProfileProblem => ({ file, pointer, message });
  try {
    const { size } = await stat(file);
    if (size > maxProfileBytes) return [problem("", `is ${size} bytes; a profile has at most ${maxProfileBytes}`)];
    return check(JSON.parse(await readFile(file, "utf8")), file, id);
  } catch (error) {
    return [problem("", `cannot be read as JSON: ${error instanceof Error ? error.message : String(error)}`)];
  }
}

function checkModel(value: unknown, file: string, id: string): DeviceModel | ProfileProblem[] {
  if (!Value.Check(DeviceModel, value)) {
    return Value.Errors(DeviceModel, value)
      .filter(({ keyword }) => keyword !== "boolean")
      .map((error) => ({ file, pointer: error.instancePath, message: explain(error) }));
  }
  if (value.id === id) return value;
  return [{ file, pointer: "/id", message: `is "${value.id}" but the file is named ${id}.json; make them the same` }];
}

/** Checks what a profile file holds; `id` is the file's name without `.json`. Pure. */
export function checkProfile(value: unknown, file: string, id: string): DeviceProfile | ProfileProblem[] {
  if (Value.Check(DeviceProfile, value)) {
    if (value.id === id) return value;
    return [{ file, pointer: "/id", message: `is "${value.id}" but the file is named ${id}.json; make them the same` }];
  }
  // A union reports the failures of every branch, and no more than a few: only those of the branch that was meant help.
  const kind = inputKindOf(value);
  const { properties } = DeviceProfile;
  const input = properties.input.anyOf[kindIndex(kind)] ?? properties.input;
  const problems = Value.Errors(Type.Object({ ...properties, input }, { additionalProperties: false }), value)
    .filter((error) => error.keyword !== "anyOf" && error.keyword !== "boolean")
    .filter((error) => !/#\/properties\/input\/anyOf\//.test(error.schemaPath))
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
