/** DICOMweb over TLS: whom we trust, who we are, and files that are replaced while we run. */
import { copyFile, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket, TlsOptions } from "node:tls";
import { afterEach, beforeEach, expect, it } from "vitest";
import { authorizationFrom, type DicomWebTarget, storeInstances } from "../../src/dicomweb/dicomweb.ts";
import { TlsFiles, type TlsIdentity } from "../../src/lib/tls-files.ts";
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
} from "../support/tls-identity.ts";
import { startWebPeer, type WebPeer } from "../support/web-peer.ts";

const uid = "1.2.3.4";
const item = {
  sopInstanceUid: uid,
  sopClassUid: "1.2.840.10008.5.1.4.1.1.77.1.2",
  transferSyntaxUid: "1.2.840.10008.1.2.4.50",
  pieces: [Buffer.alloc(3_000_000, 1)],
};
const trusting: TlsIdentity = { ca: authority, serverName };
const us: TlsIdentity = { ...trusting, cert: ownCertificate, key: ownKey };
const wantsClients: TlsOptions = { ca: authority, requestCert: true, rejectUnauthorized: true };

let folder: string;
let peer: WebPeer | undefined;
let callers: (string | undefined)[];
let tokens: (string | undefined)[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-webtls-"));
  [callers, tokens] = [[], []];
});
afterEach(async () => {
  await peer?.[Symbol.asyncDispose]();
  peer = undefined;
  await rm(folder, { recursive: true });
});

/** A server that stores everything, and what it knows of its callers. */
async function serve(options: TlsOptions): Promise<string> {
  peer = await startWebPeer(async (wire) => {
    for (;;) {
      const { head } = await wire.webRequest();
      const common = (wire.socket as TLSSocket).getPeerCertificate?.()?.subject?.CN;
      callers.push(Array.isArray(common) ? common[0] : common);
      tokens.push(/^authorization: (.*)$/m.exec(head)?.[1]);
      const items = [{ "00081155": { vr: "UI", Value: [uid] } }];
      await wire.respond("200 OK", JSON.stringify({ "00081199": { vr: "SQ", Value: items } }));
    }
  }, options);
  return `https://127.0.0.1:${peer.port}/dicom-web`;
}

const deadlines = { connectMs: 20_000, readMs: 20_000, writeMs: 20_000, responseMs: 20_000 };
const store = async (target: Omit<DicomWebTarget, "deadlines">): Promise<string | undefined> =>
  (await storeInstances({ ...target, deadlines }, [item])).instances.get(uid)?.kind;

const server: TlsOptions = { cert: peerCertificate, key: peerKey };

it("stores with a server of an authority of our own, by its name", async () => {
  const url = await serve(server);
  expect(await store({ url, tls: () => trusting })).toBe("stored");
});

it.each(["TLSv1.2", "TLSv1.3"] as const)("speaks %s", async (version) => {
  const url = await serve({ ...server, minVersion: version, maxVersion: version });
  expect(await store({ url, tls: () => trusting })).toBe("stored");
});

const refused: [string, TlsOptions, () => TlsIdentity, RegExp][] = [
  ["an authority that we do not know", server, () => ({ serverName }), /authority/],
  ["another authority than ours", server, () => ({ ca: otherAuthority, serverName }), /authority/],
  ["another name", server, () => ({ ca: authority }), /another name.*serverName/],
  ["a certificate that has expired", { cert: expiredCertificate, key: expiredKey }, () => trusting, /expired/],
  [
    "a version of TLS that is too old",
    { ...server, minVersion: "TLSv1.1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" },
    () => trusting,
    /too old|could not be agreed/,
  ],
  [
    "a wish for a certificate that we do not have",
    { ...server, ...wantsClients },
    () => trusting,
    /client certificate/,
  ],
  [
    "our files unreadable",
    server,
    () => new TlsFiles({ caFile: join(folder, "none") }).identity(),
    /none cannot be read/,
  ],
];
it.each(refused)("does not send to a server with %s", async (_name, options, tls, words) => {
  const url = await serve(options);
  const error = await store({ url, tls }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "tls", message: expect.stringMatching(words) });
  expect(callers).toEqual([]);
});

it("says that a server without TLS has none", async () => {
  peer = await startWebPeer((wire) => wire.respond("400 Bad Request"));
  const url = `https://127.0.0.1:${peer.port}`;
  const error = await store({ url, tls: () => trusting }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "tls", message: expect.stringContaining("http://") });
});

it("is sent away by a server that does not trust our authority", async () => {
  const url = await serve({ ...server, ...wantsClients, ca: otherAuthority });
  // Over TLS 1.3 Node's server just closes: there is nothing that would tell a client why.
  const error = await store({ url, tls: () => us }).catch((reason: unknown) => reason);
  expect(error).toMatchObject({ code: "closed-by-peer" });
  expect(callers).toEqual([]);
});

it("shows its certificate where one is wanted", async () => {
  const url = await serve({ ...server, ...wantsClients });
  expect(await store({ url, tls: () => us })).toBe("stored");
  expect(callers).toEqual(["scopeline.test"]);
});

it("counts new files at once, and goes on with the last good ones while they are half written", async () => {
  const files = { caFile: join(folder, "ca"), certificateFile: join(folder, "cert"), keyFile: join(folder, "key") };
  await writeFile(files.caFile, authority);
  await writeFile(files.certificateFile, ownCertificate);
  await writeFile(files.keyFile, ownKey);
  const url = await serve({ ...server, ...wantsClients });
  const tlsFiles = new TlsFiles({ ...files, serverName });
  const target = { url, tls: () => tlsFiles.identity() };
  await store(target);
  await store(target);
  expect(peer?.connections()).toBe(1);
  await writeFile(files.certificateFile, peerCertificate);
  expect(await store(target)).toBe("stored");
  expect(tlsFiles.problem).toContain("is not that of");
  await writeFile(files.keyFile, peerKey);
  expect(await store(target)).toBe("stored");
  // A connection made as somebody else is not used for the new one.
  expect(callers).toEqual(["scopeline.test", "scopeline.test", "scopeline.test", "archive.test"]);
  expect(peer?.connections()).toBe(2);
});

it("reads token and password anew for each request", async () => {
  const url = await serve(server);
  const [first, second, tokenFile] = [join(folder, "1"), join(folder, "2"), join(folder, "token")];
  await writeFile(first, "one\n");
  await writeFile(second, "two\n");
  const target = { url, tls: () => trusting, authorization: () => authorizationFrom({ tokenFile }) };
  for (const file of [first, second]) {
    await copyFile(file, tokenFile);
    await store(target);
  }
  await store({ ...target, authorization: () => authorizationFrom({ user: "box", passwordFile: first }) });
  expect(tokens).toEqual(["Bearer one", "Bearer two", `Basic ${btoa("box:one")}`]);
});
