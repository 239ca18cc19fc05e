import { writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { type DataSet, itemsOf, newUid, readPart10Meta, serviceClasses } from "../../src/dicom/dicom.ts";
import {
  type EventReport,
  eventReportService,
  type ListenOptions,
  listen,
  type OpenOptions,
  openAssociation,
  type StoreInput,
} from "../../src/dimse/dimse.ts";
import { explicitLittleEndian, implicitLittleEndian } from "../../src/dimse/names.ts";
import { jpegBaseline, vlMicroscopic, writeInstance } from "../support/instance.ts";
import { describePeer, startOrthanc, temporaryDirectory } from "../support/peers.ts";
import { authority, ownCertificate, ownKey, peerCertificate, peerKey, serverName } from "../support/tls-identity.ts";

const { storageCommitmentPush: commitment, storageCommitmentPushInstance: commitmentInstance } = serviceClasses;
const contexts = [
  { abstractSyntax: vlMicroscopic, transferSyntaxes: [jpegBaseline] },
  { abstractSyntax: commitment, transferSyntaxes: [explicitLittleEndian, implicitLittleEndian] },
];
const reference = (uid: string): DataSet => ({ ReferencedSOPClassUID: vlMicroscopic, ReferencedSOPInstanceUID: uid });

async function instanceIn(directory: string): Promise<StoreInput> {
  const sopInstanceUid = newUid();
  const file = path.join(directory, `${sopInstanceUid}.dcm`);
  await writeInstance(file, { sopInstanceUid });
  const meta = await readPart10Meta(file);
  const names = { sopClassUid: vlMicroscopic, sopInstanceUid, transferSyntaxUid: jpegBaseline };
  return { ...names, file, offset: meta.dataSetOffset, sizeBytes: meta.sizeBytes - meta.dataSetOffset };
}

describePeer("Orthanc's storage commitment", ["Orthanc"], () => {
  const ways: [string, boolean][] = [
    ["plain", false],
    ["over TLS both ways, each with its certificate", true],
  ];
  it.each(ways)("%s reports what it has and what it lacks on an association of its own", async (_name, isTls) => {
    await using directory = await temporaryDirectory();
    const reports: EventReport[] = [];
    const errors: unknown[] = [];
    const listener: ListenOptions = {
      ...{ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE" },
      services: [
        eventReportService(async (report) => {
          reports.push(report);
          return 0;
        }),
      ],
      onError: (error) => errors.push(error),
      ...(isTls && {
        tls: () => ({ ca: authority, cert: ownCertificate, key: ownKey, requireClientCertificate: true }),
      }),
    };
    const acceptor = await listen(listener);
    const pem: Record<string, string> = {};
    for (const [name, text] of Object.entries({ authority, peerCertificate, peerKey })) {
      pem[name] = path.join(directory.path, `${name}.pem`);
      await writeFile(pem[name], text);
    }
    const box = { AET: "SCOPELINE", Host: "127.0.0.1", Port: acceptor.port, AllowStorageCommitment: true };
    await using orthanc = await startOrthanc({
      directory: directory.path,
      settings: {
        DicomModalities: { box: { ...box, UseDicomTls: isTls } },
        ...(isTls && {
          DicomTlsEnabled: true,
          DicomTlsCertificate: pem.peerCertificate,
          DicomTlsPrivateKey: pem.peerKey,
          DicomTlsTrustedCertificates: pem.authority,
          DicomTlsRemoteCertificateRequired: true,
        }),
      },
    });
    try {
      const port = orthanc.dicomPort;
      const address = { host: "127.0.0.1", port, calledAeTitle: orthanc.aeTitle, callingAeTitle: "SCOPELINE" };
      const tls = () => ({ ca: authority, cert: ownCertificate, key: ownKey, serverName });
      const options: OpenOptions = isTls ? { tls } : {};
      const association = await openAssociation(address, contexts, options);
      const input = await instanceIn(directory.path);
      expect((await association.store(input)).status).toBe(0);
      const [transaction, missing] = [newUid(), newUid()];
      const asked = await association.nAction(commitment, commitmentInstance, 1, {
        TransactionUID: transaction,
        ReferencedSOPSequence: [reference(input.sopInstanceUid), reference(missing)],
      });
      expect(asked.status).toBe(0);
      await association.release();
      await expect.poll(() => reports.length, { timeout: 20_000 }).toBe(1);
      expect(reports[0]).toMatchObject({
        ...{ sopClassUid: commitment, sopInstanceUid: commitmentInstance, eventTypeId: 2 },
        information: { TransactionUID: transaction },
        caller: { callingAeTitle: orthanc.aeTitle },
      });
      const information = reports[0]?.information ?? {};
      expect(itemsOf(information, "ReferencedSOPSequence")).toMatchObject([reference(input.sopInstanceUid)]);
      expect(itemsOf(information, "FailedSOPSequence")).toMatchObject([
        { ReferencedSOPInstanceUID: missing, FailureReason: 0x0112 },
      ]);
      expect(errors).toEqual([]);
    } finally {
      await acceptor.close();
    }
  });
});
