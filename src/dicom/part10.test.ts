import { createHash } from "node:crypto";
import { mkdtemp, open, readdir, readFile, rm, symlink, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { encodeDataSet } from "./encode.ts";
import { encodeFileMeta, scopelineImplementation } from "./file-meta.ts";
import { readPart10, readPart10Meta } from "./part10-read.ts";
import { type Part10Input, writePart10 } from "./part10-write.ts";

const sopClassUid = "1.2.840.10008.5.1.4.1.1.77.1.2.1";
const sopInstanceUid = "1.2.3.4";
const transferSyntaxUid = "1.2.840.10008.1.2.4.102";
const dataSet = { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid, PatientName: "Müller", Rows: 8 };

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-part10-"));
});
afterEach(() => rm(folder, { recursive: true }));

async function inputOf(pixels: Uint8Array, change: Partial<Part10Input> = {}): Promise<Part10Input> {
  const path = join(folder, "pixels");
  await writeFile(path, pixels);
  const pixelData = { kind: "encapsulated", path, sizeBytes: pixels.length } as const;
  return { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData, ...change };
}

/** Bytes that differ everywhere, so that a chunk twice, missing or swapped is seen. */
function pattern(length: number): Buffer {
  const bytes = Buffer.alloc(length + 4);
  for (let at = 0; at < length; at += 4) bytes.writeUInt32LE(Math.imul(at + 1, 2654435761) >>> 0, at);
  return bytes.subarray(0, length);
}

