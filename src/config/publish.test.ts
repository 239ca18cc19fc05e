import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { loadSettings } from "./config.ts";
import { publishedSchema, settingsPage } from "./publish.ts";
import { rootNode, type SchemaNode } from "./schema-node.ts";

const atRoot = (path: string) => new URL(`../../${path}`, import.meta.url);
const textOf = (path: string) => readFile(atRoot(path), "utf8");

/** `nodes.retry.firstS`, for every key of the schema, lists without a position. */
function keysOf(schema: SchemaNode, prefix = ""): string[] {
  return Object.entries(schema.properties ?? schema.items?.properties ?? {}).flatMap(([key, entry]) => [
    `${prefix}${key}`,
    ...keysOf(entry, `${prefix}${key}.`),
  ]);
}

describe("config.example.yaml", () => {
  test("is accepted as it stands", async () => {
    const settings = await loadSettings(atRoot("config.example.yaml").pathname);
    expect(settings.nodes.map((node) => node.name)).toEqual(["Archive", "Worklist"]);
  });

  test("shows every key of the schema, written or commented out, and no other", async () => {
    // A commented-out setting is a comment that begins with a key and a colon.
    const keys = new Set(keysOf(rootNode).map((key) => key.split(".").at(-1)));
    const all = (await textOf("config.example.yaml")).replace(
      /^( *)# ( *)(\w+):(.*)$/gm,
      (line, indent: string, more: string, key: string, rest: string) =>
        keys.has(key) ? `${indent}${more}${key}:${rest}` : line,
    );
    const written = parseDocument(all).toJS() as unknown;
    const found = new Set<string>();
    const collect = (value: unknown, prefix: string): void => {
      if (Array.isArray(value)) for (const entry of value) collect(entry, prefix);
      else if (typeof value === "object" && value !== null) {
        for (const [key, entry] of Object.entries(value)) {
          found.add(`${prefix}${key}`);
          collect(entry, `${prefix}${key}.`);
        }
      }
    };
    collect(written, "");
    expect([...found].sort()).toEqual(keysOf(rootNode).sort());
  });

  test("has its defaults right: what it writes is the default wherever there is one", async () => {
    const text = await textOf("config.example.yaml");
    for (const [key, value] of [
      ["refreshS", 60],
      ["minimumFreeBytes", 5_000_000_000],
      ["heldAfterAttempts", 20],
      ["holdWindowMinutes", 10],
    ] as const) {
      expect(text).toContain(`${key}: ${value}`);
    }
  });

  test("names the published schema for editors", async () => {
    expect(await textOf("config.example.yaml")).toMatch(
      /^# yaml-language-server: \$schema=src\/config\/settings\.schema\.json\n/,
    );
  });
});

describe("what is made from the schema", () => {
  const remedy = "run: node src/config/generate.ts";

  test("settings.schema.json is current", async () => {
    expect(await textOf("src/config/settings.schema.json"), remedy).toBe(publishedSchema());
  });

  test("docs/settings.md is current", async () => {
    expect(await textOf("docs/settings.md"), remedy).toBe(settingsPage());
  });

  test("the published schema asks only for what has no default", () => {
    const published = JSON.parse(publishedSchema()) as SchemaNode;
    expect(published.required).toEqual(["station", "storage"]);
    expect(published.properties?.storage?.required).toEqual(["directory"]);
    expect(published.properties?.nodes?.items?.required).toEqual(["name", "roles"]);
  });

  test("every key is described", () => {
    const undescribed = (schema: SchemaNode): number =>
      Object.values(schema.properties ?? {}).reduce(
        (sum, entry) => sum + (entry.description ? 0 : 1) + undescribed(entry) + undescribed(entry.items ?? {}),
        0,
      );
    expect(undescribed(rootNode)).toBe(0);
  });
});
