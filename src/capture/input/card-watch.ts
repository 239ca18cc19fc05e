/** Asks a video card now and then what arrives at its socket, for as long as it has something to tell. */
import { setTimeout as sleep } from "node:timers/promises";
import type { CardSignal } from "../../devices/devices.ts";

/** What arrives at the socket of this device node. Never rejects, and has a time limit of its own. */
export type AskCard = (device: string) => Promise<CardSignal>;

export interface CardWatchOptions {
  readonly ask: AskCard;
  /** The device node and which life of the source it is read in; null: there is none now. */
  readonly place: () => { readonly device: string; readonly epoch: number } | null;
  readonly signal: AbortSignal;
  readonly onSignal: (card: CardSignal) => void;
  readonly everyMs?: number;
}

const askEveryMs = 3000;
/** A driver that hangs is asked ever more seldom: each question may leave a process behind. */
const mostSeldomMs = 60_000;

/** Ends with the signal. A card that does not tell is asked once in each life of the source, for it may be another card. */
export async function watchCard(options: CardWatchOptions): Promise<void> {
  const { ask, place, signal, onSignal, everyMs = askEveryMs } = options;
  let pauseMs = everyMs;
  let deaf: string | null = null;
  for (;;) {
    await sleep(pauseMs, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const at = place();
    const key = at === null ? null : `${at.device} ${at.epoch}`;
    if (at === null || key === deaf) continue;
    const card = await ask(at.device);
    if (signal.aborted) return;
    if (card.kind === "not-told") deaf = key;
    pauseMs = card.kind === "unknown" ? Math.min(pauseMs * 2, Math.max(everyMs, mostSeldomMs)) : everyMs;
    onSignal(card);
  }
}
