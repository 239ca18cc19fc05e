import { randomBytes } from "node:crypto";
import { open, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { newUid, readPart10Meta, sopClasses, transferSyntaxes, writePart10 } from "../../src/dicom/dicom.ts";
import {
  type Association,
  listen,
  openAssociation,
  type PresentationContext,
  type StoreInput,
  verificationSopClass,
} from "../../src/dimse/dimse.ts";
import {
  describePeer,
  need,
  runTool,
  type Storescp,
  startStorescp,
  startWlmscpfs,
  temporaryDirectory,
} from "../support/peers.ts";
import { dumpOf } from "./worklist-files.ts";

const capture = sopClasses.secondaryCapture.uid;
const worklist = "1.2.840.10008.5.1.4.31";
const jpeg: PresentationContext = { abstractSyntax: capture, transferSyntaxes: [transferSyntaxes.jpegBaseline] };
const verification: PresentationContext = {
  abstractSyntax: verificationSopClass,
  transferSyntaxes: [transferSyntaxes.implicitLittleEndian],
};

async function instanceOf(directory: string, sizeBytes: number): Promise<StoreInput> {
  const sopInstanceUid = newUid();
  const media = path.join(directory, `${sopInstanceUid}.pixels`);
  await writeFile(media, randomBytes(sizeBytes));
  const file = path.join(directory, `${sopInstanceUid}.dcm`);
  const dataSet = {
    SOPClassUID: capture,
    SOPInstanceUID: sopInstanceUid,
    PatientName: "Peer^Test",
    PatientID: "PEER",
    StudyInstanceUID: newUid(),
    SeriesInstanceUID: newUid(),
    Modality: "OT",
  };
  const transferSyntaxUid = transferSyntaxes.jpegBaseline;
  const pixelData = { kind: "encapsulated", path: media, sizeBytes } as const;
  await writePart10(file, { sopClassUid: capture, sopInstanceUid, transferSyntaxUid, dataSet, pixelData });
  const meta = await readPart10Meta(file);
  return {
    sopClassUid: capture,
    sopInstanceUid,
    transferSyntaxUid,
    file,
    offset: meta.dataSetOffset,
    sizeBytes: meta.sizeBytes - meta.dataSetOffset,
  };
}

function associate(
  peer: Pick<Storescp, "port" | "aeTitle">,
  contexts: readonly PresentationContext[],
): Promise<Association> {
  const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: peer.aeTitle, callingAeTitle: "SCOPELINE" };
  return openAssociation(address, contexts);
}

describePeer("DCMTK's echoscu", ["echoscu"], () => {
  const echoscu = (port: number, called: string) =>
    runTool(need("echoscu"), ["-v", "-aet", "ARCHIVE", "-aec", called, "--repeat", "3", "127.0.0.1", String(port)]);

  it("gets its echoes from our acceptor, and a rejection under another AE title", async () => {
    const callers: string[] = [];
    const acceptor = await listen({
      host: "127.0.0.1",
      port: 0,
      aeTitle: "SCOPELINE",
      handlers: {
        echo: (caller) => {
          callers.push(caller.callingAeTitle);
          return 0;
        },
      },
    });
    try {
      expect(await echoscu(acceptor.port, "SCOPELINE")).toMatchObject({ code: 0 });
      expect(callers).toEqual(["ARCHIVE", "ARCHIVE", "ARCHIVE"]);
      const refused = await echoscu(acceptor.port, "OTHER");
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain("Called AE Title Not Recognized");
    } finally {
      await acceptor.close();
    }
  });
});

