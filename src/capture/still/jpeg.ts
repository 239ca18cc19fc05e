/** JPEG files (ITU-T T.81), as far as keeping one needs. */

export class JpegError extends Error {}

export interface JpegFacts {
  readonly width: number;
  readonly height: number;
  readonly subsampling: "4:2:0" | "4:2:2" | "4:4:4";
  readonly hasHuffmanTables: boolean;
  /** Offset of the start of scan marker. */
  readonly scanAt: number;
}

const marker = { soi: 0xd8, eoi: 0xd9, sos: 0xda, dht: 0xc4, sof0: 0xc0, jpg: 0xc8, dac: 0xcc } as const;

/** Reads the header of a baseline JPEG with three components. Throws JpegError, saying what it is instead. */
export function readJpeg(bytes: Buffer): JpegFacts {
  if (bytes.length < 4 || bytes[0] !== 0xff || bytes[1] !== marker.soi) throw new JpegError("the picture is no JPEG");
  if (bytes[bytes.length - 2] !== 0xff || bytes[bytes.length - 1] !== marker.eoi) {
    throw new JpegError("the JPEG is cut off");
  }
  let hasHuffmanTables = false;
  let frame: Pick<JpegFacts, "width" | "height" | "subsampling"> | null = null;
  for (const { type, at, body } of segments(bytes)) {
    if (type === marker.dht) hasHuffmanTables = true;
    if (type === marker.sof0) frame = readFrame(body);
    else if (isOtherFrame(type)) throw new JpegError("the JPEG is not baseline");
    if (type !== marker.sos) continue;
    if (frame === null) throw new JpegError("the JPEG has no frame header");
    return { ...frame, hasHuffmanTables, scanAt: at };
  }
  throw new JpegError("the JPEG has no scan");
}

function isOtherFrame(type: number): boolean {
  return type > marker.sof0 && type <= 0xcf && type !== marker.dht && type !== marker.jpg && type !== marker.dac;
}

function* segments(bytes: Buffer): Generator<{ type: number; at: number; body: Buffer }> {
  let at = 2;
  while (at + 4 <= bytes.length) {
    if (bytes[at] !== 0xff) throw new JpegError("the JPEG header is broken");
    const type = bytes.readUInt8(at + 1);
    if (type === 0xff) {
      at += 1;
      continue;
    }
    const length = bytes.readUInt16BE(at + 2);
    if (length < 2 || at + 2 + length > bytes.length) throw new JpegError("the JPEG header is broken");
    yield { type, at, body: bytes.subarray(at + 4, at + 2 + length) };
    at += 2 + length;
  }
}

function readFrame(body: Buffer): Pick<JpegFacts, "width" | "height" | "subsampling"> {
  if (body.length < 15 || body.readUInt8(0) !== 8 || body.readUInt8(5) !== 3) {
    throw new JpegError("the JPEG is not of 8 bits and three components");
  }
  const [y, cb, cr] = [body.readUInt8(7), body.readUInt8(10), body.readUInt8(13)];
  const horizontal = (y >> 4) / (cb >> 4);
  const vertical = (y & 15) / (cb & 15);
  const subsampling = ({ "2/2": "4:2:0", "2/1": "4:2:2", "1/1": "4:4:4" } as const)[
    `${horizontal}/${vertical}` as "2/2"
  ];
  if (subsampling === undefined || cb !== cr) throw new JpegError("the JPEG has an unusual subsampling");
  return { width: body.readUInt16BE(3), height: body.readUInt16BE(1), subsampling };
}

/**
 * The JPEG as it ends: UVC cards pad their payload behind the end marker, or leave the marker out. Only what is no
 * picture is taken away, only the marker is added.
 */
export function withItsEnd(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 2 && (bytes[end - 1] === 0x00 || bytes[end - 1] === 0xff)) end -= 1;
  if (bytes[end - 2] === 0xff && bytes[end - 1] === marker.eoi)
    return end === bytes.length ? bytes : bytes.subarray(0, end);
  return Buffer.concat([bytes, Buffer.from([0xff, marker.eoi])]);
}

/** The JPEG with the Huffman tables that a UVC camera leaves out; the same bytes where it has its own. */
export function withHuffmanTables(card: Buffer): Buffer {
  const bytes = withItsEnd(card);
  const { hasHuffmanTables, scanAt } = readJpeg(bytes);
  if (hasHuffmanTables) return bytes;
  return Buffer.concat([bytes.subarray(0, scanAt), standardHuffmanTables(), bytes.subarray(scanAt)]);
}

/** The tables of T.81 K.3.3, which Motion JPEG leaves out (OpenDML; USB Video Class, MJPEG payload). */
function standardHuffmanTables(): Buffer {
  const dc = "000102030405060708090a0b";
  const tables = [
    `00${"00010501010101010100000000000000"}${dc}`,
    `10${"0002010303020403050504040000017d"}${luminanceAc}`,
    `01${"00030101010101010101010000000000"}${dc}`,
    `11${"00020102040403040705040400010277"}${chrominanceAc}`,
  ].join("");
  const body = Buffer.from(tables, "hex");
  const header = Buffer.from([0xff, marker.dht, 0, 0]);
  header.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([header, body]);
}

const luminanceAc =
  "01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a25262728292a3435363738393a" +
  "434445464748494a535455565758595a636465666768696a737475767778797a838485868788898a92939495969798999aa2a3a4a5a6a7a8a9" +
  "aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6d7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa";
const chrominanceAc =
  "0001020311040521310612415107617113223281081442" +
  "91a1b1c109233352f0156272d10a162434e125f11718191a262728292a35363738393a434445464748494a535455565758595a636465666768" +
  "696a737475767778797a82838485868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3" +
  "d4d5d6d7d8d9dae2e3e4e5e6e7e8e9eaf2f3f4f5f6f7f8f9fa";
