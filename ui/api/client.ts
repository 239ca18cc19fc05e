import type { Problem } from "../../src/api/schemas.ts";
import { t } from "../i18n/i18n.ts";
import { shownRefusal } from "../i18n/said-by-box.ts";
import { Store } from "../lib/store.ts";
import { askToSignIn, canBeLifted } from "./permission.ts";
import { transport } from "./transport.ts";

/** Why a request failed; `message` is for the person at the screen. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  /** `unreachable`: no answer, the request may or may not have been done. */
  readonly code: string;
  readonly status: number;

  /** What else the box said of it. */
  readonly more: Pick<Problem, "waitMs" | "triesLeft">;

  constructor(code: string, status: number, message: string, more: ApiError["more"] = {}) {
    super(message);
    this.code = code;
    this.status = status;
    this.more = more;
  }

  /** The same request may succeed in a moment: no answer, or a box that is only busy. A refusal is not. */
  get passing(): boolean {
    return ["unreachable", "busy", "stopped", "not-saved-yet"].includes(this.code);
  }
}

/** Whether the box answers when it is looked at. */
export const reachable = new Store(true);

interface SendOptions {
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  readonly timeoutMs?: number;
  /** Nobody at the screen asked for it: a refusal is no reason to ask for a PIN. */
  readonly isUnasked?: boolean;
}

const isProblem = (value: unknown): value is Problem =>
  typeof value === "object" && value !== null && "detail" in value && typeof value.detail === "string";

function parsed(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * The JSON answer to one request under `/api`; throws ApiError, with the box's own words where it gave any. Where somebody
 * has to sign in for it, they are asked to, and then it is done as it was asked.
 */
export async function send<T>(method: string, path: string, options: SendOptions = {}): Promise<T> {
  const work = (): Promise<string> => exchange(method, path, options);
  return parsed(await (options.isUnasked ? work() : withPermission(work))) as T;
}

/** A refusal that a PIN lifts did nothing: the same is asked once more when somebody has signed in, and never twice. */
async function withPermission(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ApiError && canBeLifted(error.code))) throw error;
    if (!(await askToSignIn(error.message))) throw error;
  }
  return work();
}

async function exchange(method: string, path: string, options: SendOptions): Promise<string> {
  const { body, headers = {}, timeoutMs = 6000 } = options;
  let response: Response;
  let text: string;
  try {
    response = await transport().request(path, {
      method,
      headers: body === undefined ? headers : { "content-type": "application/json", ...headers },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
    reachable.set(true);
  } catch {
    // Only looking says so: what a person asked for may rightly take long.
    if (method === "GET") reachable.set(false);
    throw new ApiError("unreachable", 0, t("common.unreachable"));
  }
  if (response.ok) return text;
  const answer = parsed(text);
  if (isProblem(answer)) throw refusal(answer, response.status);
  throw new ApiError("problem", response.status, t("common.refusedWithoutReason", { status: response.status }));
}

function refusal({ code = "problem", detail, waitMs, triesLeft }: Problem, status: number): ApiError {
  const more = { ...(waitMs === undefined ? {} : { waitMs }), ...(triesLeft === undefined ? {} : { triesLeft }) };
  return new ApiError(code, status, shownRefusal(code, detail), more);
}

/** A page that the box made, as it is. */
export const getText = (path: string): Promise<string> =>
  withPermission(() => exchange("GET", path, { timeoutMs: 20_000 }));

/** What a screen shows and asks for by itself. */
export const get = <T>(path: string): Promise<T> => send<T>("GET", path, { isUnasked: true });
