import { previewHeaderBytes } from "../../src/api/feeds/preview-frame.ts";

export interface FrameWatch extends Disposable {
  /** The newest frame the box showed; -1 before the first. `atMs` is when it was captured. */
  newest(): { readonly seq: number; readonly atMs: number };
}

/** Looks at the preview as a screen does, and acknowledges each frame. */
export function watchFrames(boxUrl: string): FrameWatch {
  const socket = new WebSocket(`${boxUrl.replace(/^http/, "ws")}/api/sources/scope/preview`);
  socket.binaryType = "arraybuffer";
  let newest = { seq: -1, atMs: 0 };
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    if (!(data instanceof ArrayBuffer) || data.byteLength < previewHeaderBytes) return;
    const header = Buffer.from(data);
    const [seq, epoch] = [header.readUInt32BE(8), header.readUInt32BE(12)];
    newest = { seq, atMs: header.readDoubleBE(16) };
    const painted = Buffer.alloc(8);
    painted.writeUInt32BE(epoch, 0);
    painted.writeUInt32BE(seq, 4);
    socket.send(painted);
  });
  return {
    newest: () => newest,
    [Symbol.dispose]: () => socket.close(),
  };
}
