import { openSocket } from "../api/socket.ts";
import type { Line } from "../api/transport.ts";
import { type PreviewFrame, paintedMessage, parsePreviewFrame } from "./frame-header.ts";

/** The box's own screen is opened with `?kiosk`: what it paints is what a foot switch means. */
const isKiosk = typeof location !== "undefined" && new URLSearchParams(location.search).has("kiosk");

export interface PreviewOptions {
  readonly source: string;
  readonly canvas: HTMLCanvasElement;
  readonly signal: AbortSignal;
  /** After the frame is on the canvas. */
  readonly onPainted: (frame: PreviewFrame) => void;
}

/** No message for this long on an open socket: it may be half-open, so a new one is tried. */
const SILENT_MS = 4000;

/**
 * Paints the newest frame of a source until the signal aborts; frames that come while one is being decoded or waits
 * for the screen are skipped. The frame's id is on the canvas (`data-epoch`, `data-seq`) before its pixels are seen.
 */
export function runPreview({ source, canvas, signal, onPainted }: PreviewOptions): void {
  const context = canvas.getContext("2d", { alpha: false });
  if (!context) throw new Error("this browser has no 2d canvas");
  let arrived: PreviewFrame | undefined;
  let ready: { frame: PreviewFrame; bitmap: ImageBitmap } | undefined;
  let decoding = false;
  let requested = 0;
  let heardAt = performance.now();
  let socket: Line | undefined;

  const paint = (): void => {
    requested = 0;
    if (!ready) return;
    const { frame, bitmap } = ready;
    ready = undefined;
    if (canvas.width !== bitmap.width) canvas.width = bitmap.width;
    if (canvas.height !== bitmap.height) canvas.height = bitmap.height;
    canvas.dataset.epoch = String(frame.epoch);
    canvas.dataset.seq = String(frame.seq);
    window.__scopeline = { painted: { source, epoch: frame.epoch, seq: frame.seq } };
    if (frame.signal) {
      context.drawImage(bitmap, 0, 0);
    } else {
      context.fillStyle = "#000";
      context.fillRect(0, 0, canvas.width, canvas.height);
    }
    bitmap.close();
    if (socket?.readyState === WebSocket.OPEN) socket.send(paintedMessage(frame));
    onPainted(frame);
  };

  const decode = async (): Promise<void> => {
    if (decoding) return;
    decoding = true;
    while (arrived && !signal.aborted) {
      const frame = arrived;
      arrived = undefined;
      const bitmap = await createImageBitmap(new Blob([frame.jpeg], { type: "image/jpeg" })).catch(() => undefined);
      // A frame that cannot be decoded is a frame not painted.
      if (!bitmap) continue;
      ready?.bitmap.close();
      ready = { frame, bitmap };
      requested ||= requestAnimationFrame(paint);
    }
    decoding = false;
  };

  const reconnect = openSocket({
    path: `sources/${encodeURIComponent(source)}/preview${isKiosk ? "?kiosk=1" : ""}`,
    signal,
    onOpen: (opened) => {
      socket = opened;
      heardAt = performance.now();
    },
    onMessage: ({ data }) => {
      heardAt = performance.now();
      const frame = data instanceof ArrayBuffer ? parsePreviewFrame(data) : null;
      if (!frame) return;
      arrived = frame;
      void decode();
    },
  });

  const watch = setInterval(() => {
    // A hidden page paints nothing, so the box rightly sends nothing.
    if (document.hidden || performance.now() - heardAt < SILENT_MS) return;
    heardAt = performance.now();
    reconnect();
  }, 1000);
  signal.addEventListener(
    "abort",
    () => {
      clearInterval(watch);
      cancelAnimationFrame(requested);
      ready?.bitmap.close();
      ready = undefined;
      delete window.__scopeline;
    },
    { once: true },
  );
}
