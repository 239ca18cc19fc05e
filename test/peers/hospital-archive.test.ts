import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import {
  dataSetStart,
  h264Level41,
  h264Level42,
  jpegBaseline,
  type TestInstance,
  videoMicroscopic,
  writeInstance,
} from "../support/instance.ts";
import { describePeer, need, runTool, startHospital, temporaryDirectory } from "../support/peers.ts";
import { store } from "./hospital-store.ts";

const uid = "2.25.4711";
const videoEndoscopic = "1.2.840.10008.5.1.4.1.1.77.1.1.1";
async function dataSetOf(file: string): Promise<Buffer> {
  const bytes = await readFile(file);
  return bytes.subarray(dataSetStart(bytes));
}

async function arrivals(folder: string): Promise<Record<string, unknown>[]> {
  const lines = (await readFile(path.join(folder, "received.jsonl"), "utf8")).split("\n").filter(Boolean);
  return lines.map((line): Record<string, unknown> => JSON.parse(line));
}

/** A hospital and a folder for what is sent to it. */
async function open() {
  await using stack = new AsyncDisposableStack();
  const sent = stack.use(await temporaryDirectory()).path;
  const folder = stack.use(await temporaryDirectory()).path;
  const hospital = stack.use(await startHospital({ directory: folder }));
  const owned = stack.move();
  return { sent, folder, hospital, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describePeer("the simulated hospital's archive, sent to by DCMTK", ["storescu", "echoscu", "dcmftest"], () => {
  it.each([
    ["a still", {}],
    ["a clip in Level 4.1", { sopClassUid: videoMicroscopic, transferSyntaxUid: h264Level41, pixelBytes: 3_000_000 }],
    ["a clip in Level 4.2", { sopClassUid: videoMicroscopic, transferSyntaxUid: h264Level42 }],
  ])("keeps the received bytes of %s untouched in a file that DICOM tools read", async (_name, instance) => {
    await using place = await open();
    const { hospital } = place;
    const { code, file } = await store(hospital, place.sent, { sopInstanceUid: uid, ...instance });
    expect(code).toBe(0);
    const kept = path.join(hospital.archiveDirectory, `${uid}.dcm`);
    expect(await readdir(hospital.archiveDirectory)).toEqual([`${uid}.dcm`]);
    const [was, is] = [await dataSetOf(file), await dataSetOf(kept)];
    expect(is.equals(was)).toBe(true);
    expect((await runTool(need("dcmftest"), [kept])).stdout).toContain("yes:");
    expect(await hospital.archive()).toMatchObject([{ uid, bytes: was.length, arrivals: 1, duplicates: 0 }]);
  });

  it("has one file of an instance that came twice, and counts the second", async () => {
    await using place = await open();
    await store(place.hospital, place.sent, { sopInstanceUid: uid });
    expect((await store(place.hospital, place.sent, { sopInstanceUid: uid })).code).toBe(0);
    expect(await place.hospital.archive()).toMatchObject([{ uid, arrivals: 2, duplicates: 1 }]);
    expect((await arrivals(place.folder)).map(({ outcome }) => outcome)).toEqual(["stored", "duplicate"]);
  });

  it("never lets other bytes under the same UID replace the first", async () => {
    await using place = await open();
    const { file } = await store(place.hospital, place.sent, { sopInstanceUid: uid });
    const first = await dataSetOf(file);
    const second = await store(place.hospital, place.sent, { sopInstanceUid: uid, patientId: "TEST-2" });
    expect(second.output).toMatch(/0x0?111|Duplicate/i);
    expect((await dataSetOf(path.join(place.hospital.archiveDirectory, `${uid}.dcm`))).equals(first)).toBe(true);
    expect((await arrivals(place.folder)).map(({ outcome }) => outcome)).toEqual(["stored", "conflict"]);
  });

  it("knows after a restart what it has, also what a kill kept out of its journal", async () => {
    await using place = await open();
    await store(place.hospital, place.sent, { sopInstanceUid: uid });
    await store(place.hospital, place.sent, { sopInstanceUid: "2.25.4712" });
    const before = await place.hospital.archive();
    await place.hospital[Symbol.asyncDispose]();
    const journal = path.join(place.folder, "received.jsonl");
    const [line = ""] = (await readFile(journal, "utf8")).split("\n");
    await writeFile(journal, `${line}\n{"uid":"2.25.47`);
    await writeFile(path.join(place.hospital.archiveDirectory, "2.25.9.1.part"), "half");
    await using again = await startHospital({ directory: place.folder });
    expect(await again.archive()).toEqual(before);
    expect((await readdir(again.archiveDirectory)).sort()).toEqual([`${uid}.dcm`, "2.25.4712.dcm"]);
    expect((await store(again, place.sent, { sopInstanceUid: "2.25.4712" })).code).toBe(0);
    expect((await readFile(journal, "utf8")).split("\n").at(-2)).toContain('"outcome":"duplicate"');
  });

  it("takes several echoes and instances on one association", async () => {
    await using place = await open();
    const { hospital } = place;
    const to = ["-aec", hospital.aeTitle, "127.0.0.1", String(hospital.dicomPort)];
    expect((await runTool(need("echoscu"), ["--repeat", "3", ...to])).code).toBe(0);
    const files = ["2.25.1", "2.25.2", "2.25.3"].map((one) => [one, path.join(place.sent, `${one}.dcm`)] as const);
    for (const [one, file] of files) await writeInstance(file, { sopInstanceUid: one, pixelBytes: 40_000 });
    const sent = await runTool(need("storescu"), ["-xy", ...to, ...files.map(([, file]) => file)]);
    expect(sent.code).toBe(0);
    expect((await hospital.archive()).map((instance) => instance.uid)).toEqual(["2.25.1", "2.25.2", "2.25.3"]);
  });

  it("refuses a called AE title that is not its own", async () => {
    await using place = await open();
    const args = ["-aec", "SOMEBODY", "127.0.0.1", String(place.hospital.dicomPort)];
    const { code, stderr } = await runTool(need("echoscu"), args);
    expect(code).not.toBe(0);
    expect(stderr).toContain("Called AE Title Not Recognized");
  });

  it("goes on after bytes that are not DICOM", async () => {
    await using place = await open();
    const socket = connect(place.hospital.dicomPort, "127.0.0.1").on("error", () => {});
    socket.write("GET / HTTP/1.1\r\n\r\n");
    await sleep(100);
    socket.destroy();
    expect((await store(place.hospital, place.sent, { sopInstanceUid: uid })).code).toBe(0);
  });
});

describePeer("the faults of the simulated archive, seen by DCMTK", ["storescu"], () => {
  const still: TestInstance = { sopInstanceUid: uid };

  it.each([true, false])("rejects associations, for good: %s", async (permanent) => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "reject-association", permanent, times: 1 }]);
    const { code, output } = await store(place.hospital, place.sent, still);
    expect(code).not.toBe(0);
    expect(output).toContain(permanent ? "Rejected Permanent" : "Rejected Transient");
    expect(await place.hospital.faults()).toEqual([]);
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
  });

  it("refuses a class, or a transfer syntax", async () => {
    await using place = await open();
    const { hospital } = place;
    const clip = { sopInstanceUid: "2.25.5", sopClassUid: videoMicroscopic, transferSyntaxUid: h264Level41 };
    await hospital.setFaults([{ kind: "refuse-context", sopClassUid: videoMicroscopic }]);
    expect((await store(hospital, place.sent, clip)).code).not.toBe(0);
    expect((await store(hospital, place.sent, still)).code).toBe(0);
    await hospital.setFaults([{ kind: "refuse-context", transferSyntaxUid: h264Level41 }]);
    expect((await store(hospital, place.sent, clip)).code).not.toBe(0);
    await hospital.setFaults([]);
    expect((await store(hospital, place.sent, clip)).code).toBe(0);
  });

  it.each(["A700", "0110", "C000", "0122"])(
    "answers %s and keeps nothing, the number of times it was told",
    async (status) => {
      await using place = await open();
      await place.hospital.setFaults([{ kind: "status", status, times: 1 }]);
      const { output } = await store(place.hospital, place.sent, still);
      expect(output).not.toContain("Received Store Response (Success)");
      expect(await place.hospital.archive()).toEqual([]);
      expect(await arrivals(place.folder)).toMatchObject([{ outcome: "refused", status }]);
      expect((await store(place.hospital, place.sent, still)).output).toContain("(Success)");
      expect(await readdir(place.hospital.archiveDirectory)).toEqual([`${uid}.dcm`]);
    },
  );

  it("keeps the instance with a warning, and with a coerced Patient ID in its record only", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "coerce-patient-id", patientId: "OTHER-1" }]);
    const { output, file } = await store(place.hospital, place.sent, still);
    expect(output).toMatch(/Warning.*Coercion/i);
    expect(await place.hospital.archive()).toMatchObject([{ uid, coercedPatientId: "OTHER-1" }]);
    const kept = await dataSetOf(path.join(place.hospital.archiveDirectory, `${uid}.dcm`));
    expect(kept.equals(await dataSetOf(file))).toBe(true);
  });

  it("refuses some classes, or some syntaxes, or some classes in some syntaxes", async () => {
    await using place = await open();
    const { hospital } = place;
    const clip = { sopInstanceUid: "2.25.5", sopClassUid: videoMicroscopic, transferSyntaxUid: h264Level41 };
    const codes = async () => [
      (await store(hospital, place.sent, clip)).code,
      (await store(hospital, place.sent, { ...clip, transferSyntaxUid: h264Level42 })).code,
      (await store(hospital, place.sent, still)).code,
    ];
    const refused = expect.not.closeTo(0);
    await hospital.setFaults([{ kind: "refuse-context", sopClassUids: [videoMicroscopic, videoEndoscopic] }]);
    expect(await codes()).toEqual([refused, refused, 0]);
    await hospital.setFaults([{ kind: "refuse-context", transferSyntaxUids: [h264Level41, jpegBaseline] }]);
    expect(await codes()).toEqual([refused, 0, refused]);
    const both = { sopClassUids: [videoMicroscopic], transferSyntaxUids: [h264Level42, jpegBaseline] };
    await hospital.setFaults([{ kind: "refuse-context", ...both }]);
    expect(await codes()).toEqual([0, refused, 0]);
  });

  it("answers so to some classes, or some syntaxes, only", async () => {
    await using place = await open();
    const { hospital } = place;
    const clip = { sopInstanceUid: "2.25.5", sopClassUid: videoMicroscopic, transferSyntaxUid: h264Level41 };
    await hospital.setFaults([{ kind: "status", status: "0122", sopClassUids: [videoMicroscopic] }]);
    expect((await store(hospital, place.sent, clip)).output).not.toContain("(Success)");
    expect((await store(hospital, place.sent, still)).output).toContain("(Success)");
    await hospital.setFaults([{ kind: "status", status: "A900", transferSyntaxUids: [h264Level42] }]);
    expect((await store(hospital, place.sent, clip)).output).toContain("(Success)");
    const other = { ...clip, sopInstanceUid: "2.25.6", transferSyntaxUid: h264Level42 };
    expect((await store(hospital, place.sent, other)).output).not.toContain("(Success)");
  });

  it("has a full disk when all of an instance has come", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "disk-full", afterBytes: 50_000, times: 2 }]);
    expect((await store(place.hospital, place.sent, still)).output).toMatch(/0xa700|OutOfResources|Out of Resources/i);
    expect(await readdir(place.hospital.archiveDirectory)).toEqual([]);
    expect((await store(place.hospital, place.sent, { ...still, pixelBytes: 10_000 })).output).toContain("(Success)");
  });

  it.each([
    ["success", "0000", ["2.25.4711.dcm"]],
    ["a failure", "C000", []],
  ])("answers %s before all data has come", async (_what, status, kept) => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "early-answer", afterBytes: 100_000, status, times: 1 }]);
    const { output } = await store(place.hospital, place.sent, { ...still, pixelBytes: 2_000_000 });
    expect(output.includes("(Success)")).toBe(status === "0000");
    await expect.poll(() => readdir(place.hospital.archiveDirectory)).toEqual(kept);
    await expect.poll(() => arrivals(place.folder)).toMatchObject([{ status }]);
  });

  it("answers early and takes the next instance on the same association", async () => {
    await using place = await open();
    const { hospital } = place;
    await hospital.setFaults([{ kind: "early-answer", times: 1 }]);
    const files = ["2.25.1", "2.25.2", "2.25.3"].map((one) => [one, path.join(place.sent, `${one}.dcm`)] as const);
    for (const [one, file] of files) await writeInstance(file, { sopInstanceUid: one, pixelBytes: 1_000_000 });
    const to = ["-aec", hospital.aeTitle, "127.0.0.1", String(hospital.dicomPort)];
    const sent = await runTool(need("storescu"), ["-v", "-xy", ...to, ...files.map(([, file]) => file)]);
    expect((sent.stdout + sent.stderr).match(/\(Success\)/g)).toHaveLength(3);
    const kept = async () => (await hospital.archive()).map((instance) => instance.uid).sort();
    await expect.poll(kept).toEqual(["2.25.1", "2.25.2", "2.25.3"]);
  });

  it.each(["wrong-message-id", "wrong-sop-instance-uid", "abort-before-answer"] as const)(
    "keeps the instance and does not answer it rightly: %s",
    async (kind) => {
      await using place = await open();
      await place.hospital.setFaults([{ kind, times: 1 }]);
      const { code, output } = await store(place.hospital, place.sent, still);
      // DCMTK does not look at the instance of an answer.
      if (kind !== "wrong-sop-instance-uid") expect(code).not.toBe(0);
      else expect(output).toContain("(Success)");
      expect(await place.hospital.archive()).toMatchObject([{ uid, arrivals: 1 }]);
      expect((await store(place.hospital, place.sent, still)).code).toBe(0);
    },
  );

  it.each(["association-hang", "association-abort", "association-close"] as const)(
    "goes no further: %s",
    async (kind) => {
      await using place = await open();
      await place.hospital.setFaults([{ kind, times: 1 }]);
      expect((await store(place.hospital, place.sent, still, ["-ta", "1"])).code).not.toBe(0);
      expect(await place.hospital.archive()).toEqual([]);
      expect((await store(place.hospital, place.sent, still)).code).toBe(0);
    },
  );

  it("never lets go", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "release-hang", times: 1 }]);
    const { output } = await store(place.hospital, place.sent, still, ["-ta", "1"]);
    expect(output).toContain("(Success)");
    expect(output).toMatch(/Release Failed/i);
  });

  it("is gone until it is opened again, or for a while, and has its files", async () => {
    await using place = await open();
    await store(place.hospital, place.sent, still);
    await place.hospital.restart();
    expect((await store(place.hospital, place.sent, still)).code).not.toBe(0);
    await place.hospital.open();
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
    await place.hospital.restart(300);
    const code = async () => (await store(place.hospital, place.sent, { sopInstanceUid: "2.25.2" })).code;
    await expect.poll(code).toBe(0);
    expect((await place.hospital.archive()).map((instance) => instance.uid)).toEqual([uid, "2.25.2"]);
  });

  it("says success and keeps nothing", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "success-keeps-nothing" }]);
    expect((await store(place.hospital, place.sent, still)).output).toContain("(Success)");
    expect(await readdir(place.hospital.archiveDirectory)).toEqual([]);
    expect(await arrivals(place.folder)).toMatchObject([{ outcome: "lost" }]);
  });

  it.each(["abort-in-data", "close-in-data"] as const)("breaks off in the middle of the data: %s", async (kind) => {
    await using place = await open();
    await place.hospital.setFaults([{ kind, afterBytes: 100_000, times: 1 }]);
    const { code, output } = await store(place.hospital, place.sent, { ...still, pixelBytes: 8_000_000 });
    expect(code).not.toBe(0);
    expect(output).toMatch(kind === "abort-in-data" ? /Peer aborted Association/i : /TCP|Peer aborted|Failed/i);
    await expect.poll(() => readdir(place.hospital.archiveDirectory)).toEqual([]);
    expect(await arrivals(place.folder)).toEqual([]);
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
  });

  it("keeps the instance and loses the connection before the answer", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "close-before-answer", times: 1 }]);
    expect((await store(place.hospital, place.sent, still)).code).not.toBe(0);
    expect(await place.hospital.archive()).toMatchObject([{ uid, arrivals: 1 }]);
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
    expect(await place.hospital.archive()).toMatchObject([{ uid, arrivals: 2, duplicates: 1 }]);
  });

  it("never answers", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "hang", keep: false, times: 1 }]);
    const { code, output } = await store(place.hospital, place.sent, still, ["-td", "1"]);
    expect(code).not.toBe(0);
    expect(output).toMatch(/timeout|no data available/i);
    expect(await place.hospital.archive()).toEqual([]);
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
  });

  it("stops reading in the middle of the data", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "stop-reading", afterBytes: 100_000, times: 1 }]);
    // More than any socket buffers: DCMTK is still sending when it is ended.
    const stuck = await store(place.hospital, place.sent, { ...still, pixelBytes: 60_000_000 }, [], 2_000);
    expect(stuck.code).toBeNull();
    expect(await place.hospital.archive()).toEqual([]);
    expect((await store(place.hospital, place.sent, still)).code).toBe(0);
  });

  it("is slow to read and slow to answer", async () => {
    await using place = await open();
    await place.hospital.setFaults([
      { kind: "slow-reader", bytesPerS: 400_000 },
      { kind: "delay-answer", ms: 200 },
    ]);
    const before = performance.now();
    const { code, file } = await store(place.hospital, place.sent, still);
    expect(code).toBe(0);
    // Half a second of data and the pause; a lower bound only: how long it takes above that is the machine's affair.
    expect(performance.now() - before).toBeGreaterThan(650);
    const kept = await dataSetOf(path.join(place.hospital.archiveDirectory, `${uid}.dcm`));
    expect(kept.equals(await dataSetOf(file))).toBe(true);
  });

  it("are refused when they are not known, all of them", async () => {
    await using place = await open();
    const response = await fetch(`http://127.0.0.1:${place.hospital.httpPort}/faults`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify([{ kind: "success-keeps-nothing", tims: 1 }]),
    });
    expect(response.status).toBe(400);
    expect(await place.hospital.faults()).toEqual([]);
  });
});
