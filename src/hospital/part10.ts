import { explicitLittleEndian } from "./uids.ts";

export interface FileMeta {
  readonly sopClassUid: string;
  readonly sopInstanceUid: string;
  readonly transferSyntaxUid: string;
  /** AE title of the sender (0002,0016), at most 16 characters. */
  readonly sourceAeTitle: string;
}

/** The preamble, `DICM` and the File Meta Information before a data set that is kept as it came (PS3.10 7.1). */
export function part10Header(meta: FileMeta): Buffer {
  const elements = Buffer.concat([
    element(0x0001, "OB", Buffer.from([0, 1])),
    element(0x0002, "UI", uid(meta.sopClassUid)),
    element(0x0003, "UI", uid(meta.sopInstanceUid)),
    element(0x0010, "UI", uid(meta.transferSyntaxUid || explicitLittleEndian)),
    element(0x0012, "UI", uid("2.25.290218716236187043512330943421877240953")),
    element(0x0013, "SH", text("SIMHOSPITAL")),
    element(0x0016, "AE", text(meta.sourceAeTitle)),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(elements.length);
  return Buffer.concat([Buffer.alloc(128), Buffer.from("DICM"), element(0x0000, "UL", length), elements]);
}

/** Reads back what `part10Header` wrote. `headerBytes`: where the data set begins. */
export function readPart10Header(head: Buffer): { meta: FileMeta; headerBytes: number } {
  const headerBytes = 144 + head.readUInt32LE(140);
  const values = new Map<number, string>();
  for (let at = 144; at < headerBytes; ) {
    const long = head.toString("latin1", at + 4, at + 6) === "OB";
    const start = at + (long ? 12 : 8);
    const end = start + (long ? head.readUInt32LE(at + 8) : head.readUInt16LE(at + 6));
    values.set(head.readUInt16LE(at + 2), head.toString("latin1", start, end).replace(/[\0 ]+$/, ""));
    at = end;
  }
  const value = (number: number): string => values.get(number) ?? "";
  const meta = { sopClassUid: value(0x0002), sopInstanceUid: value(0x0003), transferSyntaxUid: value(0x0010) };
  return { meta: { ...meta, sourceAeTitle: value(0x0016) }, headerBytes };
}

/** One element of group 0002, Explicit VR Little Endian (PS3.5 7.1.2); OB has the longer header. */
function element(number: number, vr: "OB" | "UI" | "SH" | "AE" | "UL", value: Buffer): Buffer {
  const long = vr === "OB";
  const header = Buffer.alloc(long ? 12 : 8);
  header.writeUInt16LE(0x0002, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, "latin1");
  if (long) header.writeUInt32LE(value.length, 8);
  else header.writeUInt16LE(value.length, 6);
  return Buffer.concat([header, value]);
}

/** Values have an even length: UIDs are padded with NUL, text with a space (PS3.5 6.2). */
function uid(value: string): Buffer {
  return Buffer.from(value.length % 2 ? `${value}\0` : value, "latin1");
}

function text(value: string): Buffer {
  return Buffer.from(value.length % 2 ? `${value} ` : value, "latin1");
}
