import { createPrivateKey } from "node:crypto";
import { mkdtemp, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import {
  authority,
  ownCertificate as certificate,
  expiredCertificate,
  expiredKey,
  ownKey as key,
  otherAuthority,
} from "../../test/support/tls-identity.ts";
import { TlsFiles, TlsFilesError } from "./tls-files.ts";

const encryptedKey = createPrivateKey(key).export({
  type: "pkcs8",
  format: "pem",
  cipher: "aes-256-cbc",
  passphrase: "testing",
});

let folder: string;
let paths: { caFile: string; certificateFile: string; keyFile: string };

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "scopeline-tls-"));
  paths = { caFile: join(folder, "ca"), certificateFile: join(folder, "cert"), keyFile: join(folder, "key") };
  await write(authority, certificate, key);
});
afterEach(() => rm(folder, { recursive: true }));

async function write(ca: string, cert: string, privateKey: string): Promise<void> {
  await writeFile(paths.caFile, ca);
  await writeFile(paths.certificateFile, cert);
  await writeFile(paths.keyFile, privateKey);
}

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof TlsFilesError) return error.code;
    throw error;
  }
  return "nothing was thrown";
}

it("gives what is in the files, and the name", () => {
  const files = new TlsFiles({ ...paths, serverName: "archive.test" });
  expect(files.identity()).toEqual({ ca: authority, cert: certificate, key, serverName: "archive.test" });
  expect(files.problem).toBeNull();
});

it("needs no file at all", () => {
  const files = new TlsFiles({});
  expect(files.identity()).toEqual({});
  expect(files.certificates()).toEqual([]);
  expect(files.problem).toBeNull();
});

it("gives the same object until a file changes, and then what is new", async () => {
  const files = new TlsFiles(paths);
  const first = files.identity();
  expect(files.identity()).toBe(first);
  await write(otherAuthority, expiredCertificate, expiredKey);
  expect(files.identity()).toEqual({ ca: otherAuthority, cert: expiredCertificate, key: expiredKey });
});

it("sees a file of the same length and time that was put in the other's place", async () => {
  await writeFile(paths.caFile, `${certificate}# 1\n`);
  await utimes(paths.caFile, 1, 1);
  const files = new TlsFiles(paths);
  files.identity();
  await writeFile(paths.caFile, `${certificate}# 2\n`);
  await utimes(paths.caFile, 1, 1);
  expect(files.identity().ca).toBe(`${certificate}# 2\n`);
});

const bad: [string, () => Promise<void>, string][] = [
  ["gone", () => rm(paths.keyFile), "cannot be read (ENOENT)"],
  ["half written", () => writeFile(paths.certificateFile, certificate.slice(0, 300)), "copied to its end"],
  ["empty", () => writeFile(paths.caFile, ""), "no whole certificate"],
  [
    "whole but for its second certificate",
    () => writeFile(paths.caFile, certificate + certificate.slice(0, 99)),
    "end?",
  ],
  ["garbage between the right lines", () => writeFile(paths.caFile, garbled), "cannot be read"],
  ["replaced, but not its key", () => writeFile(paths.certificateFile, expiredCertificate), "is not that of"],
  ["a key under a passphrase", () => writeFile(paths.keyFile, encryptedKey), "without a passphrase"],
  ["endless", () => writeFile(paths.caFile, certificate.repeat(8_000)), "too long"],
];
const garbled = "-----BEGIN CERTIFICATE-----\nQUJD\n-----END CERTIFICATE-----\n";

it.each(bad)("keeps the last good ones when one is %s, says so, and heals", async (_name, spoil, words) => {
  const files = new TlsFiles(paths);
  const first = files.identity();
  await spoil();
  expect(files.identity()).toBe(first);
  expect(files.problem).toContain(words);
  expect(files.certificates()).toHaveLength(2);
  await write(authority, certificate, key);
  expect(files.problem).toBeNull();
});

it.each(bad)("throws when one is %s from the start", async (_name, spoil, words) => {
  await spoil();
  const files = new TlsFiles(paths);
  expect(() => files.identity()).toThrow(words);
  expect(files.certificates()).toEqual([]);
  await write(authority, certificate, key);
  expect(files.identity().key).toBe(key);
});

it("tells when each certificate of each file expires", async () => {
  await writeFile(paths.caFile, `comment\n${expiredCertificate}\n${authority}`);
  const { caFile, certificateFile } = paths;
  expect(new TlsFiles(paths).certificates()).toEqual([
    { file: caFile, subject: "archive.test", expiresAt: Date.UTC(2021, 0, 1) },
    { file: caFile, subject: "Scopeline Test CA", expiresAt: Date.UTC(2126, 9, 31, 19, 20, 23) },
    { file: certificateFile, subject: "scopeline.test", expiresAt: Date.UTC(2126, 6, 23, 19, 20, 23) },
  ]);
});

it("is a server's identity only with a certificate and its key", () => {
  expect(new TlsFiles(paths).serverIdentity(true)).toEqual({
    ca: authority,
    cert: certificate,
    key,
    requireClientCertificate: true,
  });
  expect(codeOf(() => new TlsFiles({ caFile: paths.caFile }).serverIdentity(false))).toBe("mismatch");
  expect(codeOf(() => new TlsFiles({ keyFile: paths.keyFile }).identity())).toBe("mismatch");
});
