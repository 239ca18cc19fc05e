import { Settings as TypeBoxSettings } from "typebox/system";
import { Value } from "typebox/value";
import { type Place, valueAt } from "./place.ts";
import type { Finding } from "./problems.ts";
import { settingsSchema } from "./schema.ts";
import { rangeText, type SchemaNode, schemaAt } from "./schema-node.ts";

type SchemaError = ReturnType<typeof Value.Errors>[number];
const maximumFindings = 200;

/** Everything the schema has against a value, in the words of the person who wrote it. */
export function schemaFindings(value: unknown): Finding[] {
  return schemaErrors(value).flatMap((error) => findingsOf(error, value));
}

function schemaErrors(value: unknown): SchemaError[] {
  // TypeBox stops at 8 errors by default and knows only a process-wide setting; here all of them are wanted.
  const { maxErrors } = TypeBoxSettings.Get();
  TypeBoxSettings.Set({ maxErrors: maximumFindings });
  try {
    return Value.Errors(settingsSchema, value);
  } finally {
    TypeBoxSettings.Set({ maxErrors });
  }
}

function findingsOf(error: SchemaError, root: unknown): Finding[] {
  const place = placeOf(error.instancePath);
  const schema = schemaAt(place);
  const value = valueAt(root, place);
  const wrong = (message: string): Finding[] => [{ place, at: "value", message }];
  if (value === null && place.length > 0) return wrong("is empty; write a value or remove the line");
  switch (error.keyword) {
    case "boolean":
      return []; // its parent says the same as "additionalProperties"
    case "additionalProperties": {
      const known = Object.keys(schema?.properties ?? {}).join(", ");
      const message = `is not a setting; remove it, or correct it to one of: ${known}`;
      return error.params.additionalProperties.map((key) => ({ place: [...place, key], at: "key", message }));
    }
    case "required":
      return error.params.requiredProperties.map((key) => {
        const wanted = schema?.properties?.[key];
        return {
          place: [...place, key],
          at: "key",
          message: `is missing; add it. ${wanted?.description ?? ""}`.trim(),
        };
      });
    case "type":
      return wrong(typeMessage(schema, value));
    case "minimum":
    case "maximum":
      return wrong(`must be ${rangeText(schema)}; got ${shown(value)}`);
    case "maxLength":
      return wrong(`must have at most ${error.params.limit} characters; got ${[...String(value)].length}`);
    case "minLength":
      return wrong("must not be empty; write a value or remove the line");
    case "pattern":
      return wrong(`${schema?.patternErrorMessage ?? error.message}; got ${shown(value)}`);
    case "enum":
      return wrong(`must be one of: ${error.params.allowedValues.join(", ")}; got ${shown(value)}`);
    case "minItems":
      return wrong(`must have at least ${error.params.limit} entry; add one`);
    case "maxItems":
      return wrong(`must have at most ${error.params.limit} entries; remove some`);
    case "uniqueItems":
      return wrong("must not have the same entry twice; remove one");
    default:
      return wrong(error.message);
  }
}

function typeMessage(schema: SchemaNode | undefined, value: unknown): string {
  switch (schema?.type) {
    case "string":
      return typeof value === "object"
        ? `must be text; got ${shown(value)}`
        : `must be text; got ${shown(value)}: put it in quotes, as "${String(value)}"`;
    case "integer":
      return `must be a whole number without quotes; got ${shown(value)}`;
    case "number":
      return `must be a number without quotes; got ${shown(value)}`;
    case "boolean":
      return `must be true or false; got ${shown(value)}`;
    case "array":
      return `must be a list, each entry on a line of its own after "- "; got ${shown(value)}`;
    default:
      return `must be a section with its settings indented below it; got ${shown(value)}`;
  }
}

/** A value as it may be shown: short, and without the password an address may carry. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "a section";
  if (typeof value !== "string") return `the ${typeof value} ${String(value)}`.replace("the number ", "");
  const masked = value.replace(/\/\/[^/]*@/g, "//…@");
  return JSON.stringify(masked.length > 60 ? `${masked.slice(0, 59)}…` : masked);
}

/** A JSON Pointer (RFC 6901) as a place; list positions become numbers. */
function placeOf(pointer: string): Place {
  const steps = pointer.split("/").slice(1);
  const place: (string | number)[] = [];
  for (const step of steps) {
    const inList = schemaAt(place)?.items !== undefined;
    place.push(inList ? Number(step) : step.replaceAll("~1", "/").replaceAll("~0", "~"));
  }
  return place;
}
