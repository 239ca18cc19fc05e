import { type RefObject, useEffect, useRef, useState } from "react";
import type { FrameId } from "../../src/api/schemas.ts";
import { boxNow } from "../lib/now.ts";
import type { PreviewFrame } from "./frame-header.ts";
import { runPreview } from "./preview.ts";
import { ageOf, isStale, type Shown } from "./stale.ts";

/** How good the picture on the canvas is; the frame itself is read at the press. */
export interface Picture {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** The frame on the glass now; undefined before the first. */
  readonly painted: () => FrameId | undefined;
  readonly freshness: "none" | "fresh" | "old";
  readonly signal: boolean;
  readonly frozen: boolean;
  /** Not every frame is shown: the box is overloaded. */
  readonly reduced: boolean;
}

type Seen = Pick<Picture, "freshness" | "signal" | "frozen" | "reduced">;

const NOTHING: Seen = { freshness: "none", signal: true, frozen: false, reduced: false };

interface Last extends Shown {
  readonly source: string;
  readonly frame: PreviewFrame;
}

function judge(last: Last | null): Seen {
  if (last === null) return NOTHING;
  const { signal, frozen, reduced } = last.frame;
  return {
    freshness: isStale({ ...last, frozen: false }, performance.now()) ? "old" : "fresh",
    signal,
    frozen,
    reduced,
  };
}

function isSame(a: Seen, b: Seen): boolean {
  return a.freshness === b.freshness && a.signal === b.signal && a.frozen === b.frozen && a.reduced === b.reduced;
}

/** Runs the preview of a source on a canvas; renders only when what the screen says about the picture changes. */
export function usePicture(source: string | undefined): Picture {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Last | null>(null);
  const [seen, setSeen] = useState(NOTHING);

  useEffect(() => {
    if (source === undefined || !canvas.current) return;
    const stop = new AbortController();
    const glass = canvas.current;
    runPreview({
      source,
      canvas: glass,
      signal: stop.signal,
      onPainted: (frame) => {
        const ageAtPaintMs = ageOf(frame.capturedAt, boxNow());
        last.current = { source, frame, frozen: frame.frozen, ageAtPaintMs, paintedAtMs: performance.now() };
      },
    });
    let requested = 0;
    let said = NOTHING;
    const look = (): void => {
      requested = requestAnimationFrame(look);
      // On the element itself: a render may come too late for the eye.
      glass.toggleAttribute("data-stale", isStale(last.current, performance.now()));
      const now = judge(last.current);
      if (isSame(said, now)) return;
      said = now;
      setSeen(now);
    };
    look();
    return () => {
      cancelAnimationFrame(requested);
      glass.removeAttribute("data-stale");
      setSeen(NOTHING);
      stop.abort();
      last.current = null;
    };
  }, [source]);

  const painted = (): FrameId | undefined => {
    const now = last.current;
    return now ? { source: now.source, epoch: now.frame.epoch, seq: now.frame.seq } : undefined;
  };
  return { canvas, painted, ...seen };
}
