/** One message of `/api/sources/{id}/preview`: a 24-byte big-endian header, then a JPEG. */
export interface PreviewFrame {
  readonly signal: boolean;
  readonly recording: boolean;
  /** The source itself says that its picture stands still. */
  readonly frozen: boolean;
  /** The box is overloaded and does not show every frame. */
  readonly reduced: boolean;
  readonly width: number;
  readonly height: number;
  readonly sourceIndex: number;
  readonly seq: number;
  readonly epoch: number;
  /** The box's clock, ms since the Unix epoch. */
  readonly capturedAt: number;
  readonly jpeg: Uint8Array<ArrayBuffer>;
}

const HEADER_BYTES = 24;
const VERSION = 1;

/** Null for a message of another version, or one too short to be a frame. */
export function parsePreviewFrame(message: ArrayBuffer): PreviewFrame | null {
  if (message.byteLength < HEADER_BYTES) return null;
  const view = new DataView(message);
  if (view.getUint8(0) !== VERSION) return null;
  const flags = view.getUint8(1);
  return {
    signal: (flags & 1) !== 0,
    recording: (flags & 2) !== 0,
    frozen: (flags & 4) !== 0,
    reduced: (flags & 8) !== 0,
    width: view.getUint16(2),
    height: view.getUint16(4),
    sourceIndex: view.getUint16(6),
    seq: view.getUint32(8),
    epoch: view.getUint32(12),
    capturedAt: view.getFloat64(16),
    jpeg: new Uint8Array(message, HEADER_BYTES),
  };
}

/** What the screen answers for a frame it has painted; the box takes it as credit for the next one. */
export function paintedMessage(frame: Pick<PreviewFrame, "epoch" | "seq">): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(8));
  view.setUint32(0, frame.epoch);
  view.setUint32(4, frame.seq);
  return view.buffer;
}
