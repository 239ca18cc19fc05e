/**
 * FLV (Adobe Flash Video File Format Specification, version 10.1, annex E) of one H.264 stream: of the containers that
 * ffmpeg reads from a pipe without looking ahead, the one which keeps the time it was given and remembers nothing.
 */

const videoTag = 9;
const avc = 7;
const [keyFrame, interFrame] = [1, 2];
const [sequenceHeader, nalus] = [0, 1];

/** Times are 32 bits of milliseconds, and readers take them as signed. */
export const longestFlvMs = 2 ** 31 - 1;
/** Sizes are 24 bits. */
export const largestFlvBytes = 2 ** 24 - 6;

/** The head of a stream with nothing but video, and its configuration (AVCDecoderConfigurationRecord). */
export function flvHead(configuration: Buffer): Buffer {
  const file = Buffer.from([0x46, 0x4c, 0x56, 1, 1, 0, 0, 0, 9, 0, 0, 0, 0]);
  return Buffer.concat([file, tag(0, keyFrame, sequenceHeader, configuration)]);
}

/** One picture: NAL units behind their lengths, at this time in ms. */
export function flvPicture(timeMs: number, isKey: boolean, sample: Buffer): Buffer {
  return tag(timeMs, isKey ? keyFrame : interFrame, nalus, sample);
}

function tag(timeMs: number, frameType: number, packetType: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeUInt8(videoTag, 0);
  head.writeUIntBE(5 + body.length, 1, 3);
  head.writeUIntBE(timeMs & 0xffffff, 4, 3);
  head.writeUInt8((timeMs >>> 24) & 0xff, 7);
  head.writeUInt8(frameType * 16 + avc, 11);
  head.writeUInt8(packetType, 12);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(11 + 5 + body.length);
  return Buffer.concat([head, body, size]);
}
