import { isDeepStrictEqual } from "node:util";
import { expect, it } from "vitest";
import { clipRungs, defaultStillRungs } from "../../src/dicom/dicom.ts";
import { type FitNode, type FitProposed, type FitReport, fitReportText } from "../../src/fit/fit.ts";
import { dimseNode, fitQuickly, listenForReports, settingsWith, webNode, webOf } from "../support/fit.ts";
import { startDcmqrscp, startJpegStorescp } from "../support/fit-peers.ts";
import { describePeer, startHospital, startOrthanc, startStorescp, temporaryDirectory } from "../support/peers.ts";

const videoMicroscopic = "1.2.840.10008.5.1.4.1.1.77.1.2.1";
const h264 = ["1.2.840.10008.1.2.4.102", "1.2.840.10008.1.2.4.104"];

const microscope = { still: "vlMicroscopic", clip: "videoMicroscopic" } as const;

/** What each peer led to, to be compared at the end. */
const proposals = new Map<string, FitProposed | null>();

/** What the tests of every peer have in common: the report is whole, and the settings file takes what it proposes. */
async function checkReport(peer: string, node: FitNode, report: FitReport, directory: string): Promise<void> {
  proposals.set(peer, report.proposed);
  const text = fitReportText(report);
  for (const { title } of report.steps) expect(text).toContain(title);
  for (const { studyInstanceUid } of report.leftBehind.studies) expect(text).toContain(studyInstanceUid);
  if (report.proposed === null) return;
  const { roles, encoding, sending, dicomwebUses } = report.proposed;
  const settings = await settingsWith(report, node, directory);
  expect(settings).toMatchObject({ roles, encoding, sending: { associations: sending.associations } });
  if (dicomwebUses !== null) expect(settings?.dicomweb?.uses).toEqual(dicomwebUses);
}

const result = (report: FitReport, name: string): string | undefined =>
  report.steps.find((step) => step.name === name)?.result;

