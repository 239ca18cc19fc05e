import type { FastifyError, FastifyReply, FastifyRequest } from "fastify";
import { CaptureError, type CaptureErrorCode } from "../capture/capture.ts";
import { FitError, type FitErrorCode } from "../fit/fit.ts";
import type { Log } from "../lib/log.ts";
import { OutboxError, type OutboxErrorCode } from "../outbox/outbox.ts";
import { ProcedureError, type ProcedureErrorCode } from "../procedures/procedures.ts";
import { TriggerError, type TriggerErrorCode } from "../triggers/triggers.ts";
import { UsersError, type UsersErrorCode } from "../users/users.ts";
import type { Problem } from "./schemas.ts";

/** What was saved is not where it was saved: a fault of this box, told to the person and to the log. */
export class StorageFault extends Error {
  constructor(message: string, cause: unknown) {
    super(message, { cause });
    this.name = "StorageFault";
  }
}

/** One table: which HTTP status each refusal has (RFC 9110 15). The words come from the error itself. */
const statusOf: Readonly<
  Record<
    ProcedureErrorCode | CaptureErrorCode | OutboxErrorCode | FitErrorCode | TriggerErrorCode | UsersErrorCode,
    number
  >
> = {
  "administrator-needed": 403,
  "not-signed-in": 401,
  "not-allowed": 403,
  "already-set-up": 409,
  "wrong-setup-code": 403,
  "wrong-pin": 401,
  "sign-in-locked": 429,
  "sign-in-busy": 503,
  "unfit-pin": 400,
  "unfit-name": 400,
  "name-taken": 409,
  "unknown-user": 404,
  "unknown-token": 404,
  "last-administrator": 409,
  "too-many-users": 409,
  "too-many-tokens": 409,
  "unknown-trigger": 404,
  "triggers-off": 409,
  "already-learning": 409,
  "nothing-pressed": 409,
  "learning-cancelled": 409,
  "several-keys": 409,
  "too-many-triggers": 409,
  "unknown-procedure": 404,
  "unknown-capture": 404,
  "unknown-worklist-item": 404,
  "unknown-source": 404,
  "unknown-delivery": 404,
  "unknown-node": 404,
  "file-removed": 410,
  "not-a-clip": 409,
  "outside-clip": 400,
  "bad-request": 400,
  "different-patients": 409,
  "procedure-open": 409,
  "procedure-not-open": 409,
  "already-released": 409,
  "no-patient": 409,
  "still-recording": 409,
  "not-recording": 409,
  "not-saved-yet": 503,
  "already-recording": 409,
  "nothing-recorded": 409,
  "no-look-back": 409,
  "not-now": 409,
  "no-other-encoding": 409,
  "no-signal": 503,
  media: 503,
  "no-address": 409,
  refused: 503,
  busy: 503,
  encoder: 503,
  stopped: 503,
  disk: 507,
};

/** Every code that a refusal may have, for the screen to have words for each. */
export const refusalCodes: readonly string[] = Object.keys(statusOf);

const titles: Readonly<Record<number, string>> = {
  400: "Not understood",
  401: "Not signed in",
  403: "Not allowed",
  404: "Not found",
  409: "Not possible now",
  410: "Not on this box any more",
  413: "Too large",
  415: "Not understood",
  429: "Locked for a while",
  500: "Fault in this box",
  503: "Not available now",
  507: "Disk full",
};

export function problem(status: number, code: string, detail: string): Problem {
  return { type: `/docs/problems#${code}`, title: titles[status] ?? "Error", status, code, detail };
}

/** Any error as problem details; what is not a known refusal is logged, once, here, and told without its inside. */
export function problemOf(error: unknown, log: Log): Problem {
  if (
    error instanceof ProcedureError ||
    error instanceof CaptureError ||
    error instanceof OutboxError ||
    error instanceof FitError ||
    error instanceof TriggerError ||
    error instanceof UsersError
  ) {
    const { waitMs, triesLeft } = error instanceof UsersError ? error : {};
    return {
      ...problem(statusOf[error.code], error.code, error.message),
      ...(waitMs === undefined ? {} : { waitMs }),
      ...(triesLeft === undefined ? {} : { triesLeft }),
    };
  }
  if (error instanceof StorageFault) {
    log.error({ error: String(error.cause) }, "a saved file cannot be read");
    return problem(500, "fault", error.message);
  }
  const { validation, statusCode, message, code } = error as Partial<FastifyError>;
  if (validation !== undefined) return problem(400, "bad-request", `The request is not well formed: ${message ?? ""}.`);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500) {
    return problem(statusCode, (code ?? "bad-request").toLowerCase().replaceAll("_", "-"), message ?? "Bad request.");
  }
  log.error({ error: error instanceof Error ? (error.stack ?? error.message) : String(error) }, "a request failed");
  return problem(500, "fault", "Something went wrong in this box. Nothing that was saved is lost; try again.");
}

export function sendProblem(reply: FastifyReply, value: Problem): FastifyReply {
  // RFC 9110 11.6.1: a 401 says how; no browser asks for a password of this kind.
  if (value.status === 401) reply.header("www-authenticate", 'Bearer realm="scopeline"');
  return reply.code(value.status).type("application/problem+json").send(JSON.stringify(value));
}

export function unknownRoute(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  return sendProblem(
    reply,
    problem(404, "unknown-route", `There is nothing at ${request.method} ${request.url.split("?")[0]}.`),
  );
}
