interface Written {
  readonly type: number;
  readonly code: number;
  readonly value: number;
  readonly seconds?: number;
  readonly microseconds?: number;
}

/** One `struct input_event`, as a 64-bit kernel writes it. */
export function inputEvent({ type, code, value, seconds = 0, microseconds = 0 }: Written): Buffer {
  const bytes = Buffer.alloc(24);
  bytes.writeBigInt64LE(BigInt(seconds), 0);
  bytes.writeBigInt64LE(BigInt(microseconds), 8);
  bytes.writeUInt16LE(type, 16);
  bytes.writeUInt16LE(code, 18);
  bytes.writeInt32LE(value, 20);
  return bytes;
}
