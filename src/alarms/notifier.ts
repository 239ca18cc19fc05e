import type { AlarmMessage } from "./told.ts";

/** A way to tell somebody who is not at the screen. */
export interface Notifier {
  /** Of this channel, for good: what was told is remembered under it. */
  readonly channel: "webhook" | "email";
  /** Resolves when the other side has taken the message. Throws NotifierError; ends in bounded time. */
  send(message: AlarmMessage, signal: AbortSignal): Promise<void>;
}

export type NotifierErrorCode = "unreachable" | "timeout" | "tls" | "refused" | "secret-file" | "cancelled";

/** Why nobody could be told; the message says what to check, and never the other side's words or a secret. */
export class NotifierError extends Error {
  readonly code: NotifierErrorCode;

  constructor(code: NotifierErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "NotifierError";
    this.code = code;
  }
}