describePeer("a fit test", ["Orthanc", "orthanc-dicomweb", "storescp", "ffmpeg"], () => {
  it("finds that Orthanc stores, commits, answers queries and gives back what it got", async () => {
    await using directory = await temporaryDirectory();
    await using port = await listenForReports();
    const box = { AET: "SCOPELINE", Host: "127.0.0.1", Port: port.port, AllowStorageCommitment: true };
    await using orthanc = await startOrthanc({ directory: directory.path, settings: { DicomModalities: { box } } });
    const node: FitNode = { ...dimseNode(orthanc), dicomweb: webOf(orthanc, ["query"]) };
    const originals = { ...microscope, stillEncodings: ["jpeg-ls"], recordsStereo: true } as const;
    const report = await fitQuickly(node, directory.path, { awaitReport: port.reports.awaitReport, originals });
    await checkReport("Orthanc", node, report, directory.path);
    expect(report.proposed).toMatchObject({ roles: ["storage", "commitment", "query"], dicomwebUses: ["query"] });
    expect(report.proposed?.encoding).toEqual(node.encoding);
    expect(report.differences).toEqual(["roles: [storage] → [commitment, query, storage]"]);
    const stored = report.rungs.filter(({ store }) => store.kind === "stored");
    // Every class in every encoding but in fragments, which this Orthanc does not know.
    expect(stored).toHaveLength(19 + 4 + 3);
    expect(stored.map(({ candidate }) => candidate.label)).toEqual(
      expect.arrayContaining([
        "VL Microscopic Image, JPEG-LS",
        "Video Microscopic Image, H.264 High@4.2, stereo pairs",
        "Secondary Capture Image, JPEG-LS",
      ]),
    );
    for (const { found, committed, readBack } of stored) {
      expect({ found, committed, readBack }).toEqual({ found: true, committed: true, readBack: { kind: "same" } });
    }
    expect(result(report, "text")).toBe("passed");
    const left = await fetch(`${orthanc.url}/instances`).then((response) => response.json());
    expect(left).toHaveLength(report.leftBehind.instances);
  });

  it("finds that DICOMweb alone can be queried and not asked to commit", async () => {
    await using directory = await temporaryDirectory();
    await using orthanc = await startOrthanc({ directory: directory.path });
    const node = webNode(orthanc);
    const report = await fitQuickly(node, directory.path);
    await checkReport("DICOMweb", node, report, directory.path);
    expect(report.proposed).toMatchObject({ roles: ["storage", "query"], dicomwebUses: ["store", "query"] });
    expect(report.steps.find(({ name }) => name === "read-back")?.words).toMatch(/^WADO-RS: 25 of 25/);
    expect(result(report, "negotiate")).toBe("skipped");
    expect(result(report, "commitment")).toBe("skipped");
    expect(report.rungs.map(({ accepted }) => accepted)).toEqual(report.rungs.map(() => null));
    // What could be in fragments is said, and not switched on.
    expect(report.proposed?.encoding.fragmentable).toBe(false);
    expect(report.notes.join()).toContain("encoding.fragmentable");
  });

  it("says what to ask for where a node takes nothing that the box sends", async () => {
    await using directory = await temporaryDirectory();
    await using storescp = await startStorescp({ directory: directory.path, extraArguments: ["+xi"] });
    const node = dimseNode(storescp);
    const report = await fitQuickly(node, directory.path);
    await checkReport("implicit VR only", node, report, directory.path);
    expect(report.proposed).toBeNull();
    expect(report.warnings.join()).toContain("VL Microscopic Image, JPEG and Video Microscopic Image, H.264 High@4.1");
    expect(report.leftBehind).toEqual({ instances: 0, studies: [] });
  });

  it("finds the one still and the one association that a small archive takes", async () => {
    await using directory = await temporaryDirectory();
    await using storescp = await startJpegStorescp(directory.path);
    // Nobody has to wait the usual 5 s for the second association.
    const node = dimseNode(storescp, { associationMs: 2_000 });
    const report = await fitQuickly(node, directory.path);
    await checkReport("JPEG stills", node, report, directory.path);
    expect(report.proposed).toMatchObject({
      roles: ["storage"],
      encoding: { stills: ["secondaryCapture", "secondaryCaptureJpeg"], clips: ["keyFrames"] },
      sending: { associations: 1 },
    });
    expect(report.warnings.join()).toContain("never shown as safe");
  });

  it("finds that an archive of uncompressed stills and H.264 to 30 frames a second can be queried", async () => {
    await using directory = await temporaryDirectory();
    await using dcmqrscp = await startDcmqrscp(directory.path);
    const node = dimseNode(dcmqrscp);
    const report = await fitQuickly({ ...node, roles: ["storage", "commitment", "mpps"] }, directory.path);
    await checkReport("dcmqrscp", node, report, directory.path);
    expect(report.proposed).toMatchObject({
      roles: ["storage", "query"],
      encoding: {
        stills: ["secondaryCaptureUncompressed"],
        clips: clipRungs.filter((rung) => /^original|(scopic|graphic)(H264)?$/.test(rung)),
      },
    });
    expect(report.steps.find(({ name }) => name === "read-back")?.words).toBe(
      "C-GET: 4 of 4 instances come back with the pixels that were sent.",
    );
    expect(report.steps.find(({ name }) => name === "text")?.words).toContain("in the instance");
    expect(report.warnings).toEqual([
      expect.stringContaining("50 or 60 frames a second"),
      expect.stringContaining("has the role mpps and refuses it"),
      expect.stringContaining("role commitment is in the settings and did not work"),
    ]);
  });

  it("finds the way around what an archive refuses, and its commitment on the same association", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([
      { kind: "refuse-context", sopClassUid: videoMicroscopic },
      { kind: "refuse-context", transferSyntaxUids: h264 },
      { kind: "commitment-same-association" },
    ]);
    const node = dimseNode(hospital);
    const settings = { ...node, encoding: { ...node.encoding, fragmentable: true } };
    const originals = { ...microscope, stillEncodings: ["uncompressed"] } as const;
    const report = await fitQuickly(settings, directory.path, { originals });
    await checkReport("no Video Microscopic, no H.264", node, report, directory.path);
    expect(report.proposed).toMatchObject({
      roles: ["storage", "commitment", "query"],
      // In fragments it does take H.264, in the classes that it takes at all.
      encoding: {
        fragmentable: true,
        stills: defaultStillRungs,
        clips: clipRungs.filter((rung) => !/^original|Micro|H264$/.test(rung)),
      },
    });
    expect(report.steps.at(-1)?.words).toContain("on the same association");
  });

  it("warns of an archive that says success and keeps nothing", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([{ kind: "success-keeps-nothing" }, { kind: "commitment-refuse", status: "0122" }]);
    const node = dimseNode(hospital);
    const report = await fitQuickly({ ...node, roles: ["worklist", "storage"] }, directory.path);
    await checkReport("keeps nothing", node, report, directory.path);
    expect(result(report, "store")).toBe("passed");
    // What it is used for besides stays.
    expect(report.proposed?.roles).toEqual(["worklist"]);
    expect(report.warnings).toEqual([expect.stringContaining("says success and keeps nothing")]);
  });

  it("finds the largest instance that fits, and leaves a commitment that nobody reports as it was set", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([
      { kind: "disk-full", afterBytes: 15_000_000 },
      { kind: "find-refuse-context" },
      { kind: "commitment-never" },
    ]);
    const node: FitNode = { ...dimseNode(hospital), roles: ["storage", "commitment", "query"] };
    const limits = { reportMs: 300 };
    const report = await fitQuickly(node, directory.path, { largeBytes: 48_000_000, limits });
    await checkReport("small disk", node, report, directory.path);
    expect(report.proposed).toMatchObject({
      roles: ["storage", "commitment"],
      encoding: { maxInstanceBytes: 12_000_000, clips: clipRungs },
    });
    expect(report.steps.find(({ name }) => name === "size")?.words).toMatch(/48 MB is not:.*A700.*12 MB is taken/);
    expect(report.warnings.join()).toMatch(/no report came.*role query is in the settings and did not work/);
  });

  it("sees names that come back without their umlauts", async () => {
    await using directory = await temporaryDirectory();
    const settings = { DefaultEncoding: "Ascii" };
    await using orthanc = await startOrthanc({ directory: directory.path, settings });
    const report = await fitQuickly(dimseNode(orthanc), directory.path);
    expect(report.proposed?.encoding.characterSet).toBe("ISO_IR 192");
    expect(result(report, "text")).toBe("failed");
    expect(report.warnings.join()).toContain("in whatever character set they are sent");
    // Each name is somebody else's: no archive has to merge them.
    const patients = report.leftBehind.studies.map(({ patientId }) => patientId);
    expect(patients).toEqual(["SCOPELINE-FIT", "SCOPELINE-FIT-ISO-IR-192", "SCOPELINE-FIT-ISO-IR-100"]);
  });

  it("proposes something else for each of these peers", () => {
    const all = [...proposals];
    expect(all.length).toBeGreaterThanOrEqual(8);
    for (const [at, [peer, proposed]] of all.entries()) {
      const same = all.slice(at + 1).filter(([, other]) => isDeepStrictEqual(proposed, other));
      expect([peer, ...same.map(([name]) => name)]).toEqual([peer]);
    }
  });
});
