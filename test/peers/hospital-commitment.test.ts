import { rm } from "node:fs/promises";
import path from "node:path";
import { expect, it } from "vitest";
import type { Fault } from "../../src/hospital/hospital.ts";
import { videoMicroscopic, vlMicroscopic } from "../support/instance.ts";
import { describePeer, freePort, startHospital, temporaryDirectory } from "../support/peers.ts";
import {
  call,
  type DicomJson,
  listen,
  type OdilMessage,
  type OdilRequest,
  only,
  statuses,
  storageCommitment,
} from "./hospital-odil.ts";
import { store } from "./hospital-store.ts";

const instance = `${storageCommitment}.1`;

function request(transactionUid: string, uids: readonly string[], sopClassUid = vlMicroscopic): OdilRequest {
  const items = uids.map((uid) => reference(uid, sopClassUid));
  return {
    command: {
      CommandField: 0x0130,
      RequestedSOPClassUID: storageCommitment,
      RequestedSOPInstanceUID: instance,
      ActionTypeID: 1,
    },
    dataSet: {
      "00081195": { vr: "UI", Value: [transactionUid] },
      "00081199": { vr: "SQ", Value: items },
    },
  };
}

function reference(uid: string, sopClassUid: string): DicomJson {
  return { "00081150": { vr: "UI", Value: [sopClassUid] }, "00081155": { vr: "UI", Value: [uid] } };
}

/** What a report says, read by odil. */
function read({ EventTypeID, dataSet = {} }: OdilMessage) {
  const items = (tag: string): DicomJson[] => [...(dataSet[tag]?.Value ?? [])] as DicomJson[];
  const value = (item: DicomJson, tag: string): unknown => item[tag]?.Value?.[0];
  return {
    eventType: EventTypeID,
    transaction: value(dataSet, "00081195"),
    committed: items("00081199").map((item) => value(item, "00081155")),
    failed: items("00081198").map((item) => [value(item, "00081155"), value(item, "00081197")]),
  };
}

