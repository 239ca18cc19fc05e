import type { Place } from "./place.ts";
import { settingsSchema } from "./schema.ts";

/** The part of JSON Schema which the settings schema uses. */
export interface SchemaNode {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly pattern?: string;
  readonly patternErrorMessage?: string;
  readonly required?: readonly string[] | undefined;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly items?: SchemaNode;
}

export const rootNode: SchemaNode = settingsSchema;

/** The schema of a place; undefined where the schema knows none. */
export function schemaAt(place: Place): SchemaNode | undefined {
  let here: SchemaNode | undefined = rootNode;
  for (const step of place) here = typeof step === "number" ? here?.items : here?.properties?.[step];
  return here;
}

/** `1 to 65535`, `at least 1`, or nothing. */
export function rangeText(schema: SchemaNode | undefined): string {
  const { minimum, maximum } = schema ?? {};
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}`;
  if (minimum !== undefined) return `at least ${minimum}`;
  return maximum === undefined ? "" : `at most ${maximum}`;
}
