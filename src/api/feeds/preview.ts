import type { WebSocket } from "@fastify/websocket";
import type { CaptureSource, PreviewFrame } from "../../capture/capture.ts";
import { decodePainted, encodePreviewHeader } from "./preview-frame.ts";

/** Frames on their way to one client: one being decoded, one behind it. */
const maxUnpainted = 2;
/** A client that acknowledges but does not read (a stalled tunnel) is not fed more than this. */
const maxBufferedBytes = 4 * 1024 * 1024;

/** Feeds one client the newest frames it can paint. A slow client misses frames and never slows anybody down. `isKiosk`: the screen of the box. */
export function feedPreview(socket: WebSocket, source: CaptureSource, isKiosk: boolean): void {
  const unpainted: { epoch: number; seq: number }[] = [];
  let newest: PreviewFrame | undefined;

  const sendNewest = (): void => {
    if (newest === undefined || unpainted.length >= maxUnpainted || socket.bufferedAmount > maxBufferedBytes) return;
    const { epoch, seq, jpeg } = newest;
    const header = encodePreviewHeader(newest);
    newest = undefined;
    unpainted.push({ epoch, seq });
    socket.send(Buffer.concat([header, jpeg]), { binary: true }, () => {});
  };

  const unsubscribe = source.onPreview((frame) => {
    newest = frame;
    sendNewest();
  });
  socket.on("message", (message: Buffer, isBinary: boolean) => {
    const painted = isBinary ? decodePainted(message) : undefined;
    if (painted === undefined) return;
    // What was painted settles everything sent before it: a client may skip frames.
    const index = unpainted.findIndex((frame) => frame.epoch === painted.epoch && frame.seq === painted.seq);
    if (index < 0) return;
    unpainted.splice(0, index + 1);
    source.painted(painted, isKiosk);
    sendNewest();
  });
  socket.on("close", unsubscribe);
  socket.on("error", () => socket.terminate());
}