describe("Part 10", () => {
  const chunk = 256 << 10;

  it.each([1, 2, 3, 4095, chunk - 1, chunk, chunk + 1, 5 * chunk + 7])(
    "%i bytes come back as they were",
    async (length) => {
      const pixels = pattern(length);
      const path = join(folder, "out.dcm");
      const written = await writePart10(path, await inputOf(pixels));
      const bytes = await readFile(path);
      expect(written).toEqual({ sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
      const read = await readPart10(path);
      expect(read.dataSet).toEqual({ ...dataSet, SpecificCharacterSet: "ISO_IR 192" });
      expect(read.pixelFragments).toHaveLength(1);
      const [fragment = { offset: 0, sizeBytes: 0 }] = read.pixelFragments;
      expect(fragment.sizeBytes).toBe(length + (length % 2));
      expect(bytes.subarray(fragment.offset, fragment.offset + length).equals(pixels)).toBe(true);
    },
  );

  it("has a preamble, an empty offset table, one even fragment and a delimiter", async () => {
    const path = join(folder, "out.dcm");
    await writePart10(path, await inputOf(Buffer.from("abc")));
    const bytes = await readFile(path);
    expect(bytes.subarray(0, 132)).toEqual(Buffer.concat([Buffer.alloc(128), Buffer.from("DICM")]));
    const pixelData =
      "e07f10004f420000ffffffff" + "feff00e000000000" + "feff00e004000000" + "61626300" + "feffdde000000000";
    expect(bytes.subarray(-pixelData.length / 2).toString("hex")).toBe(pixelData);
    const meta = await readPart10Meta(path);
    expect(meta).toMatchObject({ sopClassUid, sopInstanceUid, transferSyntaxUid, sizeBytes: bytes.length });
    const expected = encodeDataSet(dataSet, { transferSyntax: "explicit" });
    expect(bytes.subarray(meta.dataSetOffset, meta.dataSetOffset + expected.length)).toEqual(expected);
  });

  it("the same input gives the same file", async () => {
    const input = await inputOf(pattern(1000));
    const first = await writePart10(join(folder, "1.dcm"), input);
    expect(await writePart10(join(folder, "2.dcm"), input)).toEqual(first);
  });

  it("is written over what an earlier try left", async () => {
    const path = join(folder, "out.dcm");
    await writeFile(path, Buffer.alloc(50_000, 1));
    const { sizeBytes } = await writePart10(path, await inputOf(pattern(100)));
    expect((await readFile(path)).length).toBe(sizeBytes);
  });

  it.each([
    ["shorter than was said", 999],
    ["longer than was said", 1001],
  ])("a capture %s is refused", async (_name, sizeBytes) => {
    const input = await inputOf(pattern(1000));
    const wrong = { ...input, pixelData: { ...input.pixelData, sizeBytes } };
    const writing = writePart10(join(folder, "out.dcm"), wrong);
    await expect(writing).rejects.toMatchObject({ code: "size-mismatch" });
    expect(await readdir(folder)).toEqual(["pixels"]);
  });

  it("a capture of 2^32-2 bytes is refused before a byte is written", async () => {
    const input = await inputOf(Buffer.alloc(0));
    await truncate(input.pixelData.path, 2 ** 32 - 2);
    const tooLarge = { ...input, pixelData: { ...input.pixelData, sizeBytes: 2 ** 32 - 2 } };
    await expect(writePart10(join(folder, "o.dcm"), tooLarge)).rejects.toMatchObject({ code: "too-large" });
    expect(await readdir(folder)).toEqual(["pixels"]);
  });

  it.each([
    ["an invalid attribute", { dataSet: { ...dataSet, StudyDate: "2024-01-01" } }, "invalid-data-set"],
    ["another SOP Instance UID", { sopInstanceUid: "1.2.3.5" }, "invalid-data-set"],
    ["pixel data of its own", { dataSet: { ...dataSet, PixelData: Uint8Array.of(1) } }, "invalid-data-set"],
    ["something behind the pixel data", { dataSet: { ...dataSet, FFFCFFFC: Uint8Array.of(1) } }, "invalid-data-set"],
    ["an empty study", { dataSet: { ...dataSet, StudyInstanceUID: "" } }, "invalid-data-set"],
    ["a native transfer syntax", { transferSyntaxUid: "1.2.840.10008.1.2.1" }, "unsupported"],
  ])("%s is refused", async (_name, change, code) => {
    const input = await inputOf(pattern(10), change);
    await expect(writePart10(join(folder, "out.dcm"), input)).rejects.toMatchObject({ code });
    expect(await readdir(folder)).toEqual(["pixels"]);
  });

  it("an empty capture is refused; a missing one is the file system's error", async () => {
    const empty = await inputOf(Buffer.alloc(0));
    await expect(writePart10(join(folder, "o.dcm"), empty)).rejects.toMatchObject({ code: "size-mismatch" });
    const missing = { ...empty, pixelData: { kind: "encapsulated", path: join(folder, "no"), sizeBytes: 1 } as const };
    await expect(writePart10(join(folder, "o.dcm"), missing)).rejects.toMatchObject({ code: "ENOENT" });
  });

  it("stopped in the middle, it leaves nothing behind", async () => {
    const stop = new AbortController();
    const input = await inputOf(pattern(8 * chunk));
    const writing = writePart10(join(folder, "out.dcm"), input, stop.signal);
    stop.abort();
    await expect(writing).rejects.toMatchObject({ name: "AbortError" });
    expect(await readdir(folder)).toEqual(["pixels"]);
  });

  it("a full disk is the file system's error, and a device is never removed", async () => {
    const input = await inputOf(pattern(2 * chunk));
    // By a link in our own folder: should the writer ever remove it, only the link is gone.
    const full = join(folder, "full");
    await symlink("/dev/full", full);
    await expect(writePart10(full, input)).rejects.toMatchObject({ code: "ENOSPC" });
    expect(await readdir(folder)).toEqual(["full", "pixels"]);
  });
});

describe("reading Part 10", () => {
  async function fileOf(...parts: readonly Uint8Array[]): Promise<string> {
    const path = join(folder, "in.dcm");
    await writeFile(path, Buffer.concat(parts));
    return path;
  }
  const meta = (uid: string): Buffer =>
    encodeFileMeta({ sopClassUid, sopInstanceUid, transferSyntaxUid: uid }, scopelineImplementation);

  it("native pixels are one fragment; implicit VR is read too", async () => {
    for (const [uid, transferSyntax] of [
      ["1.2.840.10008.1.2", "implicit"],
      ["1.2.840.10008.1.2.1", "explicit"],
    ] as const) {
      const body = encodeDataSet({ Rows: 1, PixelData: Uint8Array.of(1, 2, 3, 4) }, { transferSyntax });
      const path = await fileOf(meta(uid), body);
      const { dataSet: read, pixelFragments } = await readPart10(path);
      expect(read).toEqual({ Rows: 1 });
      const size = (await readFile(path)).length;
      expect(pixelFragments).toEqual([{ offset: size - 4, sizeBytes: 4 }]);
    }
  });

  it("a data set far longer than the first piece that is read", async () => {
    const long = { EncapsulatedDocument: new Uint8Array(3_000_000), Rows: 1 };
    const path = await fileOf(meta("1.2.840.10008.1.2.1"), encodeDataSet(long, { transferSyntax: "explicit" }));
    const read = await readPart10(path);
    expect(read.dataSet).toMatchObject({ Rows: 1 });
    expect(read.dataSet.EncapsulatedDocument).toHaveLength(3_000_000);
    expect(read).toMatchObject({ pixelDataOffset: undefined, pixelFragments: [] });
  });

  it("pixel data that starts exactly where the first piece ends", async () => {
    const document = { EncapsulatedDocument: new Uint8Array(64 * 1024 - 12) };
    const pixels = { PixelData: Uint8Array.of(1, 2) };
    const parts = [document, pixels].map((one) => encodeDataSet(one, { transferSyntax: "explicit" }));
    expect(parts[0]).toHaveLength(64 * 1024);
    const read = await readPart10(await fileOf(meta("1.2.840.10008.1.2.1"), ...parts));
    expect(read.pixelFragments.map(({ sizeBytes }) => sizeBytes)).toEqual([2]);
  });

  it("every fragment of several", async () => {
    const encapsulated = Buffer.from(
      "e07f10004f420000fffffffffeff00e000000000feff00e0020000000102feff00e00200000003 04feffdde000000000".replaceAll(
        " ",
        "",
      ),
      "hex",
    );
    const { pixelFragments } = await readPart10(await fileOf(meta(transferSyntaxUid), encapsulated));
    expect(pixelFragments.map(({ sizeBytes }) => sizeBytes)).toEqual([2, 2]);
  });

  it.each([
    ["an empty file", () => [Buffer.alloc(0)]],
    ["no prefix", () => [Buffer.alloc(500)]],
    ["a meta group beyond the file", () => [meta(transferSyntaxUid).subarray(0, 200)]],
    [
      "pixel data without an end",
      () => [meta(transferSyntaxUid), Buffer.from("e07f10004f420000fffffffffeff00e000000000", "hex")],
    ],
    [
      "a fragment beyond the file",
      () => [meta(transferSyntaxUid), Buffer.from("e07f10004f420000fffffffffeff00e000000000feff00e0f0000000", "hex")],
    ],
    [
      "native pixels beyond the file",
      () => [meta("1.2.840.10008.1.2.1"), Buffer.from("e07f10004f420000f000000000", "hex")],
    ],
  ])("%s is malformed", async (_name, parts) => {
    await expect(readPart10(await fileOf(...parts()))).rejects.toMatchObject({ code: "malformed" });
  });

  it("deflated and big endian files are said to be unsupported", async () => {
    const path = await fileOf(meta("1.2.840.10008.1.2.2"));
    await expect(readPart10(path)).rejects.toMatchObject({ code: "unsupported" });
  });

  it("the meta information of a huge file costs nothing", async () => {
    const path = await fileOf(meta(transferSyntaxUid));
    const file = await open(path, "r+");
    await file.truncate(2 ** 40);
    await file.close();
    expect(await readPart10Meta(path)).toMatchObject({ sopInstanceUid, sizeBytes: 2 ** 40 });
  });
});
