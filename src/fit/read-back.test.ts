import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeInstance } from "../../test/support/instance.ts";
import { temporaryDirectory } from "../../test/support/run.ts";
import { readPart10Meta } from "../dicom/dicom.ts";
import { DimseError } from "../dimse/dimse.ts";
import type { FitInstance } from "./instances.ts";
import { readBack } from "./read-back.ts";
import type { Reader } from "./readers.ts";

const signal = new AbortController().signal;

/** What is said of an instance when the node gives back these bytes. */
async function saidOf(back: (sent: Buffer) => Buffer | string): Promise<unknown> {
  await using directory = await temporaryDirectory();
  const file = join(directory.path, "sent.dcm");
  await writeInstance(file, { sopInstanceUid: "2.25.9", pixelBytes: 1_000 });
  const names = { studyInstanceUid: "2.25.2", seriesInstanceUid: "2.25.3" };
  const instance: FitInstance = { ...(await readPart10Meta(file)), ...names, file };
  const reader: Reader = {
    how: "WADO-RS",
    async retrieve(_instance, to) {
      const bytes = back(await readFile(file));
      if (typeof bytes === "string") return bytes;
      await writeFile(to, bytes);
      return null;
    },
    async [Symbol.asyncDispose]() {},
  };
  return (await readBack(reader, instance, directory.path, signal)).seen;
}

describe("an instance that is read back", () => {
  it("is the same with the same pixels, whatever else was written anew", async () => {
    expect(await saidOf((sent) => sent)).toEqual({ kind: "same" });
    const otherPatient = (sent: Buffer): Buffer =>
      Buffer.from(sent.toString("latin1").replace("TEST-1", "TEST-2"), "latin1");
    expect(await saidOf(otherPatient)).toEqual({ kind: "same" });
  });

  it("is changed with one byte of pixels changed", async () => {
    const flipped = (sent: Buffer): Buffer => {
      const bytes = Buffer.from(sent);
      bytes.writeUInt8(bytes.readUInt8(bytes.length - 100) ^ 1, bytes.length - 100);
      return bytes;
    };
    expect(await saidOf(flipped)).toEqual({ kind: "changed" });
  });

  it("is recoded in another transfer syntax, and is not compared", async () => {
    const other = "1.2.840.10008.1.2.4.90";
    expect(await saidOf(() => other)).toEqual({ kind: "recoded", transferSyntaxUid: other });
  });

  it("says why it could not be read", async () => {
    expect(await saidOf((sent) => sent.subarray(0, 600))).toMatchObject({ kind: "failed" });
    const silent = saidOf(() => {
      throw new DimseError("timeout", "No answer in time.");
    });
    expect(await silent).toEqual({ kind: "failed", words: "No answer in time." });
  });
});
