/** A whole box and archives that none of us wrote, as a hospital would set them: TLS and commitment, DICOMweb and query. */
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describePeer, startOrthanc, startStorescp, temporaryDirectory } from "../support/peers.ts";
import { freePort } from "../support/run.ts";
import { type Box, type BoxNode, type Json, startScopeline, until } from "../support/scopeline.ts";
import * as pems from "../support/tls-identity.ts";

interface Delivery extends Json {
  readonly transfer: string;
  readonly commitment: string;
  readonly verifiedBy: string | null;
  readonly reason: string | null;
}

/** The test certificates as files; gives the path of each. */
async function certificates(directory: string): Promise<(name: keyof typeof pems) => string> {
  const folder = join(directory, "pem");
  await mkdir(folder, { recursive: true });
  for (const [name, pem] of Object.entries(pems)) await writeFile(join(folder, `${name}.pem`), pem);
  return (name) => join(folder, `${name}.pem`);
}

async function release(box: Box): Promise<string> {
  await box.live();
  const { id } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
  const clip = await box.post<{ id: string }>("/api/clips", {});
  for (let press = 0; press < 2; press += 1) await box.post("/api/stills", {});
  await new Promise((resolve) => setTimeout(resolve, 800));
  await box.post(`/api/captures/${clip.id}/stop`);
  await box.post(`/api/procedures/${id}/complete`);
  await box.post(`/api/procedures/${id}/release`);
  return id;
}
const deliveries = async (box: Box, id: string) =>
  (await box.get<{ deliveries: Delivery[] }>(`/api/deliveries?procedureId=${id}`)).deliveries;
const allCommitted = (box: Box, id: string) =>
  until(
    "all safe",
    async () => {
      const list = await deliveries(box, id);
      return list.length === 3 && list.every(({ commitment }) => commitment === "committed");
    },
    60_000,
  );
const boxOptions = (directory: string, node: BoxNode, settings: Json = {}) => ({
  directory: join(directory, "box"),
  input: { width: 320, height: 180, fps: 15 },
  nodes: [node],
  settings,
});

describePeer("Orthanc", ["Orthanc", "orthanc-dicomweb"], () => {
  it("over TLS both ways, with certificates on both sides: everything is committed", async () => {
    await using directory = await temporaryDirectory();
    const pem = await certificates(directory.path);
    const [port, tlsPort] = [await freePort(), await freePort()];
    await using orthanc = await startOrthanc({
      directory: join(directory.path, "orthanc"),
      settings: {
        DicomTlsEnabled: true,
        DicomTlsCertificate: pem("peerCertificate"),
        DicomTlsPrivateKey: pem("peerKey"),
        DicomTlsTrustedCertificates: pem("authority"),
        DicomTlsRemoteCertificateRequired: true,
        DicomModalities: { box: { AET: "SCOPELINE", Host: "127.0.0.1", Port: tlsPort, UseDicomTls: true } },
      },
    });
    const node: BoxNode = {
      name: "Orthanc",
      aeTitle: orthanc.aeTitle,
      port: orthanc.dicomPort,
      roles: ["storage", "commitment", "query"],
      more: {
        tls: {
          caFile: pem("authority"),
          certificateFile: pem("ownCertificate"),
          keyFile: pem("ownKey"),
          serverName: pems.serverName,
        },
      },
    };
    const tls = {
      port: tlsPort,
      certificateFile: pem("ownCertificate"),
      keyFile: pem("ownKey"),
      caFile: pem("authority"),
      requireClientCertificate: true,
    };
    await using box = await startScopeline(boxOptions(directory.path, node, { listener: { port, tls } }));
    const id = await release(box);
    await allCommitted(box, id);
    expect((await deliveries(box, id)).every(({ verifiedBy }) => verifiedBy === "commitment")).toBe(true);
  });

  it("by STOW-RS with a password, and proven by QIDO-RS, which is said to be weaker", async () => {
    await using directory = await temporaryDirectory();
    await using orthanc = await startOrthanc({
      directory: join(directory.path, "orthanc"),
      settings: { AuthenticationEnabled: true, RegisteredUsers: { scopeline: "secret" } },
    });
    const passwordFile = join(directory.path, "password");
    await writeFile(passwordFile, "wrong\n");
    const node: BoxNode = {
      name: "Web archive",
      aeTitle: orthanc.aeTitle,
      port: orthanc.dicomPort,
      roles: ["storage", "query"],
      more: { dicomweb: { url: `${orthanc.url}/dicom-web`, user: "scopeline", passwordFile } },
    };
    await using box = await startScopeline(boxOptions(directory.path, node));
    const id = await release(box);
    // A wrong password costs no capture: the node is down, with the cure, until the file is mended. No restart.
    await until("the refusal is told", async () => {
      const { problems } = await box.get<{ problems: { message: string; detail?: string | null }[] }>("/api/health");
      return problems.some(
        ({ message, detail }) => /Web archive/.test(message) && /password|token/i.test(String(detail)),
      );
    });
    expect((await deliveries(box, id)).every(({ transfer }) => transfer === "pending")).toBe(true);
    await writeFile(`${passwordFile}.new`, "secret\n");
    await rename(`${passwordFile}.new`, passwordFile);
    await allCommitted(box, id);
    expect((await deliveries(box, id)).every(({ verifiedBy }) => verifiedBy === "query")).toBe(true);
    expect(box.log).not.toContain("secret");
  });
});

describePeer("DCMTK's storescp", ["storescp"], () => {
  it("over TLS: another authority's certificate is refused in words, and sending goes on when the file is replaced", async () => {
    await using directory = await temporaryDirectory();
    const pem = await certificates(directory.path);
    const received = join(directory.path, "received");
    const tls = ["+tls", pem("peerKey"), pem("peerCertificate"), "+cf", pem("authority")];
    await using peer = await startStorescp({ directory: received, extraArguments: tls });
    const caFile = join(directory.path, "ca.pem");
    await writeFile(caFile, pems.otherAuthority);
    const node: BoxNode = {
      name: "Archive",
      aeTitle: peer.aeTitle,
      port: peer.port,
      roles: ["storage"],
      more: {
        tls: { caFile, certificateFile: pem("ownCertificate"), keyFile: pem("ownKey"), serverName: pems.serverName },
      },
    };
    await using box = await startScopeline(boxOptions(directory.path, node));
    const id = await release(box);
    await until("the certificate is told of", async () => {
      const { problems } = await box.get<{ problems: { detail?: string | null }[] }>("/api/health");
      return problems.some(({ detail }) => /certificate/i.test(String(detail)));
    });
    expect(await readdir(received)).toEqual([]);
    await writeFile(`${caFile}.new`, pems.authority);
    await rename(`${caFile}.new`, caFile);
    await until("all stored", async () => {
      const list = await deliveries(box, id);
      return list.length === 3 && list.every(({ transfer }) => transfer === "stored");
    });
    expect(await readdir(received)).toHaveLength(3);
  });
});
