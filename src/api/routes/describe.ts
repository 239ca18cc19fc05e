import { type TSchema, Type } from "typebox";
import { Problem } from "../schemas.ts";

export const ById = Type.Object({ id: Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" }) });

/** The parts of a route's schema that all routes share: what it is for, its answer, and how it refuses. */
export function describe<T extends TSchema, S extends 200 | 201 = 200>(summary: string, answer: T, status?: S) {
  const response = { [status ?? 200]: answer } as { [K in S]: T };
  return { summary, response: { ...response, "4xx": Problem, "5xx": Problem } };
}
