import { once } from "node:events";
import { createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { Wire } from "../../test/support/raw-peer.ts";
import { certificate, encryptedKey, key, passphrase, pkcs12, serverName } from "../../test/support/tls-identity.ts";
import { openAssociation, type TlsIdentity, verificationSopClass } from "./dimse.ts";
import { implicitLittleEndian } from "./names.ts";
import { encodeReleaseResponse } from "./pdu-writer.ts";

async function tlsPeer(options: TlsOptions = {}) {
  const authorized: boolean[] = [];
  const script = async (socket: TLSSocket): Promise<void> => {
    authorized.push(socket.authorized);
    const wire = new Wire(socket);
    await wire.accept();
    await wire.send(wire.answer(await wire.message(), { status: 0 }));
    await wire.pdu();
    await wire.send(encodeReleaseResponse());
  };
  const server = createServer({ key, cert: certificate, ...options }, (socket) => void script(socket).catch(() => {}));
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    port,
    authorized,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function echoOver(port: number, tls: TlsIdentity): Promise<number> {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  const verification = { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] };
  await using association = await openAssociation(address, [verification], { tls });
  return await association.echo();
}

describe("an association over TLS", () => {
  it("defect 12 of dcmjs-dimse: finds the peer under the name of its certificate", async () => {
    await using peer = await tlsPeer();
    expect(await echoOver(peer.port, { ca: certificate, serverName })).toBe(0);
  });

  it.each<[string, TlsIdentity]>([
    ["PEM with a passphrase", { cert: certificate, key: encryptedKey, passphrase }],
    ["PKCS #12 with a passphrase", { pfx: pkcs12, passphrase }],
  ])("defect 12 of dcmjs-dimse: shows its own certificate, from %s", async (_name, identity) => {
    await using peer = await tlsPeer({ requestCert: true, rejectUnauthorized: true, ca: certificate });
    expect(await echoOver(peer.port, { ca: certificate, serverName, ...identity })).toBe(0);
    expect(peer.authorized).toEqual([true]);
  });

  it.each<[string, TlsIdentity]>([
    ["is signed by nobody we know", { serverName }],
    ["has another name", { ca: certificate, serverName: "other.test" }],
  ])("to a peer whose certificate %s is connect-failed", async (_name, identity) => {
    await using peer = await tlsPeer();
    await expect(echoOver(peer.port, identity)).rejects.toMatchObject({ code: "connect-failed" });
    expect(peer.authorized).toEqual([]);
  });

  it("with the wrong passphrase is invalid-request before anything is sent", async () => {
    await using peer = await tlsPeer();
    const identity = { ca: certificate, serverName, cert: certificate, key: encryptedKey, passphrase: "wrong" };
    await expect(echoOver(peer.port, identity)).rejects.toMatchObject({ code: "invalid-request" });
  });
});
