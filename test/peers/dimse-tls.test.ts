import { mkdir, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import { newUid, readPart10Meta } from "../../src/dicom/dicom.ts";
import {
  type DimseError,
  listen,
  openAssociation,
  type PresentationContext,
  type StoreInput,
} from "../../src/dimse/dimse.ts";
import type { TlsIdentity } from "../../src/lib/tls-files.ts";
import { jpegBaseline, vlMicroscopic, writeInstance } from "../support/instance.ts";
import { describePeer, need, runTool, startStorescp, temporaryDirectory } from "../support/peers.ts";
import {
  authority,
  otherAuthority,
  ownCertificate,
  ownKey,
  peerCertificate,
  peerKey,
  serverName,
} from "../support/tls-identity.ts";

const trusting: TlsIdentity = { ca: authority, serverName };
const ours = { cert: ownCertificate, key: ownKey };
const still: PresentationContext = { abstractSyntax: vlMicroscopic, transferSyntaxes: [jpegBaseline] };

/** The PEM files of both sides, and their paths. */
async function pemFiles(directory: string) {
  const texts = { authority, otherAuthority, ownCertificate, ownKey, peerCertificate, peerKey };
  const at = (name: keyof typeof texts): string => path.join(directory, `${name}.pem`);
  await mkdir(directory, { recursive: true });
  for (const name of Object.keys(texts) as (keyof typeof texts)[]) await writeFile(at(name), texts[name]);
  return at;
}

async function stored(directory: string, pixelBytes: number): Promise<StoreInput> {
  const sopInstanceUid = newUid();
  const file = path.join(directory, `${sopInstanceUid}.dcm`);
  await writeInstance(file, { sopInstanceUid, pixelBytes });
  const meta = await readPart10Meta(file);
  const names = { sopClassUid: vlMicroscopic, sopInstanceUid, transferSyntaxUid: jpegBaseline };
  return { ...names, file, offset: meta.dataSetOffset, sizeBytes: meta.sizeBytes - meta.dataSetOffset };
}

describePeer("DCMTK's storescp over TLS", ["storescp"], () => {
  it("takes a still and a large one of ours, and wants to know who calls", async () => {
    await using directory = await temporaryDirectory();
    const pem = await pemFiles(path.join(directory.path, "pem"));
    const received = path.join(directory.path, "received");
    const tls = ["+tls", pem("peerKey"), pem("peerCertificate"), "+cf", pem("authority")];
    await using peer = await startStorescp({ directory: received, extraArguments: [...tls, "+B", "-pdu", "131072"] });
    const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "STORESCP", callingAeTitle: "SCOPELINE" };
    const association = await openAssociation(address, [still], { tls: () => ({ ...trusting, ...ours }) });
    for (const pixelBytes of [400_000, 20_000_000]) {
      expect((await association.store(await stored(directory.path, pixelBytes))).status).toBe(0);
    }
    await association.release();
    expect(await readdir(received)).toHaveLength(2);
    const cases: [TlsIdentity, RegExp][] = [
      [trusting, /wants a certificate of this box/],
      [{ ...trusting, ...ours, ca: otherAuthority }, /set it as caFile/],
    ];
    for (const [identity, words] of cases) {
      await expect(openAssociation(address, [still], { tls: () => identity })).rejects.toMatchObject({
        code: "tls",
        message: expect.stringMatching(words),
      });
    }
    const plain = openAssociation(address, [still], { deadlines: { associationMs: 3_000 } });
    await expect(plain).rejects.toMatchObject({ code: expect.stringMatching(/^(tls|closed-by-peer|timeout)$/) });
  });

  it("that does not know our authority says so in words", async () => {
    await using directory = await temporaryDirectory();
    const pem = await pemFiles(path.join(directory.path, "pem"));
    const tls = ["+tls", pem("peerKey"), pem("peerCertificate"), "+cf", pem("otherAuthority")];
    await using peer = await startStorescp({ directory: path.join(directory.path, "in"), extraArguments: tls });
    const address = { host: "127.0.0.1", port: peer.port, calledAeTitle: "STORESCP", callingAeTitle: "SCOPELINE" };
    const association = openAssociation(address, [still], { tls: () => ({ ...trusting, ...ours }) });
    await expect(association).rejects.toMatchObject({
      code: "tls",
      message: expect.stringMatching(/does not accept the certificate of this box/),
    });
  });
});

describePeer("DCMTK's echoscu over TLS", ["echoscu"], () => {
  it("is answered by our acceptor when its certificate is signed, and told apart when not", async () => {
    await using directory = await temporaryDirectory();
    const pem = await pemFiles(directory.path);
    const errors: DimseError[] = [];
    const identity = { ca: authority, cert: peerCertificate, key: peerKey, requireClientCertificate: true };
    const acceptor = await listen({
      ...{ host: "127.0.0.1", port: 0, aeTitle: "SCOPELINE" },
      tls: () => identity,
      onError: (error) => errors.push(error),
    });
    const echoscu = (...args: string[]) =>
      runTool(need("echoscu"), ["-v", "-aec", "SCOPELINE", ...args, "127.0.0.1", String(acceptor.port)]);
    try {
      const trust = ["+cf", pem("authority")];
      const known = await echoscu("+tls", pem("ownKey"), pem("ownCertificate"), ...trust, "--repeat", "3");
      expect(known).toMatchObject({ code: 0 });
      expect(errors).toEqual([]);
      expect((await echoscu("+tla", ...trust)).code).not.toBe(0);
      expect((await echoscu("+tla", "+cf", pem("otherAuthority"))).code).not.toBe(0);
      expect((await echoscu()).code).not.toBe(0);
      expect(errors.map(({ code }) => code)).toEqual(["tls", "tls", "tls"]);
    } finally {
      await acceptor.close();
    }
  });
});
