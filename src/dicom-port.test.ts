import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { authority, peerCertificate, peerKey, serverName } from "../test/support/tls-identity.ts";
import { defaultSettings } from "./config/load.ts";
import { DicomPort } from "./dicom-port.ts";
import { openAssociation } from "./dimse/dimse.ts";
import { silentLog } from "./lib/log.ts";
import { TlsFiles } from "./lib/tls-files.ts";

let other: ReturnType<typeof createServer>;
let port = 0;

/** Somebody has the port already. */
beforeEach(async () => {
  other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  ({ port } = other.address() as AddressInfo);
});
afterEach(() => void other.close());

function settings(listener: { enabled: boolean; port: number }) {
  const { station, ...rest } = defaultSettings("/nowhere");
  return { station, listener: { ...rest.listener, host: "127.0.0.1", ...listener } };
}
function dicomPort(listener: { enabled: boolean; port: number }, log = silentLog, againMs?: number) {
  const onEventReport = async (): Promise<number> => 0;
  return new DicomPort({
    settings: settings(listener),
    tls: undefined,
    onEventReport,
    log,
    ...(againMs !== undefined && { againMs }),
  });
}
const letGo = () => new Promise((resolve) => other.close(resolve));

it("answers C-ECHO", async () => {
  await using open = dicomPort({ enabled: true, port: 0 });
  await open.open();
  const called = { host: "127.0.0.1", port: open.port ?? 0, calledAeTitle: "SCOPELINE", callingAeTitle: "TEST" };
  const verification = { abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] };
  const association = await openAssociation(called, [verification]);
  expect(await association.echo()).toBe(0);
  await association.release();
  expect(open.problems).toEqual([]);
});

it("a port that is taken is told with its number, and had once it is free", async () => {
  const told: string[] = [];
  const log = { ...silentLog, warn: (_fields: object, message: string) => void told.push(message) };
  await using open = dicomPort({ enabled: true, port }, log, 10);
  await open.open();
  expect(open.port).toBeNull();
  expect(open.problems[0]).toContain(`port ${port}`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  await letGo();
  while (open.port === null) await new Promise((resolve) => setTimeout(resolve, 10));
  expect(open.problems).toEqual([]);
  expect(told).toHaveLength(1);
});

it("is not tried any more after the end, and is let go of", async () => {
  const waiting = dicomPort({ enabled: true, port }, silentLog, 60_000);
  await waiting.open();
  await waiting[Symbol.asyncDispose]();
  await letGo();
  const open = dicomPort({ enabled: true, port });
  await open.open();
  expect(open.port).toBe(port);
  await open[Symbol.asyncDispose]();
  const socket = connect(port, "127.0.0.1");
  await expect(once(socket, "connect")).rejects.toThrow(/ECONNREFUSED/);
});

it("answers nobody without TLS where the settings say so", async () => {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-port-"));
  const [certificateFile, keyFile] = [join(directory, "c.pem"), join(directory, "k.pem")];
  await writeFile(certificateFile, peerCertificate);
  await writeFile(keyFile, peerKey);
  const tls = { port: 0, certificateFile, keyFile, only: true, requireClientCertificate: false };
  const { station, listener } = settings({ enabled: true, port: 0 });
  await using open = new DicomPort({
    settings: { station, listener: { ...listener, tls } },
    tls: new TlsFiles(tls),
    onEventReport: async () => 0,
    log: silentLog,
  });
  await open.open();
  expect(open.port).toBeNull();
  const called = { host: "127.0.0.1", port: open.tlsPort ?? 0, calledAeTitle: "SCOPELINE", callingAeTitle: "TEST" };
  const verification = { abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2"] };
  await expect(openAssociation(called, [verification])).rejects.toThrow();
  const association = await openAssociation(called, [verification], { tls: () => ({ ca: authority, serverName }) });
  expect(await association.echo()).toBe(0);
  await association.release();
  await rm(directory, { recursive: true });
});

it("that is switched off is no problem", async () => {
  await using off = dicomPort({ enabled: false, port });
  await off.open();
  expect([off.port, off.problems]).toEqual([null, []]);
});
