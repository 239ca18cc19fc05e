import { type RefObject, useEffect, useRef, useState } from "react";
import type { FrameId } from "../../src/api/schemas.ts";
import type { PreviewFrame } from "./frame-header.ts";
import { FROZEN_AFTER_MS } from "./live-state.ts";
import { runPreview } from "./preview.ts";

/** How good the picture on the canvas is; the frame itself is read at the press. */
export interface Picture {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  /** The frame on the glass now; undefined before the first. */
  readonly painted: () => FrameId | undefined;
  readonly freshness: "none" | "fresh" | "old";
  readonly signal: boolean;
  readonly frozen: boolean;
}

type Seen = Pick<Picture, "freshness" | "signal" | "frozen">;

const LOOK_EVERY_MS = 100;
const NOTHING: Seen = { freshness: "none", signal: true, frozen: false };

interface Last {
  readonly source: string;
  readonly frame: PreviewFrame;
  readonly at: number;
}

function judge(last: Last | null): Seen {
  if (last === null) return NOTHING;
  const freshness = performance.now() - last.at > FROZEN_AFTER_MS ? "old" : "fresh";
  return { freshness, signal: last.frame.signal, frozen: last.frame.frozen };
}

/** Runs the preview of a source on a canvas; renders only when what the screen says about the picture changes. */
export function usePicture(source: string | undefined): Picture {
  const canvas = useRef<HTMLCanvasElement>(null);
  const last = useRef<Last | null>(null);
  const [seen, setSeen] = useState(NOTHING);

  useEffect(() => {
    if (source === undefined || !canvas.current) return;
    const stop = new AbortController();
    runPreview({
      source,
      canvas: canvas.current,
      signal: stop.signal,
      onPainted: (frame) => {
        last.current = { source, frame, at: performance.now() };
      },
    });
    const timer = setInterval(() => {
      const now = judge(last.current);
      setSeen((before) =>
        before.freshness === now.freshness && before.signal === now.signal && before.frozen === now.frozen
          ? before
          : now,
      );
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
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