/** A hospital that has the instances, and does not know where ODIL is. */
async function open(...uids: readonly string[]) {
  await using stack = new AsyncDisposableStack();
  const sent = stack.use(await temporaryDirectory()).path;
  const folder = stack.use(await temporaryDirectory()).path;
  const hospital = stack.use(await startHospital({ directory: folder }));
  for (const uid of uids) {
    const { code } = await store(hospital, sent, { sopInstanceUid: uid, pixelBytes: 1_000 });
    expect(code).toBe(0);
  }
  const owned = stack.move();
  /** Asks and gives what was reported on that association. */
  const ask = async (...requests: readonly OdilRequest[]) => {
    const { messages } = await call(hospital, storageCommitment, requests, { reports: requests.length });
    return messages.slice(requests.length).map(read);
  };
  return { folder, hospital, ask, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describePeer("the simulated hospital's storage commitment, asked by odil", ["odil", "storescu"], () => {
  it("commits what it holds, on the same association where it knows no address", async () => {
    await using place = await open("2.25.1", "2.25.2");
    expect(await place.ask(request("2.25.900", ["2.25.1", "2.25.2"]))).toEqual([
      { eventType: 1, transaction: "2.25.900", committed: ["2.25.1", "2.25.2"], failed: [] },
    ]);
    expect(await place.hospital.commitments()).toMatchObject([
      { transactionUid: "2.25.900", callingAeTitle: "ODIL", reports: [{ association: "same", outcome: "0000" }] },
    ]);
  });

  it("reports on an association of its own to the address it was told, in the SCP role", async () => {
    await using place = await open("2.25.1");
    const port = await freePort();
    const listening = listen(port, 1);
    await place.hospital.setPeers({ ODIL: { host: "127.0.0.1", port } });
    expect(statuses(await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1"])]))).toEqual([
      "0000",
    ]);
    const taken = await listening;
    expect(taken.isOk).toBe(true);
    expect(read(only(taken))).toMatchObject({ eventType: 1, transaction: "2.25.900", committed: ["2.25.1"] });
    const reports = async () =>
      (await place.hospital.commitments())[0]?.reports.filter((one) => one.outcome === "0000");
    await expect.poll(reports).toMatchObject([{ association: "new", committed: [{ sopInstanceUid: "2.25.1" }] }]);
  });

  it("tries again while nobody is there, and says what it holds by then", async () => {
    await using place = await open("2.25.1");
    const port = await freePort();
    await place.hospital.setPeers({ ODIL: { host: "127.0.0.1", port } });
    await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1", "2.25.2"])]);
    const reports = async () => (await place.hospital.commitments())[0]?.reports ?? [];
    const first = async () => (await reports())[0];
    await expect.poll(first).toMatchObject({ outcome: "unreachable", failed: [{ sopInstanceUid: "2.25.2" }] });
    await store(place.hospital, place.folder, { sopInstanceUid: "2.25.2", pixelBytes: 1_000 });
    expect(read(only(await listen(port, 1)))).toMatchObject({ eventType: 1, committed: ["2.25.1", "2.25.2"] });
    await expect.poll(async () => (await reports()).at(-1)).toMatchObject({ outcome: "0000" });
  });

  it("fails what is not there, what is gone from its disk, what it never kept, and what is of another class", async () => {
    await using place = await open("2.25.1", "2.25.2");
    await rm(path.join(place.hospital.archiveDirectory, "2.25.2.dcm"));
    await place.hospital.setFaults([{ kind: "success-keeps-nothing", times: 1 }]);
    await store(place.hospital, place.folder, { sopInstanceUid: "2.25.3", pixelBytes: 1_000 });
    expect(await place.ask(request("2.25.900", ["2.25.1", "2.25.2", "2.25.3", "2.25.4"]))).toEqual([
      {
        ...{ eventType: 2, transaction: "2.25.900", committed: ["2.25.1"] },
        failed: ["2.25.2", "2.25.3", "2.25.4"].map((uid) => [uid, 0x0112]),
      },
    ]);
    expect(await place.ask(request("2.25.901", ["2.25.1"], videoMicroscopic))).toMatchObject([
      { eventType: 2, committed: [], failed: [["2.25.1", 0x0119]] },
    ]);
  });

  it("refuses what is no request, and reports a Transaction UID that is in use as failed", async () => {
    await using place = await open("2.25.1");
    const good = request("2.25.900", ["2.25.1"]);
    const wrong = [
      { ...good, command: { ...good.command, ActionTypeID: 2 } },
      { ...good, command: { ...good.command, RequestedSOPInstanceUID: "2.25.8" } },
      request("2.25.900", []),
      request("2.25.900", ["2.25.1", "2.25.1"]),
    ];
    const refused = await call(place.hospital, storageCommitment, wrong);
    expect(statuses(refused)).toEqual(["0123", "0112", "0115", "0115"]);
    expect(await place.hospital.commitments()).toEqual([]);
    expect(await place.ask(good)).toMatchObject([{ eventType: 1 }]);
    expect(await place.ask(good)).toMatchObject([{ eventType: 2, failed: [["2.25.1", 0x0131]] }]);
  });

  it("reports after a restart what it still owes", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-delay", ms: 60_000 }]);
    await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1"])]);
    await place.hospital[Symbol.asyncDispose]();
    const port = await freePort();
    const listening = listen(port, 1);
    const reportTo = { ODIL: { host: "127.0.0.1", port } };
    await using again = await startHospital({ directory: place.folder, reportTo });
    expect(read(only(await listening))).toMatchObject({ transaction: "2.25.900", committed: ["2.25.1"] });
    const outcomes = async () => (await again.commitments())[0]?.reports.map(({ outcome }) => outcome);
    await expect.poll(outcomes).toContain("0000");
  });
});

describePeer("the faults of the simulated storage commitment, seen by odil", ["odil", "storescu"], () => {
  it("refuses the request", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-refuse", status: "0213", times: 1 }]);
    const asked = request("2.25.900", ["2.25.1"]);
    expect(statuses(await call(place.hospital, storageCommitment, [asked]))).toEqual(["0213"]);
    // What was refused is no transaction: the same UID is not in use.
    expect(await place.ask(asked)).toMatchObject([{ eventType: 1 }]);
    const [first] = await place.hospital.commitments();
    expect(first).toMatchObject({ status: "0213", reports: [] });
  });

  it("reports twice", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-twice" }]);
    const { messages } = await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1"])], {
      reports: 2,
    });
    expect(messages.slice(1).map(read)).toMatchObject([{ eventType: 1 }, { eventType: 1 }]);
  });

  it("never reports", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-never", times: 1 }]);
    // The second request's report is the only one: what was to come before it has had its time.
    const asked = [request("2.25.900", ["2.25.1"]), request("2.25.901", ["2.25.1"])];
    const { messages } = await call(place.hospital, storageCommitment, asked, { reports: 1 });
    expect(messages.slice(2).map(read)).toMatchObject([{ transaction: "2.25.901" }]);
    expect(await place.hospital.commitments()).toMatchObject([{ reports: [] }, { reports: [{ outcome: "0000" }] }]);
  });

  it.each<[string, Fault, object]>([
    [
      "the first ones as failed",
      { kind: "commitment-partly", reason: "0213", instances: 1 },
      { eventType: 2, committed: ["2.25.2"], failed: [["2.25.1", 0x0213]] },
    ],
    [
      "just these as failed",
      { kind: "commitment-partly", reason: "0110", instances: ["2.25.2"] },
      { eventType: 2, committed: ["2.25.1"], failed: [["2.25.2", 0x0110]] },
    ],
    [
      "some not at all",
      { kind: "commitment-omits", instances: ["2.25.1"] },
      { eventType: 1, committed: ["2.25.2"], failed: [] },
    ],
  ])("reports %s", async (_what, fault, expected) => {
    await using place = await open("2.25.1", "2.25.2");
    await place.hospital.setFaults([fault]);
    expect(await place.ask(request("2.25.900", ["2.25.1", "2.25.2"]))).toMatchObject([expected]);
  });

  it("reports a transaction that nobody asked", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-wrong-transaction" }]);
    const [report] = await place.ask(request("2.25.900", ["2.25.1"]));
    expect(report?.committed).toEqual(["2.25.1"]);
    expect(report?.transaction).not.toBe("2.25.900");
  });

  it("reports on the same association though it knows the address", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setPeers({ ODIL: { host: "127.0.0.1", port: await freePort() } });
    await place.hospital.setFaults([{ kind: "commitment-same-association" }]);
    expect(await place.ask(request("2.25.900", ["2.25.1"]))).toMatchObject([{ eventType: 1 }]);
  });

  it("reports in another order than it was asked", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "commitment-delay", ms: 1_000, times: 1 }]);
    const reports = await place.ask(request("2.25.900", ["2.25.1"]), request("2.25.901", ["2.25.1"]));
    expect(reports.map(({ transaction }) => transaction)).toEqual(["2.25.901", "2.25.900"]);
  });

  it.each([true, false])("never answers the request, and reports all the same: %s", async (keep) => {
    await using place = await open("2.25.1");
    const port = await freePort();
    await place.hospital.setPeers({ ODIL: { host: "127.0.0.1", port } });
    await place.hospital.setFaults([{ kind: "commitment-hang", keep, times: 1 }]);
    const hung = await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1"])], { timeoutMs: 1_500 });
    expect(hung).toEqual({ isOk: false, messages: [] });
    const reports = (await place.hospital.commitments())[0]?.reports ?? [];
    expect(reports.length > 0).toBe(keep);
  });

  it("breaks off before the answer, and reports all the same", async () => {
    await using place = await open("2.25.1");
    const port = await freePort();
    await place.hospital.setPeers({ ODIL: { host: "127.0.0.1", port } });
    await place.hospital.setFaults([{ kind: "close-before-answer", to: "commitment", times: 1 }]);
    const listening = listen(port, 1);
    const broken = await call(place.hospital, storageCommitment, [request("2.25.900", ["2.25.1"])]);
    expect(broken).toEqual({ isOk: false, messages: [] });
    expect(read(only(await listening))).toMatchObject({ committed: ["2.25.1"] });
  });
});
