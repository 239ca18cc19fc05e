/** A procedure's instances into archives that none of us wrote: Orthanc and DCMTK's storescp. */
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { readPart10 } from "../../src/dicom/dicom.ts";
import { describePeer, startOrthanc, startStorescp, temporaryDirectory } from "../support/peers.ts";
import { type Box, type BoxNode, type Json, startScopeline, until } from "../support/scopeline.ts";

interface Capture extends Json {
  readonly id: string;
  readonly kind: string;
  readonly progress: string;
  readonly sopInstanceUid: string;
}

/** A clip and three stills, released; resolves when every node has said that it stored all four. */
async function sendProcedure(box: Box): Promise<Capture[]> {
  await box.live();
  const { id } = await box.post<{ id: string }>("/api/procedures", { emergency: {} });
  const clip = await box.post<Capture>("/api/clips", {});
  for (let press = 0; press < 3; press += 1) {
    await box.post("/api/stills", {});
    await sleep(150);
  }
  await box.post(`/api/captures/${clip.id}/stop`);
  await box.post(`/api/procedures/${id}/complete`);
  await box.post(`/api/procedures/${id}/release`);
  const captures = async () => (await box.get<{ captures: Capture[] }>(`/api/procedures/${id}`)).captures;
  await until(
    "four sent captures",
    async () => (await captures()).every((capture) => capture.progress === "sent"),
    60_000,
  );
  return captures();
}

/** The one fragment of a Part 10 file, and the bytes that were saved for that capture. */
async function samePixels(file: string, box: Box, capture: Capture): Promise<boolean> {
  const { pixelFragments } = await readPart10(file);
  expect(pixelFragments).toHaveLength(1);
  const { offset = 0, sizeBytes = 0 } = pixelFragments[0] ?? {};
  const pixels = (await readFile(file)).subarray(offset, offset + sizeBytes);
  const saved = await (await fetch(`${box.url}/api/captures/${capture.id}/media`)).bytes();
  return pixels.length === saved.length + (saved.length % 2) && pixels.subarray(0, saved.length).equals(saved);
}

const boxOptions = (directory: string, nodes: readonly BoxNode[]) => ({
  directory,
  input: { width: 640, height: 360, fps: 25 },
  nodes,
});

describePeer("Orthanc", ["Orthanc"], () => {
  it("gives back, byte for byte, the pixels of a clip and three stills", async () => {
    await using directory = await temporaryDirectory();
    await using orthanc = await startOrthanc({ directory: join(directory.path, "orthanc") });
    const node: BoxNode = { name: "Orthanc", aeTitle: orthanc.aeTitle, port: orthanc.dicomPort, roles: ["storage"] };
    await using box = await startScopeline(boxOptions(join(directory.path, "box"), [node]));
    const captures = await sendProcedure(box);
    expect(captures).toHaveLength(4);
    for (const capture of captures) {
      const look = { Level: "Instance", Query: { SOPInstanceUID: capture.sopInstanceUid } };
      const found = await fetch(`${orthanc.url}/tools/find`, { method: "POST", body: JSON.stringify(look) });
      const ids = (await found.json()) as string[];
      expect(ids).toHaveLength(1);
      const file = join(directory.path, `${capture.id}.dcm`);
      await writeFile(file, await (await fetch(`${orthanc.url}/instances/${ids[0]}/file`)).bytes());
      expect(await samePixels(file, box, capture)).toBe(true);
    }
  });
});

describePeer("DCMTK's storescp", ["storescp"], () => {
  it("receives a clip and three stills, unchanged", async () => {
    await using directory = await temporaryDirectory();
    const received = join(directory.path, "received");
    await mkdir(received);
    await using storescp = await startStorescp({ directory: received, extraArguments: ["+B"] });
    const node: BoxNode = { name: "DCMTK", aeTitle: storescp.aeTitle, port: storescp.port, roles: ["storage"] };
    await using box = await startScopeline(boxOptions(join(directory.path, "box"), [node]));
    const captures = await sendProcedure(box);
    const files = await readdir(received);
    expect(files).toHaveLength(4);
    for (const capture of captures) {
      const file = files.find((name) => name.includes(capture.sopInstanceUid));
      expect(await samePixels(join(received, file ?? ""), box, capture)).toBe(true);
    }
  });
});
