import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readPart10 } from "./part10-read.ts";
import { type Part10PixelData, writePart10 } from "./part10-write.ts";
import { transferSyntaxes } from "./transfer-syntaxes.ts";

const { jpegBaseline, explicitLittleEndian, h264HighLevel41, hevcMainLevel51 } = transferSyntaxes;
const fragmentable = `${h264HighLevel41}.1`;
const sopClassUid = "1.2.840.10008.5.1.4.1.1.7.4";
const sopInstanceUid = "1.2.3.4";
const dataSet = { SOPClassUID: sopClassUid, SOPInstanceUID: sopInstanceUid };

let folder = "";
let source = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-pixels-"));
  source = join(folder, "pixels");
});
afterEach(() => rm(folder, { recursive: true }));

async function write(transferSyntaxUid: string, pixelData: Part10PixelData, signal?: AbortSignal): Promise<string> {
  const path = join(folder, "out.dcm");
  const written = await writePart10(
    path,
    { sopClassUid, sopInstanceUid, transferSyntaxUid, dataSet, pixelData },
    signal,
  );
  const bytes = await readFile(path);
  expect(written).toEqual({ sizeBytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") });
  return path;
}

const bytesOf = (length: number): Buffer => Buffer.from(Array.from({ length }, (_, at) => (at * 7) % 251));

describe("frames", () => {
  it("lie in a fragment each, found through the offset table, padded to even lengths", async () => {
    const frames = [bytesOf(5), bytesOf(6), bytesOf(3)];
    await writeFile(source, Buffer.concat(frames));
    const path = await write(jpegBaseline, { kind: "frames", path: source, frameBytes: [5, 6, 3] });
    const bytes = await readFile(path);
    const { pixelFragments, pixelDataOffset = 0 } = await readPart10(path);
    expect(pixelFragments.map(({ sizeBytes }) => sizeBytes)).toEqual([6, 6, 4]);
    for (const [at, frame] of frames.entries()) {
      const offset = pixelFragments[at]?.offset ?? 0;
      expect(bytes.subarray(offset, offset + frame.length).equals(frame)).toBe(true);
      // The table holds where each fragment's item begins, counted from the first one's (PS3.5 A.4).
      const told = bytes.readUInt32LE(pixelDataOffset + 8 + 4 * at);
      expect(told).toBe(offset - 8 - ((pixelFragments[0]?.offset ?? 0) - 8));
    }
    expect(bytes.subarray(-8).toString("hex")).toBe("feffdde000000000");
  });

  it("that are not the whole file are refused", async () => {
    await writeFile(source, bytesOf(10));
    const short = write(jpegBaseline, { kind: "frames", path: source, frameBytes: [5, 4] });
    await expect(short).rejects.toMatchObject({ code: "size-mismatch" });
    expect(await readdir(folder)).toEqual(["pixels"]);
    const none = write(jpegBaseline, { kind: "frames", path: source, frameBytes: [] });
    await expect(none).rejects.toMatchObject({ code: "size-mismatch" });
    const empty = write(jpegBaseline, { kind: "frames", path: source, frameBytes: [10, 0] });
    await expect(empty).rejects.toMatchObject({ code: "size-mismatch" });
  });
});

describe("a stream in several fragments", () => {
  const stream = bytesOf(600_001);

  it.each([
    [fragmentable, 262_145],
    [hevcMainLevel51, 600_000],
    [fragmentable, 600_002],
  ])("of %s and at most %i bytes is the stream again, with an empty offset table", async (syntax, maxFragmentBytes) => {
    await writeFile(source, stream);
    const path = await write(syntax, { kind: "encapsulated", path: source, sizeBytes: 600_001, maxFragmentBytes });
    const bytes = await readFile(path);
    const { pixelFragments, pixelDataOffset = 0 } = await readPart10(path);
    expect(bytes.readUInt32LE(pixelDataOffset + 4)).toBe(0);
    expect(pixelFragments).toHaveLength(Math.ceil(600_001 / (Math.floor(maxFragmentBytes / 2) * 2)));
    for (const { sizeBytes } of pixelFragments) {
      expect(sizeBytes % 2).toBe(0);
      expect(sizeBytes).toBeLessThanOrEqual(maxFragmentBytes);
    }
    const all = Buffer.concat(
      pixelFragments.map(({ offset, sizeBytes }) => bytes.subarray(offset, offset + sizeBytes)),
    );
    expect(all.subarray(0, 600_001).equals(stream)).toBe(true);
    expect(all.length).toBe(600_002);
  });

  it("is refused where one fragment holds the whole stream, and where fragments would be too many", async () => {
    await writeFile(source, stream);
    const asked = { kind: "encapsulated", path: source, sizeBytes: 600_001 } as const;
    const plain = write(h264HighLevel41, { ...asked, maxFragmentBytes: 1000 });
    await expect(plain).rejects.toMatchObject({ code: "unsupported" });
    for (const maxFragmentBytes of [1, 2, 0, Number.NaN]) {
      await expect(write(fragmentable, { ...asked, maxFragmentBytes })).rejects.toMatchObject({ code: "too-large" });
    }
  });

  it("stopped or on a full disk leaves nothing behind", async () => {
    await writeFile(source, stream);
    const asked = { kind: "encapsulated", path: source, sizeBytes: 600_001, maxFragmentBytes: 100_000 } as const;
    const reason = new Error("stopped");
    await expect(write(fragmentable, asked, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(["pixels"]);
    await symlink("/dev/full", join(folder, "out.dcm"));
    await expect(write(fragmentable, asked)).rejects.toMatchObject({ code: "ENOSPC" });
  });
});

describe("uncompressed pixels", () => {
  it("are Explicit VR Little Endian, with an even length", async () => {
    const pixels = bytesOf(27);
    await writeFile(source, pixels);
    const path = await write(explicitLittleEndian, { kind: "native", path: source, sizeBytes: 27 });
    const bytes = await readFile(path);
    expect(bytes.subarray(-40).toString("hex")).toBe(`e07f10004f4200001c000000${pixels.toString("hex")}00`);
    const { pixelFragments } = await readPart10(path);
    expect(pixelFragments).toHaveLength(1);
  });

  it("go into no other transfer syntax, and nothing else into this one", async () => {
    await writeFile(source, bytesOf(10));
    const native = write(jpegBaseline, { kind: "native", path: source, sizeBytes: 10 });
    await expect(native).rejects.toMatchObject({ code: "unsupported" });
    const encapsulated = write(explicitLittleEndian, { kind: "encapsulated", path: source, sizeBytes: 10 });
    await expect(encapsulated).rejects.toMatchObject({ code: "unsupported" });
  });
});
