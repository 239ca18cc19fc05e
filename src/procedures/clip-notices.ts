import type { Capture } from "./procedure.ts";

/** `0:12`, `1:02:05`: as the player shows it. */
export function clockOf(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const rest = String(seconds % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${rest}` : `${minutes}:${rest}`;
}

/** Where in a clip its losses are is not kept: what is cut out of it may have some of them, or none. */
export function lostWords({ number, lostFrames }: Pick<Capture, "number" | "lostFrames">): string {
  if (!lostFrames) return "";
  return `In clip ${number}, ${lostFrames === 1 ? "1 frame" : `${lostFrames} frames`} of the source ${lostFrames === 1 ? "is" : "are"} missing; maybe here.`;
}

/** Below this nobody sees the difference; a tenth of a second is what is said. */
const worthSayingMs = 50;

/** What was cut, and how much more than was asked for it is. */
export function cutNotice(
  clipNumber: number,
  asked: { readonly fromMs: number; readonly toMs: number },
  { startMs, endMs }: { readonly startMs: number; readonly endMs: number },
): string {
  const cut = `Cut from clip ${clipNumber}, ${clockOf(asked.fromMs)} to ${clockOf(asked.toMs)}`;
  const early = asked.fromMs - startMs;
  const late = endMs - asked.toMs;
  const more = [
    early >= worthSayingMs ? `begins ${(early / 1000).toFixed(1)} s earlier` : "",
    late >= worthSayingMs ? `ends ${(late / 1000).toFixed(1)} s later` : "",
  ].filter(Boolean);
  return more.length === 0 ? `${cut}.` : `${cut}; at key frames, so it ${more.join(" and ")}.`;
}
