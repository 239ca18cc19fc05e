/** Proof of what archives that none of us wrote have: Orthanc by commitment and by query, the simulated hospital with faults. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { eventReportService, listen } from "../../src/dimse/dimse.ts";
import type { Fault } from "../../src/hospital/hospital.ts";
import { silentLog } from "../../src/lib/log.ts";
import { NewsFeed } from "../../src/lib/news.ts";
import { CommitmentReports } from "../../src/outbox/commitment/commitment-reports.ts";
import { CommitmentWorker } from "../../src/outbox/commitment/commitment-worker.ts";
import type { OutboxNode } from "../../src/outbox/outbox.ts";
import {
  brokenRules,
  deliveryRows,
  instanceUid,
  openDeliveryStore,
  stillClass,
  until,
} from "../support/delivery-store.ts";
import { writeInstance } from "../support/instance.ts";
import { outboxNode } from "../support/outbox.ts";
import {
  describePeer,
  freePort,
  need,
  type RunningHospital,
  runTool,
  startHospital,
  startOrthanc,
  temporaryDirectory,
} from "../support/peers.ts";

const minute = 60_000;

/** What is needed to prove three stills that an archive is said to have stored; our port takes its reports. */
async function proving(port: number, calledAeTitle: string, ourPort: number, changes: Partial<OutboxNode> = {}) {
  const address = { host: "127.0.0.1", port, calledAeTitle, callingAeTitle: "SCOPELINE" };
  const node: OutboxNode = {
    ...outboxNode("PACS", address),
    roles: ["storage", "commitment"],
    dimse: { address, deadlines: { responseMs: 2_000, associationMs: 2_000 } },
    retry: { firstMs: 20, maxMs: 200, heldAfterAttempts: 8 },
    commitment: { reportWithinMs: 30 * minute, askAgain: 1 },
    ...changes,
  };
  const database = openDeliveryStore({ stills: 3 });
  // Where `writeInstance` puts them.
  database.prepare("UPDATE instance SET series_instance_uid = '2.25.3'").run();
  database.prepare("UPDATE procedure SET study_instance_uid = '2.25.2'").run();
  const ending = new AbortController();
  let aheadMs = 0;
  const clock = () => Date.now() + aheadMs;
  const options = { database, clock, log: silentLog, news: new NewsFeed(), wake: () => worker.wake() };
  const reports = new CommitmentReports(options);
  const worker: CommitmentWorker = new CommitmentWorker({ ...options, node, reports });
  const service = eventReportService((report) => reports.take(report));
  const acceptor = await listen({ host: "127.0.0.1", port: ourPort, aeTitle: "SCOPELINE", services: [service] });
  const running = worker.run(ending.signal);
  const rows = () => deliveryRows(database);
  return {
    database,
    worker,
    rows,
    /** The wall clock steps ahead. */
    step(ms: number) {
      aheadMs += ms;
      worker.wake();
    },
    allSafe: () => until(() => rows().every(({ commitment }) => commitment === "committed")),
    async [Symbol.asyncDispose]() {
      ending.abort();
      await running;
      await acceptor.close();
      expect(brokenRules(database)).toEqual([]);
      database.close();
    },
  };
}

/** Sends stills with DCMTK's storescu. */
async function send(to: { dicomPort: number; aeTitle: string }, folder: string, numbers: readonly number[]) {
  for (const number of numbers) {
    const file = join(folder, `${number}.dcm`);
    await writeInstance(file, { sopInstanceUid: instanceUid(number), sopClassUid: stillClass, pixelBytes: 1_000 });
    const target = ["-aec", to.aeTitle, "127.0.0.1", String(to.dicomPort), file];
    expect((await runTool(need("storescu"), ["-R", "-xy", ...target])).code).toBe(0);
  }
}

