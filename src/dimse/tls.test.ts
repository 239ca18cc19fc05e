import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { connect as connectTls, createServer, type TLSSocket, type TlsOptions } from "node:tls";
import { describe, expect, it } from "vitest";
import { startRawPeer, Wire } from "../../test/support/raw-peer.ts";
import {
  authority,
  expiredCertificate,
  expiredKey,
  otherAuthority,
  ownCertificate,
  ownKey,
  peerCertificate,
  peerKey,
  serverName,
} from "../../test/support/tls-identity.ts";
import type { TlsIdentity, TlsServerIdentity } from "../lib/tls-files.ts";
import { type DimseError, type ListenOptions, listen, openAssociation, verificationSopClass } from "./dimse.ts";
import { implicitLittleEndian } from "./names.ts";
import { encodeReleaseResponse } from "./pdu-writer.ts";

const trusting: TlsIdentity = { ca: authority, serverName };
const ours = { cert: ownCertificate, key: ownKey };
const verification = { abstractSyntax: verificationSopClass, transferSyntaxes: [implicitLittleEndian] };

async function tlsPeer(options: TlsOptions = {}) {
  const callers: { authorized: boolean; protocol: string | null }[] = [];
  const script = async (socket: TLSSocket): Promise<void> => {
    callers.push({ authorized: socket.authorized, protocol: socket.getProtocol() });
    const wire = new Wire(socket);
    await wire.accept();
    await wire.send(wire.answer(await wire.message(), { status: 0 }));
    await wire.pdu();
    await wire.send(encodeReleaseResponse());
  };
  const server = createServer(
    { key: peerKey, cert: peerCertificate, ...options },
    (socket) => void script(socket).catch(() => {}),
  );
  server.on("tlsClientError", () => {});
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  return {
    port,
    callers,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function echoOver(port: number, tls: (() => TlsIdentity) | undefined): Promise<number> {
  const address = { host: "127.0.0.1", port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
  await using association = await openAssociation(address, [verification], {
    ...(tls && { tls }),
    deadlines: { associationMs: 5_000 },
  });
  return await association.echo();
}

describe("an association over TLS", () => {
  it("defect 12 of dcmjs-dimse: finds the peer under the name of its certificate", async () => {
    await using peer = await tlsPeer();
    expect(await echoOver(peer.port, () => trusting)).toBe(0);
    expect(peer.callers).toEqual([{ authorized: false, protocol: "TLSv1.3" }]);
  });

  it("shows its own certificate where that is wanted, in TLS 1.2 and 1.3", async () => {
    for (const version of ["TLSv1.2", "TLSv1.3"] as const) {
      const wants = { requestCert: true, rejectUnauthorized: true, ca: authority };
      await using peer = await tlsPeer({ ...wants, minVersion: version, maxVersion: version });
      expect(await echoOver(peer.port, () => ({ ...trusting, ...ours }))).toBe(0);
      expect(peer.callers).toEqual([{ authorized: true, protocol: version }]);
    }
  });

  it("asks for its identity each time, so that new files count from the next association on", async () => {
    await using peer = await tlsPeer();
    let ca = otherAuthority;
    const identity = (): TlsIdentity => ({ ca, serverName });
    await expect(echoOver(peer.port, identity)).rejects.toMatchObject({ code: "tls" });
    ca = authority;
    expect(await echoOver(peer.port, identity)).toBe(0);
  });

  it.each<[string, TlsOptions, TlsIdentity, RegExp]>([
    ["is signed by nobody we know", {}, { serverName }, /set it as caFile/],
    ["is signed by another authority", {}, { ca: otherAuthority, serverName }, /set it as caFile/],
    ["has another name", {}, { ca: authority, serverName: "other.test" }, /Set serverName/],
    ["is not for this address, and no name is set", {}, { ca: authority }, /Set serverName/],
    ["is not for the address that is set", {}, { ca: authority, serverName: "192.0.2.7" }, /Set serverName/],
    ["has expired", { cert: expiredCertificate, key: expiredKey }, trusting, /has expired.*renewed/],
  ])("to a peer whose certificate %s says what to do", async (_name, options, identity, words) => {
    await using peer = await tlsPeer(options);
    await expect(echoOver(peer.port, () => identity)).rejects.toMatchObject({
      code: "tls",
      message: expect.stringMatching(words),
    });
  });

  it("to a peer that wants a certificate and gets none says what to do", async () => {
    await using peer = await tlsPeer({ requestCert: true, rejectUnauthorized: true, ca: authority });
    await expect(echoOver(peer.port, () => trusting)).rejects.toMatchObject({
      code: "tls",
      message: expect.stringMatching(/wants a certificate of this box/),
    });
  });

  it("to a peer that closes without a word after the handshake says what that may mean", async () => {
    await using peer = await tlsPeer({ requestCert: true, rejectUnauthorized: true, ca: otherAuthority });
    await expect(echoOver(peer.port, () => ({ ...trusting, ...ours }))).rejects.toMatchObject({
      code: "closed-by-peer",
      message: expect.stringMatching(/may not accept the certificate of this box/),
    });
  });

  it("BCP 195: to a peer that has TLS 1.1 only, or no forward secrecy, is refused in words", async () => {
    const old = { minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } as const;
    const weak = { maxVersion: "TLSv1.2", ciphers: "AES128-SHA:ECDHE-ECDSA-AES128-SHA" } as const;
    for (const options of [old, weak]) {
      await using peer = await tlsPeer(options);
      await expect(echoOver(peer.port, () => trusting)).rejects.toMatchObject({
        code: "tls",
        message: expect.stringMatching(/no TLS version and cipher in common/),
      });
    }
  });

  it("with files that cannot be used ends before anything is sent", async () => {
    let connections = 0;
    await using peer = await startRawPeer(async () => void connections++);
    const broken: (() => TlsIdentity)[] = [
      () => ({ ...trusting, cert: ownCertificate, key: peerKey }),
      () => ({ ...trusting, cert: "not PEM", key: ownKey }),
      () => {
        throw new Error("own.pem cannot be read");
      },
    ];
    for (const identity of broken) {
      const error = await echoOver(peer.port, identity).catch((reason: unknown) => reason);
      expect(error).toMatchObject({ code: "tls", message: expect.stringMatching(/of this box cannot be used/) });
    }
    expect(connections).toBe(0);
  });

  it("to a port without TLS, and the other way round, names the difference", async () => {
    await using plain = await startRawPeer(async (wire) => {
      await wire.bytes(1);
      await wire.send(Buffer.from([7, 0, 0, 0, 0, 4, 0, 0, 2, 1]));
    });
    await expect(echoOver(plain.port, () => trusting)).rejects.toMatchObject({
      code: "tls",
      message: expect.stringMatching(/does not speak TLS/),
    });
    const alert = Buffer.from("15030100020246", "hex");
    await using peer = await startRawPeer(async (wire) => {
      await wire.bytes(1);
      await wire.send(alert);
    });
    await expect(echoOver(peer.port, undefined)).rejects.toMatchObject({
      code: "tls",
      message: expect.stringMatching(/speaks TLS here/),
    });
  });
});

describe("the acceptor over TLS", () => {
  const server: TlsServerIdentity = { cert: peerCertificate, key: peerKey, requireClientCertificate: false };

  async function listening(tls: () => TlsServerIdentity, options: Partial<ListenOptions> = {}) {
    const errors: DimseError[] = [];
    const onError = (error: DimseError): void => void errors.push(error);
    const acceptor = await listen({ host: "127.0.0.1", port: 0, aeTitle: "PEER", tls, onError, ...options });
    return Object.assign(acceptor, { errors, [Symbol.asyncDispose]: () => acceptor.close() });
  }

  it("answers, and counts new files at the next connection", async () => {
    let identity = server;
    await using acceptor = await listening(() => identity);
    expect(await echoOver(acceptor.port, () => trusting)).toBe(0);
    identity = { ...server, cert: ownCertificate, key: ownKey };
    await expect(echoOver(acceptor.port, () => trusting)).rejects.toMatchObject({ code: "tls" });
    expect(await echoOver(acceptor.port, () => ({ ...trusting, serverName: "scopeline.test" }))).toBe(0);
  });

  it("takes only callers whose certificate is signed by the authority, where that is required", async () => {
    await using acceptor = await listening(() => ({ ...server, ca: authority, requireClientCertificate: true }));
    expect(await echoOver(acceptor.port, () => ({ ...trusting, ...ours }))).toBe(0);
    await expect(echoOver(acceptor.port, () => trusting)).rejects.toMatchObject({ code: "tls" });
    const expired = { cert: expiredCertificate, key: expiredKey };
    await expect(echoOver(acceptor.port, () => ({ ...trusting, ...expired }))).rejects.toMatchObject({
      code: "closed-by-peer",
    });
    expect(acceptor.errors.map(({ code }) => code)).toEqual(["tls", "tls"]);
  });

  it("forgets a caller whose authority is not trusted any more, also when it resumes a session", async () => {
    let ca = authority;
    await using acceptor = await listening(() => ({ ...server, ca, requireClientCertificate: true }));
    const call = async (session?: Buffer) => {
      const identity = { host: "127.0.0.1", port: acceptor.port, ca: authority, servername: serverName, ...ours };
      const socket = connectTls({ ...identity, ...(session && { session }) }).on("error", () => {});
      socket.resume();
      const ticket = once(socket, "session");
      await once(socket, "secureConnect");
      return { isReused: socket.isSessionReused(), socket, ticket };
    };
    const first = await call();
    const session: Buffer = (await first.ticket)[0];
    const second = await call(session);
    expect(second.isReused).toBe(true);
    ca = otherAuthority;
    const third = await call(session);
    expect(third.isReused).toBe(false);
    await expect.poll(() => acceptor.errors.some(({ code }) => code === "tls")).toBe(true);
    for (const { socket } of [first, second, third]) socket.destroy();
  });

  it("drops what is not TLS, TLS 1.1 and a handshake that does not end, and goes on", async () => {
    await using acceptor = await listening(() => server, { deadlines: { associationMs: 200 } });
    const plain = echoOver(acceptor.port, undefined);
    await expect(plain).rejects.toMatchObject({ code: expect.stringMatching(/^(tls|closed-by-peer)$/) });
    const old = connectTls({
      ...{ host: "127.0.0.1", port: acceptor.port, ca: authority, servername: serverName },
      ...{ minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    });
    await expect(once(old, "secureConnect")).rejects.toThrow(/alert protocol version/i);
    const silent: Socket = connect({ host: "127.0.0.1", port: acceptor.port }).on("error", () => {});
    await once(silent, "close");
    expect(await echoOver(acceptor.port, () => trusting)).toBe(0);
    expect(acceptor.errors.map(({ code }) => code)).toEqual(["tls", "tls", "tls"]);
  });

  it("says at once when its own files cannot be used, and goes on with the next when they break later", async () => {
    await expect(listening(() => ({ ...server, key: ownKey }))).rejects.toMatchObject({ code: "tls" });
    let identity = server;
    await using acceptor = await listening(() => identity);
    identity = { ...server, key: ownKey };
    await expect(echoOver(acceptor.port, () => trusting)).rejects.toMatchObject({ code: "connect-failed" });
    expect(acceptor.errors).toMatchObject([{ code: "tls", message: expect.stringContaining("of this box") }]);
    identity = server;
    expect(await echoOver(acceptor.port, () => trusting)).toBe(0);
  });

  it("closes while a handshake and an association are open", async () => {
    const acceptor = await listening(() => server);
    const silent = connect({ host: "127.0.0.1", port: acceptor.port }).on("error", () => {});
    await once(silent, "connect");
    const address = { host: "127.0.0.1", port: acceptor.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" };
    const association = await openAssociation(address, [verification], { tls: () => trusting });
    await acceptor.close();
    expect(await association.closed).toMatchObject({ kind: "failed" });
    if (!silent.destroyed) await once(silent, "close");
  });
});
