import { JpegError } from "./jpeg.ts";

const frameHeaderBytes = 19;

/**
 * Checks that this is a whole JPEG-LS picture (ITU-T T.87) of 8 bits and three components, and gives its size in pixels.
 * Throws JpegError, saying what it is instead.
 */
export function readJpegLs(bytes: Buffer): { readonly width: number; readonly height: number } {
  const isWhole = bytes.length > frameHeaderBytes + 4 && bytes.readUInt16BE(bytes.length - 2) === 0xffd9;
  if (!isWhole || bytes.readUInt16BE(0) !== 0xffd8) throw new JpegError("the JPEG-LS picture is cut off");
  let at = 2;
  while (at + frameHeaderBytes <= bytes.length) {
    const marker = bytes.readUInt16BE(at);
    // SOF55, T.87 C.2.2: length, precision, lines, samples a line, components.
    if (marker === 0xfff7) {
      if (bytes.readUInt8(at + 4) !== 8 || bytes.readUInt8(at + 9) !== 3)
        throw new JpegError("the JPEG-LS picture is not of 8 bits and three components");
      return { height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    }
    if (marker < 0xffc0) break;
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  throw new JpegError("the picture is no JPEG-LS");
}
