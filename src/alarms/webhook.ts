import { request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { TlsFilesError, type TlsIdentity } from "../lib/tls-files.ts";
import { type Notifier, NotifierError } from "./notifier.ts";
import { readSecret } from "./secret-file.ts";
import type { AlarmMessage } from "./told.ts";

export interface WebhookOptions {
  /** `https://` or `http://`. */
  readonly url: string;
  /** A bearer token (RFC 6750) in a file. */
  readonly tokenFile?: string | undefined;
  /** Whom to trust where it is not the system's authorities. */
  readonly tls?: (() => TlsIdentity) | undefined;
  readonly timeoutMs?: number;
}

/** POSTs each message as JSON. Any answer of 2xx is success; redirects are not followed. */
export class Webhook implements Notifier {
  readonly channel = "webhook";
  readonly #options: WebhookOptions;

  constructor(options: WebhookOptions) {
    this.#options = options;
  }

  async send(message: AlarmMessage, signal: AbortSignal): Promise<void> {
    const { url, tokenFile, tls, timeoutMs = 10_000 } = this.#options;
    const body = Buffer.from(JSON.stringify(webhookBody(message)));
    const headers = {
      "content-type": "application/json",
      "content-length": body.length,
      "user-agent": "Scopeline",
      ...(tokenFile === undefined ? {} : { authorization: `Bearer ${await readSecret(tokenFile)}` }),
    };
    const deadline = AbortSignal.timeout(timeoutMs);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    try {
      const target = new URL(url);
      const options = { method: "POST", headers, agent: false as const, signal: AbortSignal.any([signal, deadline]) };
      const request =
        target.protocol === "https:"
          ? requestHttps(target, { ...options, ...identityOf(tls) })
          : requestHttp(target, options);
      request.on("error", reject);
      request.on("response", (response) => {
        // Its status is all that counts; a body without end is not waited for.
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      request.end(body);
      const status = await promise;
      if (status >= 200 && status < 300) return;
      throw new NotifierError("refused", `The webhook answered ${status}. Check its URL and token.`);
    } catch (error) {
      if (error instanceof NotifierError) throw error;
      throw failure(error, signal, deadline);
    }
  }
}

function identityOf(tls: (() => TlsIdentity) | undefined): object {
  const { serverName, ...files } = tls?.() ?? {};
  return {
    minVersion: "TLSv1.2",
    rejectUnauthorized: true,
    ...files,
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
}

function failure(cause: unknown, signal: AbortSignal, deadline: AbortSignal): NotifierError {
  if (signal.aborted) return new NotifierError("cancelled", "Stopped.", { cause });
  if (cause instanceof TlsFilesError) return new NotifierError("tls", cause.message, { cause });
  if (deadline.aborted) {
    return new NotifierError("timeout", "The webhook did not answer in time. Check that it runs.", { cause });
  }
  const { code = "" } = cause as NodeJS.ErrnoException;
  if (/CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)) {
    return new NotifierError("tls", `The webhook's certificate is not trusted (${code}). Check caFile.`, { cause });
  }
  return new NotifierError("unreachable", `The webhook cannot be reached (${code}). Check its URL and the network.`, {
    cause,
  });
}

/** The JSON that is sent: no other's words, no patient. */
function webhookBody({ station, at, raised, reminded, cleared, onCount }: AlarmMessage): object {
  const told = ({
    id,
    area,
    level,
    message,
    since,
  }: AlarmMessage["raised"][number] | AlarmMessage["cleared"][number]) => ({
    ...{ id, area, level, message },
    since: new Date(since).toISOString(),
  });
  return {
    station,
    at: new Date(at).toISOString(),
    raised: raised.map(told),
    reminded: reminded.map(told),
    cleared: cleared.map(told),
    on: onCount,
  };
}
