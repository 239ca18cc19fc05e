/** Fragmented MP4 (ISO/IEC 14496-12, 14496-15) of one H.264 track, the picture's number its time: as ffmpeg writes our clips. */

/** What a track is made of. */
export interface TrackShape {
  readonly width: number;
  readonly height: number;
  /** The rate: the time scale, and what a picture lasts in it. */
  readonly fpsNum: number;
  readonly fpsDen: number;
  readonly sps: Buffer;
  readonly pps: readonly Buffer[];
}

export interface Sample {
  /** NAL units behind their lengths in four bytes. */
  readonly bytes: Buffer;
  readonly isKey: boolean;
}

const box = (type: string, ...parts: readonly Buffer[]): Buffer => {
  const size = parts.reduce((sum, part) => sum + part.length, 8);
  return Buffer.concat([u32(size), Buffer.from(type, "latin1"), ...parts]);
};
const fullBox = (type: string, version: number, flags: number, ...parts: readonly Buffer[]): Buffer =>
  box(type, u32(version * 2 ** 24 + flags), ...parts);

const identity = [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000];
const nonSync = 0x01010000;
const sync = 0x02000000;

/** NAL units behind their lengths in four bytes (14496-15 5.3.2). */
export function withLengths(nals: readonly Buffer[]): Buffer {
  return Buffer.concat(nals.flatMap((nal) => [u32(nal.length), nal]));
}

/** AVCDecoderConfigurationRecord (14496-15 5.3.3.1) of 4:2:0 with 8 bits. */
export function avcConfiguration({ sps, pps }: Pick<TrackShape, "sps" | "pps">): Buffer {
  const sized = (nal: Buffer): Buffer[] => [u16(nal.length), nal];
  const head = Buffer.from([1, sps.readUInt8(1), sps.readUInt8(2), sps.readUInt8(3), 0xff, 0xe1]);
  const tail = Buffer.from([0xfd, 0xf8, 0xf8, 0]);
  return Buffer.concat([head, ...sized(sps), Buffer.from([pps.length]), ...pps.flatMap(sized), tail]);
}

/** `ftyp` and `moov`. */
export function initSegment(track: TrackShape): Buffer {
  const { width, height, fpsNum, fpsDen } = track;
  const entry = box(
    "avc1",
    Buffer.from([0, 0, 0, 0, 0, 0, 0, 1]),
    Buffer.alloc(16),
    ...[u16(width), u16(height), u32(0x480000), u32(0x480000), u32(0), u16(1), Buffer.alloc(32), u16(24), u16(0xffff)],
    box("avcC", avcConfiguration(track)),
  );
  const empty = (type: string): Buffer => fullBox(type, 0, 0, u32(0));
  const table = box(
    "stbl",
    fullBox("stsd", 0, 0, u32(1), entry),
    ...[empty("stts"), empty("stsc"), fullBox("stsz", 0, 0, u32(0), u32(0)), empty("stco")],
  );
  const media = box(
    "minf",
    fullBox("vmhd", 0, 1, Buffer.alloc(8)),
    box("dinf", fullBox("dref", 0, 0, u32(1), fullBox("url ", 0, 1))),
    table,
  );
  const handler = fullBox(
    "hdlr",
    0,
    0,
    u32(0),
    Buffer.from("vide", "latin1"),
    Buffer.alloc(12),
    Buffer.from("video\0"),
  );
  const mdhd = fullBox("mdhd", 0, 0, u32(0), u32(0), u32(fpsNum), u32(0), u16(0x55c4), u16(0));
  const matrix = identity.map(u32);
  const tkhd = fullBox(
    "tkhd",
    0,
    3,
    ...[u32(0), u32(0), u32(1), u32(0), u32(0), Buffer.alloc(16), ...matrix, u32(width * 65536), u32(height * 65536)],
  );
  const mvhd = fullBox(
    "mvhd",
    0,
    0,
    ...[u32(0), u32(0), u32(1000), u32(0), u32(0x10000), u16(0x100), Buffer.alloc(10), ...matrix],
    ...[Buffer.alloc(24), u32(2)],
  );
  const trex = fullBox("trex", 0, 0, u32(1), u32(1), u32(fpsDen), u32(0), u32(0));
  const brands = Buffer.from("iso5iso6mp41", "latin1");
  return Buffer.concat([
    box("ftyp", Buffer.from("iso5", "latin1"), u32(512), brands),
    box("moov", mvhd, box("trak", tkhd, box("mdia", mdhd, handler, media)), box("mvex", trex)),
  ]);
}

/** `moof` and `mdat` of pictures in a row, the first with the number `firstSeq`. `sequence`: counts fragments from 1. */
export function fragmentOf(
  { fpsDen }: Pick<TrackShape, "fpsDen">,
  sequence: number,
  firstSeq: number,
  samples: readonly Sample[],
): Buffer {
  const bytes = samples.map((sample) => sample.bytes);
  const entries = samples.map(({ bytes: { length }, isKey }) =>
    Buffer.concat([u32(fpsDen), u32(length), u32(isKey ? sync : nonSync)]),
  );
  const moof = (dataOffset: number): Buffer =>
    box(
      "moof",
      fullBox("mfhd", 0, 0, u32(sequence)),
      box(
        "traf",
        fullBox("tfhd", 0, 0x20000, u32(1)),
        fullBox("tfdt", 1, 0, u64(firstSeq * fpsDen)),
        fullBox("trun", 0, 0x701, u32(samples.length), u32(dataOffset), ...entries),
      ),
    );
  return Buffer.concat([moof(moof(0).length + 8), box("mdat", ...bytes)]);
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(value));
  return bytes;
}
