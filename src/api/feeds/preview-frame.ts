/**
 * The binary message of the preview feed, big-endian, 24 bytes and then the JPEG:
 *
 * | offset | type | what                                             |
 * |--------|------|--------------------------------------------------|
 * | 0      | u8   | version, 1                                       |
 * | 1      | u8   | flags: 1 signal, 2 recording, 4 every frame is   |
 * |        |      | the same, 8 not every frame is shown             |
 * | 2, 4   | u16  | width and height of this JPEG, pixels            |
 * | 6      | u16  | index of the source                              |
 * | 8      | u32  | sequence number of the frame                     |
 * | 12     | u32  | epoch: one per start of the source               |
 * | 16     | f64  | when it was captured, ms since the Unix epoch    |
 *
 * The client answers each frame that it has painted with 8 bytes: u32 epoch, u32 sequence number.
 */
export const previewHeaderBytes = 24;
export const paintedMessageBytes = 8;

export interface PreviewHeader {
  readonly source: number;
  readonly epoch: number;
  readonly seq: number;
  readonly capturedAtMs: number;
  readonly width: number;
  readonly height: number;
  /** previewFlags, added. */
  readonly flags: number;
}

export function encodePreviewHeader(header: PreviewHeader): Buffer {
  const bytes = Buffer.alloc(previewHeaderBytes);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt8(1 | header.flags, 1);
  bytes.writeUInt16BE(header.width, 2);
  bytes.writeUInt16BE(header.height, 4);
  bytes.writeUInt16BE(header.source, 6);
  bytes.writeUInt32BE(header.seq, 8);
  bytes.writeUInt32BE(header.epoch, 12);
  bytes.writeDoubleBE(header.capturedAtMs, 16);
  return bytes;
}

/** Which frame a client says it painted; undefined for anything else. */
export function decodePainted(message: Buffer): { epoch: number; seq: number } | undefined {
  if (message.length !== paintedMessageBytes) return undefined;
  return { epoch: message.readUInt32BE(0), seq: message.readUInt32BE(4) };
}
