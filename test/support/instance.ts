import { writeFile } from "node:fs/promises";

export interface TestInstance {
  readonly sopInstanceUid: string;
  readonly sopClassUid?: string;
  readonly transferSyntaxUid?: string;
  readonly patientId?: string;
  /** Of the one fragment of pixel data; even. */
  readonly pixelBytes?: number;
}

export const vlMicroscopic = "1.2.840.10008.5.1.4.1.1.77.1.2";
export const videoMicroscopic = "1.2.840.10008.5.1.4.1.1.77.1.2.1";
export const jpegBaseline = "1.2.840.10008.1.2.4.50";
export const h264Level41 = "1.2.840.10008.1.2.4.102";
export const h264Level42 = "1.2.840.10008.1.2.4.104";

/** Where the data set begins in a file that `writeInstance` wrote. */
export function dataSetStart(file: Buffer): number {
  return 144 + file.readUInt32LE(140);
}

/** Writes a small Part 10 file, encoded here by hand, whose pixel data is one fragment that no decoder would like. */
export async function writeInstance(file: string, instance: TestInstance): Promise<void> {
  const { sopInstanceUid, patientId = "TEST-1", pixelBytes = 200_000 } = instance;
  const { sopClassUid = vlMicroscopic, transferSyntaxUid = jpegBaseline } = instance;
  const meta = Buffer.concat([
    element(0x0002, 0x0001, "OB", Buffer.from([0, 1])),
    element(0x0002, 0x0002, "UI", sopClassUid),
    element(0x0002, 0x0003, "UI", sopInstanceUid),
    element(0x0002, 0x0010, "UI", transferSyntaxUid),
    element(0x0002, 0x0012, "UI", "2.25.1"),
  ]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(meta.length);
  const pixels = Buffer.alloc(pixelBytes, sopInstanceUid);
  const parts = [
    ...[Buffer.alloc(128), Buffer.from("DICM"), element(0x0002, 0x0000, "UL", length), meta],
    element(0x0008, 0x0016, "UI", sopClassUid),
    element(0x0008, 0x0018, "UI", sopInstanceUid),
    element(0x0010, 0x0010, "PN", "Test^Instance"),
    element(0x0010, 0x0020, "LO", patientId),
    element(0x0020, 0x000d, "UI", "2.25.2"),
    element(0x0020, 0x000e, "UI", "2.25.3"),
    Buffer.from("e07f10004f420000ffffffff", "hex"),
    ...[item(Buffer.alloc(0)), item(pixels), Buffer.from("feffdde000000000", "hex")],
  ];
  await writeFile(file, Buffer.concat(parts));
}

function item(value: Buffer): Buffer {
  const header = Buffer.from("feff00e000000000", "hex");
  header.writeUInt32LE(value.length, 4);
  return Buffer.concat([header, value]);
}

function element(group: number, number: number, vr: string, value: string | Buffer): Buffer {
  const text = typeof value === "string" ? Buffer.from(value, "latin1") : value;
  const padding = vr === "UI" ? 0 : 0x20;
  const even = text.length % 2 ? Buffer.concat([text, Buffer.of(padding)]) : text;
  const header = Buffer.alloc(vr === "OB" ? 12 : 8);
  header.writeUInt16LE(group, 0);
  header.writeUInt16LE(number, 2);
  header.write(vr, 4, "latin1");
  if (vr === "OB") header.writeUInt32LE(even.length, 8);
  else header.writeUInt16LE(even.length, 6);
  return Buffer.concat([header, even]);
}
