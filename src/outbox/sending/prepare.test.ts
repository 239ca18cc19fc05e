import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { decodeDataSet, readPart10Meta, writePart10 } from "../../dicom/dicom.ts";
import type { ClaimedDelivery } from "../deliveries.ts";
import { nodeNamed, still, stillUid } from "../outbox.fixture.ts";
import { CannotPrepare, inCharacterSetOf, sendableOf } from "./prepare.ts";

let directory = "";
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "scopeline-prepare-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function written(patientName: string): Promise<ClaimedDelivery> {
  const dataSet = {
    SpecificCharacterSet: "ISO_IR 192",
    SOPClassUID: stillUid,
    SOPInstanceUID: "2.25.1",
    PatientName: patientName,
    PatientID: "1",
  };
  const path = join(directory, "pixels");
  await writeFile(path, Buffer.alloc(64, 1));
  const instance = { sopClassUid: stillUid, sopInstanceUid: "2.25.1", transferSyntaxUid: still.transferSyntaxUid };
  const pixelData = { kind: "encapsulated", path, sizeBytes: 64 } as const;
  const { sizeBytes } = await writePart10(join(directory, "f"), { ...instance, dataSet, pixelData });
  const { dataSetOffset } = await readPart10Meta(join(directory, "f"));
  return {
    ...instance,
    id: 1,
    lane: "still",
    importance: "primary",
    procedureId: "p",
    captureId: "c1",
    rendition: "original",
    studyInstanceUid: "2.25.10",
    seriesInstanceUid: "2.25.12",
    originalSopClassUid: stillUid,
    originalTransferSyntaxUid: still.transferSyntaxUid,
    mediaBytes: 64,
    file: "f",
    dataSetOffset,
    sizeBytes,
    failuresInARow: 0,
  };
}

const prepared = async (delivery: ClaimedDelivery, characterSet: string) => {
  const node = nodeNamed("PACS", { encoding: { characterSet } });
  return inCharacterSetOf(node, sendableOf(delivery, node, directory));
};

it("an Instance goes as it lies on the disk where the node takes Unicode", async () => {
  expect((await prepared(await written("Müller^B"), "ISO_IR 192")).head).toBeUndefined();
});

it("its beginning is written anew in the node's character set, the pixels are not", async () => {
  const delivery = await written("Müller^B");
  const { head } = await prepared(delivery, "ISO_IR 100");
  expect(decodeDataSet(head?.bytes ?? Buffer.alloc(0), { transferSyntax: "explicit" })).toMatchObject({
    SpecificCharacterSet: "ISO_IR 100",
    PatientName: "Müller^B",
  });
  expect(head?.bytes.includes(Buffer.from("M\xfcller", "latin1"))).toBe(true);
  expect(head?.replacesBytes).toBeLessThan(delivery.sizeBytes - delivery.dataSetOffset - 64);
});

it("text that the node's character set cannot hold is named, and never becomes a question mark", async () => {
  const delivery = await written("山田^太郎");
  await expect(prepared(delivery, "ISO_IR 100")).rejects.toThrow(/ISO_IR 100, which cannot hold PatientName of/);
  await expect(prepared(delivery, "ISO_IR 100")).rejects.toThrow(CannotPrepare);
});

it("a file that is not there is told as this box's own fault", async () => {
  const delivery = { ...(await written("A")), file: "gone" };
  await expect(prepared(delivery, "ISO_IR 100")).rejects.toThrow(/scopeline check/);
});
