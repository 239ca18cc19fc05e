import type { SourceState } from "../../src/api/schemas.ts";

/** What the live picture is worth at this moment. */
export type LiveState =
  | "connecting"
  | "no-source"
  | "live"
  | "frozen"
  | "no-signal"
  | "starting"
  | "restarting"
  | "refused"
  | "link-lost";

interface Seen {
  readonly link: "connecting" | "up" | "lost";
  /** Undefined: the box has not said yet. Null: there is none. */
  readonly source: Pick<SourceState, "state"> | null | undefined;
  /** Of the picture on the canvas: none yet, younger than STALE_AFTER_MS, or older. */
  readonly freshness: "none" | "fresh" | "old";
  /** What the last painted frame's header said. */
  readonly signal: boolean;
  readonly frozen: boolean;
}

/** The worst thing first: a picture that only looks live is the hazard. */
export function liveState(seen: Seen): LiveState {
  if (seen.link === "lost") return "link-lost";
  if (seen.source === undefined) return "connecting";
  if (seen.source === null) return "no-source";
  const fresh = seen.freshness === "fresh";
  switch (seen.source.state) {
    case "no-signal":
    case "refused":
    case "restarting":
      // The news is slower than the picture: frames with a signal win.
      if (!fresh || !seen.signal) return seen.source.state;
      break;
    case "starting":
      if (!fresh) return "starting";
      break;
    case "live":
      if (seen.freshness === "none") return "connecting";
      break;
    default:
      return seen.source.state satisfies never;
  }
  if (!seen.signal) return "no-signal";
  return fresh && !seen.frozen ? "live" : "frozen";
}

/** CAPTURE and RECORD are inert only where there is no picture to keep; a doubtful one is the box's to judge. */
export function canCapture(state: LiveState): boolean {
  return state === "live" || state === "frozen" || state === "link-lost";
}
