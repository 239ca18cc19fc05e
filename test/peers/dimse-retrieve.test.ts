import { readFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { newUid, readPart10Meta, transferSyntaxes } from "../../src/dicom/dicom.ts";
import { openAssociation } from "../../src/dimse/dimse.ts";
import { jpegBaseline, vlMicroscopic, writeInstance } from "../support/instance.ts";
import { describePeer, startOrthanc, temporaryDirectory } from "../support/peers.ts";

const studyRootGet = "1.2.840.10008.5.1.4.1.2.2.3";

describePeer("Orthanc's C-GET", ["Orthanc"], () => {
  it("gives back byte for byte what we had stored, and what it lacks not at all", async () => {
    await using directory = await temporaryDirectory();
    await using orthanc = await startOrthanc({ directory: directory.path, settings: { DicomAlwaysAllowGet: true } });
    const port = orthanc.dicomPort;
    const address = { host: "127.0.0.1", port, calledAeTitle: orthanc.aeTitle, callingAeTitle: "SCOPELINE" };
    const contexts = [
      { abstractSyntax: vlMicroscopic, transferSyntaxes: [jpegBaseline], role: "scu-and-scp" as const },
      { abstractSyntax: studyRootGet, transferSyntaxes: [transferSyntaxes.explicitLittleEndian] },
    ];
    const association = await openAssociation(address, contexts);
    const sopInstanceUid = newUid();
    const file = path.join(directory.path, "sent.dcm");
    await writeInstance(file, { sopInstanceUid, pixelBytes: 3_000_000 });
    const meta = await readPart10Meta(file);
    const sizeBytes = meta.sizeBytes - meta.dataSetOffset;
    const names = { sopClassUid: vlMicroscopic, sopInstanceUid, transferSyntaxUid: jpegBaseline };
    expect((await association.store({ ...names, file, offset: meta.dataSetOffset, sizeBytes })).status).toBe(0);
    const back = path.join(directory.path, "back");
    const get = (uid: string) =>
      association.get(
        studyRootGet,
        { QueryRetrieveLevel: "IMAGE", StudyInstanceUID: "2.25.2", SeriesInstanceUID: "2.25.3", SOPInstanceUID: uid },
        { file: back, maxBytes: sizeBytes },
      );
    expect(await get(sopInstanceUid)).toMatchObject({ status: 0, instance: { ...names, sizeBytes } });
    expect((await readFile(back)).equals((await readFile(file)).subarray(meta.dataSetOffset))).toBe(true);
    expect((await get(newUid())).instance).toBeNull();
    await association.release();
  });
});