describePeer("Orthanc", ["Orthanc", "orthanc-dicomweb", "storescu"], () => {
  async function startArchive(ourPort: number, settings = {}) {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await temporaryDirectory());
    const DicomModalities = { scopeline: ["SCOPELINE", "127.0.0.1", ourPort] };
    const orthanc = stack.use(
      await startOrthanc({ directory: directory.path, settings: { DicomModalities, ...settings } }),
    );
    const owned = stack.move();
    return { orthanc, folder: directory.path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  it("commits to what it has, on an association of its own", async () => {
    const ourPort = await freePort();
    await using archive = await startArchive(ourPort);
    await send(archive.orthanc, archive.folder, [1, 2, 3]);
    await using place = await proving(archive.orthanc.dicomPort, archive.orthanc.aeTitle, ourPort);
    await place.allSafe();
    expect(place.rows().map(({ verifiedBy }) => verifiedBy)).toEqual(["commitment", "commitment", "commitment"]);
  });

  it("does not commit to what it kept nothing of: that is sent again, then safe", async () => {
    const ourPort = await freePort();
    await using archive = await startArchive(ourPort);
    await send(archive.orthanc, archive.folder, [1, 3]);
    await using place = await proving(archive.orthanc.dicomPort, archive.orthanc.aeTitle, ourPort);
    await until(() => place.rows()[1]?.transfer === "pending");
    expect(place.rows().map(({ commitment }) => commitment)).toEqual(["committed", "owed", "committed"]);
    expect(place.rows()[1]?.commitmentReason).toContain("0x0112");
    await send(archive.orthanc, archive.folder, [2]);
    place.database.prepare("UPDATE delivery SET transfer = 'stored', stored_at = 2 WHERE id = 2").run();
    place.worker.wake();
    await place.allSafe();
  });

  it.each(["C-FIND", "QIDO-RS"])("that is only queried lists what it has, by %s", async (way) => {
    const ourPort = await freePort();
    await using archive = await startArchive(ourPort);
    const { orthanc } = archive;
    await send(orthanc, archive.folder, [1, 3]);
    const deadlines = { connectMs: 5_000, readMs: 5_000, writeMs: 5_000, responseMs: 5_000 };
    const target = { url: `${orthanc.url}/dicom-web`, deadlines };
    await using place = await proving(orthanc.dicomPort, orthanc.aeTitle, ourPort, {
      roles: ["storage", "query"],
      dicomweb: way === "C-FIND" ? null : { target, uses: ["query"] },
    });
    await until(() => place.rows()[1]?.commitmentReason !== null);
    expect(place.rows().map(({ verifiedBy }) => verifiedBy)).toEqual(["query", null, "query"]);
    await send(orthanc, archive.folder, [2]);
    place.worker.wake(true);
    await place.allSafe();
  });
});

describePeer("the simulated hospital", ["storescu"], () => {
  async function startHospitalWith(numbers: readonly number[], ourPort: number | null) {
    await using stack = new AsyncDisposableStack();
    const directory = stack.use(await temporaryDirectory());
    const reportTo = ourPort === null ? {} : { SCOPELINE: { host: "127.0.0.1", port: ourPort } };
    const hospital: RunningHospital = stack.use(
      await startHospital({ directory: join(directory.path, "h"), reportTo }),
    );
    await send(hospital, directory.path, numbers);
    const owned = stack.move();
    return { hospital, folder: directory.path, [Symbol.asyncDispose]: () => owned.disposeAsync() };
  }

  it.each<{ faults: Fault[] }>([
    { faults: [] },
    { faults: [{ kind: "commitment-twice", times: 1 }] },
    { faults: [{ kind: "commitment-delay", ms: 900, times: 1 }] },
    { faults: [{ kind: "commitment-same-association", times: 1 }] },
    { faults: [{ kind: "commitment-refuse", status: "0110", times: 2 }] },
    { faults: [{ kind: "commitment-refuse", status: "0213", times: 2 }] },
    { faults: [{ kind: "reject-association", permanent: false, times: 2 }] },
    { faults: [{ kind: "association-close", times: 2 }] },
    { faults: [{ kind: "close-before-answer", to: "commitment", times: 1 }] },
    { faults: [{ kind: "abort-before-answer", to: "commitment", times: 1 }] },
    { faults: [{ kind: "wrong-message-id", to: "commitment", times: 1 }] },
  ])("with %j commits to all in the end", async ({ faults }) => {
    const ourPort = await freePort();
    await using place = await startHospitalWith([1, 2, 3], ourPort);
    await place.hospital.setFaults(faults);
    await using proof = await proving(place.hospital.dicomPort, place.hospital.aeTitle, ourPort);
    await proof.allSafe();
    expect(proof.rows().map(({ transfer }) => transfer)).toEqual(["stored", "stored", "stored"]);
  });

  it("that knows no address of ours reports on the association that asked", async () => {
    await using place = await startHospitalWith([1, 2, 3], null);
    await using proof = await proving(place.hospital.dicomPort, place.hospital.aeTitle, await freePort());
    await proof.allSafe();
    expect(await place.hospital.commitments()).toMatchObject([{ reports: [{ association: "same", outcome: "0000" }] }]);
  });

  it("that never reports is asked again when its time is over", async () => {
    const ourPort = await freePort();
    await using place = await startHospitalWith([1, 2, 3], ourPort);
    await place.hospital.setFaults([{ kind: "commitment-never", times: 1 }]);
    await using proof = await proving(place.hospital.dicomPort, place.hospital.aeTitle, ourPort);
    await until(() => proof.rows().every(({ commitment }) => commitment === "requested"));
    await until(() => proof.database.prepare("SELECT 1 FROM commitment_request WHERE state = 'asked'").get());
    proof.step(31 * minute);
    await proof.allSafe();
    expect((await place.hospital.commitments()).map(({ status }) => status)).toEqual(["0000", "0000"]);
  });

  it.each([
    ["0110", "pending", "owed"],
    ["0112", "pending", "owed"],
    ["0213", "pending", "owed"],
    ["0119", "stored", "failed"],
    ["0122", "stored", "failed"],
  ])("that fails one with %s leaves it %s and %s, and the others safe", async (reason, transfer, commitment) => {
    const ourPort = await freePort();
    await using place = await startHospitalWith([1, 2, 3], ourPort);
    await place.hospital.setFaults([{ kind: "commitment-partly", reason, instances: [instanceUid(2)], times: 1 }]);
    await using proof = await proving(place.hospital.dicomPort, place.hospital.aeTitle, ourPort);
    await until(() => proof.rows()[1]?.commitment === commitment && proof.rows()[0]?.commitment === "committed");
    expect(proof.rows()).toMatchObject([
      { transfer: "stored", commitment: "committed" },
      { transfer, commitment },
      { transfer: "stored", commitment: "committed" },
    ]);
  });

  it("that names another transaction, or leaves one out, makes nothing safe that it did not name", async () => {
    const ourPort = await freePort();
    await using place = await startHospitalWith([1, 2, 3], ourPort);
    await place.hospital.setFaults([
      { kind: "commitment-wrong-transaction", times: 1 },
      { kind: "commitment-omits", instances: [instanceUid(2)], times: 2 },
    ]);
    await using proof = await proving(place.hospital.dicomPort, place.hospital.aeTitle, ourPort);
    await until(() => proof.database.prepare("SELECT 1 FROM audit WHERE action = 'commitment-report-unknown'").get());
    expect(proof.rows().some(({ commitment }) => commitment === "committed")).toBe(false);
    await until(() => proof.database.prepare("SELECT 1 FROM commitment_request WHERE state = 'asked'").get());
    proof.step(31 * minute);
    await until(() => proof.rows()[0]?.commitment === "committed");
    expect(proof.rows()[1]?.commitment).toBe("requested");
    proof.step(31 * minute);
    await proof.allSafe();
  });
});
