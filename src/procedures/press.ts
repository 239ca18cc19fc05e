import type { CaptureSource, FrameRef } from "../capture/capture.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { NewsFeed } from "../lib/news.ts";
import type { Database } from "../store/store.ts";
import type { Procedure } from "./procedure.ts";

/** A source and the device profile that its pictures are made under. */
export interface ProcedureSource {
  readonly source: CaptureSource;
  readonly profileId: string;
}

export interface Press {
  readonly procedure: Procedure;
  readonly source: ProcedureSource;
  /** The frame on the screen at the press; absent: the newest. */
  readonly frame?: FrameRef;
  /** Idempotency key: the same press told twice is one capture. */
  readonly key?: string;
  readonly actor: string;
  /** Something the surgeon should know besides what capturing itself reports. */
  readonly notice?: string;
  /** Of a clip: how long before the press it begins. */
  readonly lookBackMs?: number;
}

export interface CapturesOptions {
  readonly database: Database;
  readonly storageDirectory: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly news: NewsFeed;
}

export const joined = (...notices: (string | null | undefined)[]): string | null =>
  notices.filter(Boolean).join(" ") || null;

export function frameOf(press: Press): { frame?: FrameRef } {
  return press.frame === undefined ? {} : { frame: press.frame };
}
