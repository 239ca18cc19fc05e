import { JpegError } from "./jpeg.ts";

const frameHeaderBytes = 19;
const components = 3;
/** With its marker, of a scan of all three components. */
const scanHeaderBytes = 8 + 2 * components;

/**
 * Checks that this is a whole JPEG-LS picture (ITU-T T.87) of 8 bits and three components without loss, and gives its size
 * in pixels. Throws JpegError, saying what it is instead.
 */
export function readJpegLs(bytes: Buffer): { readonly width: number; readonly height: number } {
  const isWhole = bytes.length > frameHeaderBytes + 4 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
  if (!isWhole || bytes.readUInt16BE(0) !== 0xffd8) throw new JpegError("the JPEG-LS picture is cut off");
  let size: { width: number; height: number } | undefined;
  for (let at = 2; at + 4 <= bytes.length; at += 2 + bytes.readUInt16BE(at + 2)) {
    const marker = bytes.readUInt16BE(at);
    // SOF55, T.87 C.2.2: length, precision, lines, samples a line, components.
    if (marker === 0xfff7 && at + frameHeaderBytes <= bytes.length) {
      if (bytes.readUInt8(at + 4) !== 8 || bytes.readUInt8(at + 9) !== components)
        throw new JpegError("the JPEG-LS picture is not of 8 bits and three components");
      size = { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker === 0xffda && size !== undefined) {
      checkScan(bytes.subarray(at));
      return size;
    }
    if (marker < 0xffc0 || marker === 0xffda) break;
  }
  throw new JpegError("the picture is no JPEG-LS");
}

/**
 * SOS, T.87 C.2.3: length, components, two bytes for each of them, NEAR, interleaving, point transform. Any error that the
 * encoder was allowed to make, and any bits that were shifted out, is a loss which `.80` must not hide.
 */
function checkScan(scan: Buffer): void {
  if (scan.length < scanHeaderBytes || scan.readUInt8(4) !== components)
    throw new JpegError("the JPEG-LS picture is not one scan of its three components");
  const [near, pointTransform] = [scan.readUInt8(5 + 2 * components), scan.readUInt8(7 + 2 * components)];
  if (near !== 0 || pointTransform !== 0) throw new JpegError("the JPEG-LS picture is not without loss");
}
