import { access, readdir } from "node:fs/promises";
import { expect, it } from "vitest";
import {
  describePeer,
  launchChromium,
  need,
  runTool,
  startOrthanc,
  startStorescp,
  startWlmscpfs,
  temporaryDirectory,
} from "../support/peers.ts";

const item = `(0008,0005) CS [ISO_IR 192]
(0010,0010) PN [Müller^Jürgen]
(0010,0020) LO [P0001]
(0020,000d) UI [2.25.777]
(0032,1060) LO [Cataract surgery]
(0040,0100) SQ
(fffe,e000) -
(0008,0060) CS [GM]
(0040,0001) AE [SCOPELINE]
(0040,0002) DA [20261121]
(0040,0003) TM [101500]
(0040,0006) PN [Op^Surgeon]
(0040,0007) LO [Phaco]
(0040,0009) SH [SPS1]
(fffe,e00d) -
(fffe,e0dd) -
(0040,1001) SH [RP1]
(0040,1003) SH [ROUTINE]
`;

describePeer("DCMTK", ["storescp", "wlmscpfs", "echoscu", "findscu", "dump2dcm"], () => {
  it("answers an echo and ends with its folder", async () => {
    await using directory = await temporaryDirectory();
    let port = 0;
    {
      await using storescp = await startStorescp({ directory: `${directory.path}/in` });
      port = storescp.port;
      const echo = await runTool(need("echoscu"), ["-aec", storescp.aeTitle, "127.0.0.1", String(port)]);
      expect(echo).toMatchObject({ code: 0 });
      expect(await readdir(`${directory.path}/in`)).toEqual([]);
    }
    expect((await runTool(need("echoscu"), ["127.0.0.1", String(port)])).code).not.toBe(0);
  });

  it("answers a worklist query with the item it was given", async () => {
    await using directory = await temporaryDirectory();
    await using worklist = await startWlmscpfs({ directory: directory.path, items: [item] });
    const keys = ["-k", "0010,0010=", "-k", "0040,0100[0].0040,0001=SCOPELINE"];
    const args = ["-W", "-aec", worklist.aeTitle, "127.0.0.1", String(worklist.port), ...keys];
    const { stderr, stdout } = await runTool(need("findscu"), args);
    expect(stdout + stderr).toContain("Müller^Jürgen");
  });
});

describePeer("Orthanc", ["Orthanc", "echoscu"], () => {
  it("answers by HTTP and by DICOM", async () => {
    await using directory = await temporaryDirectory();
    await using orthanc = await startOrthanc({ directory: directory.path });
    const system: unknown = await (await fetch(`${orthanc.url}/system`)).json();
    expect(system).toMatchObject({ DicomAet: orthanc.aeTitle });
    const echo = await runTool(need("echoscu"), ["-aec", orthanc.aeTitle, "127.0.0.1", String(orthanc.dicomPort)]);
    expect(echo).toMatchObject({ code: 0 });
  });
});

describePeer("Chromium", ["chromium"], () => {
  it("renders a page", async () => {
    await using browser = await launchChromium();
    const page = await browser.newPage();
    await page.setContent("<h1>Scopeline</h1>");
    expect(await page.textContent("h1")).toBe("Scopeline");
  });
});

describePeer("a folder of a test", [], () => {
  it("is gone afterwards", async () => {
    const directory = await temporaryDirectory();
    await directory[Symbol.asyncDispose]();
    await expect(access(directory.path)).rejects.toThrow("ENOENT");
  });
});
