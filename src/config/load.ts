import { open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { Value } from "typebox/value";
import { crossFindings } from "./cross-checks.ts";
import { deliveryWarnings } from "./delivery-warnings.ts";
import { parseSettings } from "./document.ts";
import { codeOf, fileFindings, readFilePlaces } from "./file-checks.ts";
import { listAt, type Place, valueAt } from "./place.ts";
import { problemOf, SettingsError, type SettingsProblem } from "./problems.ts";
import { type SettingsFile, settingsSchema } from "./schema.ts";
import { schemaFindings } from "./schema-findings.ts";
import { rootNode, type SchemaNode } from "./schema-node.ts";

const maximumFileBytes = 1_048_576;

/** The settings as the box uses them: complete, paths absolute, the worklist's station decided. */
export interface Settings extends Omit<SettingsFile, "worklist"> {
  readonly worklist: SettingsFile["worklist"] & {
    /** An AE title, or `*` for any station. */
    readonly stationAeTitle: string;
  };
}

/** Reads and checks a settings file. Throws SettingsError with every problem; opens no port and writes nothing. */
export async function loadSettings(file: string): Promise<Settings> {
  const path = resolve(file);
  const document = parseSettings(await readText(path));
  if (document.problems.length > 0) throw new SettingsError("invalid", path, document.problems);
  const value = completed(document.value, dirname(path));
  const findings = [...schemaFindings(value), ...crossFindings(value), ...(await fileFindings(value))];
  const problems = findings.map((finding) => problemOf(finding, document.locate));
  if (problems.length > 0) throw new SettingsError("invalid", path, problems.sort(byLine));
  return settled(value);
}

/** The settings of a box about which only its storage folder is known. */
export function defaultSettings(directory: string): Settings {
  const station = { aeTitle: "SCOPELINE", stationName: "SCOPELINE" };
  return settled(completed({ station, storage: { directory } }, "."));
}

/** What works but is hardly meant; for the log and the health page. */
export function settingsWarnings(settings: Settings): SettingsProblem[] {
  const warnings = deliveryWarnings(settings);
  if (!settings.nodes.some((node) => node.roles.includes("storage"))) {
    const message = "no node has the role storage: captures stay on this box. Add the archive under nodes";
    warnings.push({ place: "nodes", message });
  }
  if (!settings.nodes.some((node) => node.roles.includes("worklist"))) {
    const message = "no node has the role worklist: patients have to be typed in. Add the worklist under nodes";
    warnings.push({ place: "nodes", message });
  }
  const storing = settings.nodes.filter((node) => node.roles.includes("storage"));
  const isProven = (roles: readonly string[]): boolean => roles.includes("commitment") || roles.includes("query");
  for (const { name, roles } of storing) {
    if (isProven(roles)) continue;
    const message = `${name} has neither the role commitment nor query: what it takes is never shown as safe. Add the one it can do`;
    warnings.push({ place: "nodes", message });
  }
  if (storing.some(({ roles }) => !isProven(roles)) && settings.retention.withoutProof === "keep") {
    const message = "captures of nodes that can neither commit nor be queried are kept for ever: the disk will fill up";
    warnings.push({ place: "retention.withoutProof", message });
  }
  if (!settings.listener.enabled && settings.nodes.some((node) => node.roles.includes("commitment"))) {
    const message = "is false: reports of storage commitment can only come while this box waits for them";
    warnings.push({ place: "listener.enabled", message });
  }
  if (settings.sources.length === 0) {
    warnings.push({ place: "sources", message: "there is no source, so no picture. Add one under sources" });
  }
  return warnings;
}

/** The value with defaults filled in and paths made absolute. What is wrong stays wrong, for the checks to find. */
function completed(value: unknown, folder: string): unknown {
  const filled = Value.Default(settingsSchema, withoutEmptySections(value, rootNode) ?? {});
  const absolute = (holder: unknown, key: string): void => {
    if (typeof holder !== "object" || holder === null) return;
    const path: unknown = Reflect.get(holder, key);
    if (typeof path === "string" && path !== "") Reflect.set(holder, key, resolve(folder, path));
  };
  if (typeof filled !== "object" || filled === null) return filled;
  for (const place of pathPlaces(filled)) absolute(valueAt(filled, place.slice(0, -1)), String(place.at(-1)));
  return filled;
}

/** Every place that may hold a path. */
function pathPlaces(value: unknown): Place[] {
  return [
    ["storage", "directory"],
    ["ffmpeg", "path"],
    ["log", "file"],
    ...listAt(value, ["sources"]).map((_source, index): Place => ["sources", index, "input", "file"]),
    ...readFilePlaces(value),
  ];
}

/** A section whose every line is commented out reads as null in YAML; it means the same as leaving it out. */
function withoutEmptySections(value: unknown, schema: SchemaNode | undefined): unknown {
  if (Array.isArray(value)) return value.map((entry) => withoutEmptySections(entry, schema?.items));
  if (typeof value !== "object" || value === null) return value;
  const isSection = (key: string): boolean => ["object", "array"].includes(schema?.properties?.[key]?.type ?? "");
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key, entry]) => entry !== null || !isSection(key))
      .map(([key, entry]) => [key, withoutEmptySections(entry, schema?.properties?.[key])]),
  );
}

function settled(value: unknown): Settings {
  const settings = Value.Parse(settingsSchema, value);
  const stationAeTitle = settings.worklist.stationAeTitle ?? settings.station.aeTitle;
  return { ...settings, worklist: { ...settings.worklist, stationAeTitle } };
}

function byLine(a: SettingsProblem, b: SettingsProblem): number {
  return (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0);
}

async function readText(path: string): Promise<string> {
  const unreadable = (message: string): SettingsError =>
    new SettingsError("unreadable", path, [{ place: "the file", message }]);
  const bytes = await readBounded(path).catch((error: unknown) => {
    throw unreadable(`cannot be read (${codeOf(error)}). Correct the path, or copy config.example.yaml there`);
  });
  if (bytes === "not-a-file") throw unreadable("is not a file; give the path of a YAML file");
  if (bytes === "too-long") throw unreadable("is larger than 1 MB; this is not a settings file");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw unreadable("is not UTF-8 text; save it as UTF-8");
  }
}

/** Never more than the limit, whatever the file claims or grows to. */
async function readBounded(path: string): Promise<Buffer | "not-a-file" | "too-long"> {
  await using handle = await open(path, "r");
  if (!(await handle.stat()).isFile()) return "not-a-file";
  const buffer = Buffer.alloc(maximumFileBytes + 1);
  let length = 0;
  while (length < buffer.length) {
    const { bytesRead } = await handle.read(buffer, length, buffer.length - length);
    if (bytesRead === 0) return buffer.subarray(0, length);
    length += bytesRead;
  }
  return "too-long";
}
