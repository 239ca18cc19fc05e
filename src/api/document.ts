import { type Action, whoMay } from "../users/users.ts";
import type { ApiServer } from "./context.ts";
import { paintedMessageBytes, previewHeaderBytes } from "./feeds/preview-frame.ts";

/** The parts of an OpenAPI document that docs/api.md tells of. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly default?: unknown;
}
interface Operation {
  readonly "x-action"?: Action;
  readonly summary?: string;
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
    readonly description?: string;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
}

const head = `# The HTTP API

Generated from the routes (\`src/api/generate.ts\`; a test proves that it is current). The same as OpenAPI 3.1, with every
answer's schema, is at \`/api/openapi.json\` on the box.

Refusals are problem details (RFC 9457, \`application/problem+json\`): \`code\` for programs, \`detail\` for the person at the
screen. The box answers requests of its own pages, of programs (no \`Origin\`), and of the pages in \`server.allowedOrigins\`.
Each route says which action of [people.md](people.md) it is, and who may. Browsers are signed in by a cookie, scripts by
\`Authorization: Bearer …\`. Times are milliseconds since the Unix epoch. A press may carry an \`Idempotency-Key\` header: repeated, it is the same capture.

`;

const feeds = `## WebSockets

### \`/api/events\`

JSON messages \`{"topic": …, "id"?: …}\`: something changed, look again. The first is \`{"topic": "hello"}\`. Topics: source,
worklist, procedure, capture, delivery, health.

### \`/api/sources/{id}/preview\`

Binary messages, big-endian: a header of ${previewHeaderBytes} bytes, then one JPEG.

| Offset | Type | What |
|---|---|---|
| 0 | u8 | version, 1 |
| 1 | u8 | flags: 1 signal, 2 recording |
| 2 | u16 | width of this JPEG, pixels |
| 4 | u16 | height |
| 6 | u16 | index of the source |
| 8 | u32 | sequence number of the frame |
| 12 | u32 | epoch: one per start of the source |
| 16 | f64 | when it was captured, ms since the Unix epoch |

The client answers each frame that it has **painted** with ${paintedMessageBytes} bytes: u32 epoch, u32 sequence number. At most two
frames are on their way unanswered; meanwhile newer frames replace the one that waits. A slow client misses frames and
never slows anybody down.
`;

/** The text of docs/api.md. */
export function apiDocument(server: ApiServer): string {
  const { paths } = server.swagger() as { paths: Record<string, Record<string, Operation>> };
  const sections: string[] = [];
  for (const [path, operations] of Object.entries(paths).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    for (const [method, operation] of Object.entries(operations)) {
      sections.push(
        `### \`${method.toUpperCase()} ${path}\`\n\n${operation.summary ?? ""}.\n\n${whoOf(operation)}\n${fieldsOf(operation)}`,
      );
    }
  }
  return `${head}## Routes\n\n${sections.join("\n")}\n${feeds}`;
}

function whoOf({ "x-action": action }: Operation): string {
  return action === undefined ? "" : `*${action}*: ${whoMay(action)}.`;
}

function fieldsOf({ parameters = [], requestBody }: Operation): string {
  const rows = parameters
    .filter((parameter) => parameter.in !== "path")
    .map(({ name, in: place, schema, required, description }) =>
      row(`${name} (${place})`, schema, required === true, description),
    );
  const body = requestBody?.content["application/json"]?.schema;
  const object = body?.properties === undefined ? body?.anyOf?.find((one) => one.properties !== undefined) : body;
  for (const [name, schema] of Object.entries(object?.properties ?? {})) {
    rows.push(row(name, schema, object?.required?.includes(name) === true));
  }
  if (rows.length === 0) return "";
  return `\n| Field | Type | |\n|---|---|---|\n${rows.join("\n")}\n`;
}

function row(name: string, schema: Schema, required: boolean, description = schema.description): string {
  const byDefault = schema.default === undefined ? "" : `default ${String(schema.default)}`;
  return `| \`${name}\` | ${typeOf(schema)} | ${[required ? "required" : "", byDefault, description ?? ""].filter(Boolean).join("; ")} |`;
}

function typeOf(schema: Schema): string {
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${String(value)}\``).join(", ");
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.properties !== undefined) return `{ ${Object.keys(schema.properties).join(", ")} }`;
  return String(schema.type ?? "");
}