describePeer("DCMTK's storescp", ["storescp"], () => {
  it("answers our C-ECHO", async () => {
    await using directory = await temporaryDirectory();
    await using peer = await startStorescp({ directory: directory.path });
    const association = await associate(peer, [verification]);
    expect(await association.echo()).toBe(0);
    await association.release();
  });

  it.each([4_096, 16_384, 131_072])("has our data sets byte for byte, with PDUs of %i bytes", async (pduBytes) => {
    await using directory = await temporaryDirectory();
    const received = path.join(directory.path, "received");
    const extraArguments = ["+B", "-pdu", String(pduBytes)];
    await using peer = await startStorescp({ directory: received, extraArguments });
    const association = await associate(peer, [verification, jpeg]);
    const inputs: StoreInput[] = [];
    for (const sizeBytes of [2, 100_001, 400_000, 5_000_000]) inputs.push(await instanceOf(directory.path, sizeBytes));
    for (const input of inputs) {
      expect(await association.store(input)).toMatchObject({
        status: 0,
        affectedSopInstanceUid: input.sopInstanceUid,
      });
    }
    expect(await association.echo()).toBe(0);
    await association.release();
    const files = await readdir(received);
    expect(files).toHaveLength(inputs.length);
    for (const input of inputs) {
      const name = files.find((file) => file.includes(input.sopInstanceUid)) ?? "";
      const meta = await readPart10Meta(path.join(received, name));
      const theirs = (await readFile(path.join(received, name))).subarray(meta.dataSetOffset);
      const ours = (await readFile(input.file)).subarray(input.offset);
      expect(theirs.equals(ours)).toBe(true);
    }
  });

  it("with --refuse is a rejection in words", async () => {
    await using directory = await temporaryDirectory();
    await using peer = await startStorescp({ directory: directory.path, extraArguments: ["--refuse"] });
    await expect(associate(peer, [jpeg])).rejects.toMatchObject({ code: "rejected-permanent" });
  });

  it.each(["--abort-during", "--abort-after"])(
    "with %s ends the transfer at once, and is reached again",
    async (how) => {
      await using directory = await temporaryDirectory();
      const input = await instanceOf(directory.path, 3_000_000);
      const received = path.join(directory.path, "received");
      await using peer = await startStorescp({ directory: received, extraArguments: [how] });
      for (let time = 0; time < 2; time++) {
        const association = await associate(peer, [jpeg]);
        await expect(association.store(input)).rejects.toMatchObject({
          code: expect.stringMatching(/^(aborted|closed)-by-peer$/),
        });
        expect(association.isOpen).toBe(false);
      }
    },
  );

  it("that takes implicit VR only refuses our encoding, which is never success", async () => {
    await using directory = await temporaryDirectory();
    const input = await instanceOf(directory.path, 1_000);
    const received = path.join(directory.path, "received");
    await using peer = await startStorescp({ directory: received, extraArguments: ["+xi"] });
    await expect(associate(peer, [jpeg])).rejects.toMatchObject({ code: "context-refused" });
    const association = await associate(peer, [verification, jpeg]);
    await expect(association.store(input)).rejects.toMatchObject({ code: "context-refused" });
    expect(await association.echo()).toBe(0);
    await association.release();
    expect(await readdir(received)).toEqual([]);
  });

  it("is sent a file of which only a part is the data set", async () => {
    await using directory = await temporaryDirectory();
    const input = await instanceOf(directory.path, 50_000);
    const tail = await open(input.file, "a");
    await tail.write("not DICOM");
    await tail.close();
    const received = path.join(directory.path, "received");
    await using peer = await startStorescp({ directory: received, extraArguments: ["+B"] });
    const association = await associate(peer, [jpeg]);
    expect((await association.store(input)).status).toBe(0);
    await association.release();
    const [name = ""] = await readdir(received);
    const meta = await readPart10Meta(path.join(received, name));
    expect(meta.sizeBytes - meta.dataSetOffset).toBe(input.sizeBytes);
  });
});

describePeer("DCMTK's wlmscpfs", ["wlmscpfs", "dump2dcm"], () => {
  const query = {
    PatientID: "",
    ScheduledProcedureStepSequence: [{ ScheduledProcedureStepStartDate: "20261121", Modality: "" }],
  };

  it.each(["explicitLittleEndian", "implicitLittleEndian"] as const)(
    "answers our query in %s, all of it or up to the limit",
    async (name) => {
      await using directory = await temporaryDirectory();
      const items = Array.from({ length: 5 }, (_, index) =>
        dumpOf({ patientName: "Peer^Test", patientId: `P${index}`, stepId: `S${index}`, startDate: "20261121" }),
      );
      await using peer = await startWlmscpfs({ directory: directory.path, items });
      const context = { abstractSyntax: worklist, transferSyntaxes: [transferSyntaxes[name]] };
      const association = await associate(peer, [context]);
      const whole = association.find(worklist, query, { limit: 100 });
      const ids: unknown[] = [];
      for await (const answer of whole) ids.push(answer.PatientID);
      expect(ids.sort()).toEqual(["P0", "P1", "P2", "P3", "P4"]);
      expect(whole).toMatchObject({ status: 0, isTruncated: false, unreadable: 0 });
      const limited = association.find(worklist, query, { limit: 2 });
      let count = 0;
      for await (const _answer of limited) count++;
      expect(count).toBe(2);
      expect(limited.isTruncated).toBe(true);
      const nobody = association.find(worklist, { PatientID: "NOBODY" }, { limit: 2 });
      for await (const _answer of nobody) count++;
      expect(count).toBe(2);
      await association.release();
    },
  );
});
