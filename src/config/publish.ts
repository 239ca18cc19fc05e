import { rangeText, rootNode, type SchemaNode } from "./schema-node.ts";

/** The JSON Schema as published: what has a default need not be written, so it is not required there. */
export function publishedSchema(): string {
  const published = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Scopeline settings",
    ...withoutDefaulted(rootNode),
  };
  // Short lists in one line, as the formatter has them.
  const text = JSON.stringify(published, null, 2).replace(/\[\s+("[^[\]{}]*?")\s+\]/g, (_list, entries: string) => {
    return `[${entries.replace(/,\s+/g, ", ")}]`;
  });
  return `${text}\n`;
}

function withoutDefaulted(schema: SchemaNode): SchemaNode {
  const { required, properties, items, ...rest } = schema;
  const missing = (required ?? []).filter((key) => properties?.[key]?.default === undefined);
  const entries = Object.entries(properties ?? {}).map(([key, entry]) => [key, withoutDefaulted(entry)] as const);
  return {
    ...rest,
    ...(missing.length > 0 ? { required: missing } : {}),
    ...(properties === undefined ? {} : { properties: Object.fromEntries(entries) }),
    ...(items === undefined ? {} : { items: withoutDefaulted(items) }),
  };
}

/** docs/settings.md. */
export function settingsPage(): string {
  const sections = Object.entries(rootNode.properties ?? {}).flatMap(([name, schema]) => sectionLines(name, schema));
  return [
    "# Settings",
    "",
    "<!-- Made from src/config/schema.ts by `node src/config/generate.ts`. Do not edit. -->",
    "",
    "One YAML file, by default `config.yaml`; [config.example.yaml](../config.example.yaml) is a complete one to start from.",
    "Unknown keys are refused. Every problem is reported at once, with its line, before a port opens. Relative paths start at the",
    "folder of the settings file. Anchors, aliases and tags of YAML are not taken. Editors with a YAML language server check the",
    "file while it is written (`src/config/settings.schema.json`).",
    "",
    ...sections,
  ]
    .join("\n")
    .replace(/\n+$/, "\n");
}

function sectionLines(name: string, schema: SchemaNode): string[] {
  const heading = schema.items === undefined ? `## ${name}` : `## ${name} (a list)`;
  const keys = schema.items ?? schema;
  return [
    heading,
    "",
    schema.description ?? "",
    "",
    "| Key | Value | Default | Meaning |",
    "|---|---|---|---|",
    ...rows("", keys),
    "",
  ];
}

function rows(prefix: string, schema: SchemaNode): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, entry]) => {
    const name = `${prefix}${key}`;
    if (entry.type === "object") return rows(`${name}.`, entry);
    if (entry.items?.type === "object") return rows(`${name}[].`, entry.items);
    const meaning = (entry.description ?? "").replaceAll("|", "\\|");
    return [
      `| \`${name}\` | ${valueText(entry)} | ${defaultText(entry, schema.required?.includes(key) === true)} | ${meaning} |`,
    ];
  });
}

function valueText(schema: SchemaNode): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.items !== undefined) {
    return `list of ${valueText(schema.items)}${schema.maxItems === undefined ? "" : `, at most ${schema.maxItems}`}`;
  }
  const range = rangeText(schema);
  if (schema.type === "integer") return `whole number${range === "" ? "" : `, ${range}`}`;
  if (schema.type === "number") return `number${range === "" ? "" : `, ${range}`}`;
  if (schema.type === "boolean") return "`true` or `false`";
  return schema.maxLength === undefined ? "text" : `text, at most ${schema.maxLength} characters`;
}

function defaultText(schema: SchemaNode, required: boolean): string {
  if (schema.default !== undefined) return `\`${JSON.stringify(schema.default).replaceAll('"', "")}\``;
  return required ? "**required**" : "none";
}
