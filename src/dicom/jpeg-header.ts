import { DicomError } from "./error.ts";

export interface JpegHeader {
  readonly rows: number;
  readonly columns: number;
  readonly samplesPerPixel: number;
  readonly bitsPerSample: number;
  /** Baseline is what transfer syntax `.4.50` may hold. */
  readonly process: "baseline" | "other";
  readonly subsampling: "4:4:4" | "4:2:2" | "4:2:0" | "other";
  /**
   * YBR_FULL_422 for YCbCr of any subsampling: PS3.5 Table 8.2.1-1 gives JPEG Baseline in colour no other value than
   * this and RGB, and PS3.3 C.7.6.3.1.2 finds it harmless for 4:2:0. RGB only where an Adobe marker says so.
   */
  readonly photometricInterpretation: "YBR_FULL_422" | "RGB";
}

/** What a JPEG stream says about itself (ITU-T T.81 B.2); the first KB will do. Throws DicomError `malformed`. */
export function readJpegHeader(bytes: Uint8Array): JpegHeader {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (view.length < 4 || view.readUInt16BE(0) !== 0xffd8) throw malformed("it does not start as one");
  let isRgb = false;
  for (let at = 2; at + 4 <= view.length; ) {
    if (view[at] !== 0xff) throw malformed("a marker is missing");
    const marker = view[at + 1] ?? 0;
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const segment = view.subarray(at + 4, at + 2 + view.readUInt16BE(at + 2));
    if (marker === 0xee && segment.toString("latin1", 0, 5) === "Adobe" && segment.length >= 12)
      isRgb = segment[11] === 0;
    if (isFrameHeader(marker)) return frameHeader(marker, segment, isRgb);
    if (marker === 0xda || marker === 0xd9) break;
    at += 2 + view.readUInt16BE(at + 2);
  }
  throw malformed("it has no frame header");
}

/** SOF0 to SOF15 without DHT, JPG and DAC, which lie between them. */
function isFrameHeader(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function frameHeader(marker: number, segment: Buffer, isRgb: boolean): JpegHeader {
  const samplesPerPixel = segment[5] ?? 0;
  if (segment.length < 6 + 3 * samplesPerPixel) throw malformed("its frame header is cut off");
  const factors = Array.from({ length: samplesPerPixel }, (_, index) => segment[7 + 3 * index] ?? 0);
  return {
    rows: segment.readUInt16BE(1),
    columns: segment.readUInt16BE(3),
    samplesPerPixel,
    bitsPerSample: segment[0] ?? 0,
    process: marker === 0xc0 ? "baseline" : "other",
    subsampling: subsamplingOf(factors),
    photometricInterpretation: isRgb ? "RGB" : "YBR_FULL_422",
  };
}

/** From the sampling factors (horizontal in the high half of each byte), relative to the chroma's. */
function subsamplingOf(factors: readonly number[]): JpegHeader["subsampling"] {
  const [luma = 0, blue = 0, red = 0] = factors;
  if (factors.length !== 3 || blue !== red) return "other";
  const across = (luma >> 4) / (blue >> 4);
  const down = (luma & 0x0f) / (blue & 0x0f);
  if (across === 1 && down === 1) return "4:4:4";
  if (across === 2 && down === 1) return "4:2:2";
  return across === 2 && down === 2 ? "4:2:0" : "other";
}

function malformed(reason: string): DicomError {
  return new DicomError("malformed", `The picture is no JPEG that can be read: ${reason}.`);
}
