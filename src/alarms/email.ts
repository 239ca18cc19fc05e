import { createTransport } from "nodemailer";
import { TlsFilesError, type TlsIdentity } from "../lib/tls-files.ts";
import { type Notifier, NotifierError } from "./notifier.ts";
import { readSecret } from "./secret-file.ts";
import { subjectOf, textOf } from "./text.ts";
import type { AlarmMessage } from "./told.ts";

export interface EmailOptions {
  readonly host: string;
  readonly port: number;
  /** `starttls`: never without (RFC 3207); `tls`: from the first byte (RFC 8314). */
  readonly security: "none" | "starttls" | "tls";
  readonly user?: string | undefined;
  readonly passwordFile?: string | undefined;
  readonly from: string;
  readonly to: readonly string[];
  /** Whom to trust where it is not the system's authorities. */
  readonly tls?: (() => TlsIdentity) | undefined;
  /** For the whole of it, however the server dawdles. */
  readonly timeoutMs?: number;
}

/** Sends each message as plain text by SMTP (RFC 5321). */
export class Email implements Notifier {
  readonly channel = "email";
  readonly #options: EmailOptions;

  constructor(options: EmailOptions) {
    this.#options = options;
  }

  async send(message: AlarmMessage, signal: AbortSignal): Promise<void> {
    const { host, port, security, user, passwordFile, from, to, tls, timeoutMs = 30_000 } = this.#options;
    const pass = passwordFile === undefined ? "" : await readSecret(passwordFile);
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      const { serverName, ...files } = tls?.() ?? {};
      const transport = createTransport({
        host,
        port,
        secure: security === "tls",
        requireTLS: security === "starttls",
        ignoreTLS: security === "none",
        ...(user === undefined ? {} : { auth: { user, pass } }),
        tls: {
          minVersion: "TLSv1.2",
          rejectUnauthorized: true,
          ...files,
          ...(serverName === undefined ? {} : { servername: serverName }),
        },
        connectionTimeout: timeoutMs,
        greetingTimeout: timeoutMs,
        socketTimeout: timeoutMs,
        disableFileAccess: true,
        disableUrlAccess: true,
      });
      await transport.sendMail({
        from,
        to: [...to],
        subject: subjectOf(message),
        text: textOf(message),
        // RFC 3834: no answers of machines, please.
        headers: { "Auto-Submitted": "auto-generated" },
        signal: AbortSignal.any([signal, deadline]),
      });
    } catch (error) {
      throw failure(error, signal, deadline);
    }
  }
}

function failure(cause: unknown, signal: AbortSignal, deadline: AbortSignal): NotifierError {
  if (signal.aborted) return new NotifierError("cancelled", "Stopped.", { cause });
  if (cause instanceof TlsFilesError) return new NotifierError("tls", cause.message, { cause });
  const mail = cause as { code?: string; originalCode?: string; responseCode?: number };
  const { responseCode } = mail;
  const code = mail.originalCode ?? mail.code ?? "";
  if (deadline.aborted || code === "ETIMEDOUT") {
    return new NotifierError("timeout", "The mail server did not answer in time. Check host, port and security.", {
      cause,
    });
  }
  const said = responseCode === undefined ? code : String(responseCode);
  if (code === "EAUTH") {
    const cure = "Check user and passwordFile.";
    return new NotifierError("refused", `The mail server refused the login (${said}). ${cure}`, { cause });
  }
  if (code === "ETLS" || /CERT|SSL|TLS|SIGNATURE|ISSUER/.test(code)) {
    const message = `There is no trusted TLS connection to the mail server (${said}). Check security and its certificate.`;
    return new NotifierError("tls", message, { cause });
  }
  if (responseCode !== undefined) {
    const message = `The mail server refused the message (${said}). Check from and to.`;
    return new NotifierError("refused", message, { cause });
  }
  return new NotifierError(
    "unreachable",
    `The mail server cannot be reached (${said}). Check host, port and network.`,
    {
      cause,
    },
  );
}
