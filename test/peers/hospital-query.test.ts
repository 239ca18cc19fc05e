import { expect, it } from "vitest";
import { vlMicroscopic } from "../support/instance.ts";
import {
  describePeer,
  need,
  type RunningHospital,
  runTool,
  startHospital,
  temporaryDirectory,
} from "../support/peers.ts";
import { store } from "./hospital-store.ts";

/** As `writeInstance` gives them. */
const study = "2.25.2";
const series = "2.25.3";

/** Asks the Study Root model with DCMTK's findscu; gives the answers' SOP Instance UIDs and all that it printed. */
async function find(
  hospital: RunningHospital,
  level: "STUDY" | "SERIES" | "IMAGE",
  keys: Record<string, string>,
  timeoutMs = 30_000,
) {
  const args = Object.entries({ "0008,0052": level, ...keys }).flatMap(([tag, value]) => ["-k", `${tag}=${value}`]);
  const to = ["-aec", hospital.aeTitle, "127.0.0.1", String(hospital.dicomPort)];
  const { code, stdout, stderr } = await runTool(need("findscu"), ["-v", "-S", ...to, ...args], { timeoutMs });
  const output = stdout + stderr;
  const answers = output.split(/Find Response: \d+ \(Pending\)/).slice(1);
  const textOf = (answer: string, tag: string): string =>
    new RegExp(`\\(${tag}\\) .. \\[([^\\]]*?)[ \\0]*\\]`).exec(answer)?.[1] ?? "";
  return { code, output, uids: answers.map((answer) => textOf(answer, "0008,0018")).sort(), answers, textOf };
}

const image = { "0020,000d": study, "0020,000e": series, "0008,0018": "" };

/** A hospital that has these instances of one series. */
async function open(...uids: readonly string[]) {
  await using stack = new AsyncDisposableStack();
  const sent = stack.use(await temporaryDirectory()).path;
  const hospital = stack.use(await startHospital({ directory: stack.use(await temporaryDirectory()).path }));
  for (const uid of uids) await store(hospital, sent, { sopInstanceUid: uid, pixelBytes: 1_000 });
  const owned = stack.move();
  return { sent, hospital, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describePeer("the simulated archive's Study Root query, asked by DCMTK", ["findscu", "storescu"], () => {
  it("finds the instances of a series, or the ones that were asked for", async () => {
    await using place = await open("2.25.1", "2.25.2", "2.25.3");
    const { hospital } = place;
    const all = await find(hospital, "IMAGE", { ...image, "0008,0016": "", "0010,0020": "" });
    expect(all.uids).toEqual(["2.25.1", "2.25.2", "2.25.3"]);
    expect(all.answers[0]).toContain("VLMicroscopicImageStorage");
    expect(all.textOf(all.answers[0] ?? "", "0010,0020")).toBe("TEST-1");
    expect((await find(hospital, "IMAGE", { ...image, "0008,0018": "2.25.2" })).uids).toEqual(["2.25.2"]);
    expect((await find(hospital, "IMAGE", { ...image, "0008,0018": "2.25.1\\2.25.3" })).uids).toEqual([
      ...["2.25.1", "2.25.3"],
    ]);
    expect((await find(hospital, "IMAGE", { ...image, "0020,000e": "2.25.404" })).uids).toEqual([]);
    expect((await find(hospital, "IMAGE", { ...image, "0008,0016": vlMicroscopic })).uids).toHaveLength(3);
  });

  it("counts what is in a study and in a series", async () => {
    await using place = await open("2.25.1", "2.25.2");
    const studies = await find(place.hospital, "STUDY", { "0020,000d": "", "0010,0020": "TEST-1", "0020,1208": "" });
    expect(studies.answers.map((answer) => studies.textOf(answer, "0020,1208"))).toEqual(["2"]);
    const ofStudy = await find(place.hospital, "SERIES", { "0020,000d": study, "0020,000e": "", "0020,1209": "" });
    expect(ofStudy.answers.map((answer) => ofStudy.textOf(answer, "0020,1209"))).toEqual(["2"]);
  });

  it("does not find what it said success to and did not keep", async () => {
    await using place = await open("2.25.1");
    await place.hospital.setFaults([{ kind: "success-keeps-nothing" }]);
    await store(place.hospital, place.sent, { sopInstanceUid: "2.25.2", pixelBytes: 1_000 });
    expect((await find(place.hospital, "IMAGE", image)).uids).toEqual(["2.25.1"]);
  });

  it("refuses a query without the keys above its level", async () => {
    await using place = await open("2.25.1");
    const { output, answers } = await find(place.hospital, "IMAGE", { ...image, "0020,000e": "" });
    expect(answers).toEqual([]);
    expect(output).toContain("DataSetDoesNotMatchSOPClass");
  });

  it("can be refused, failed, blind and silent", async () => {
    await using place = await open("2.25.1", "2.25.2");
    const { hospital } = place;
    await hospital.setFaults([{ kind: "find-refuse-context", times: 1 }]);
    expect((await find(hospital, "IMAGE", image)).output).toContain("No Acceptable Presentation Contexts");
    await hospital.setFaults([{ kind: "find-status", status: "C001", times: 1 }]);
    expect((await find(hospital, "IMAGE", image)).output).toMatch(/0xc001|UnableToProcess|Unable to Process/i);
    await hospital.setFaults([{ kind: "find-misses", instances: ["2.25.1"], times: 1 }]);
    expect((await find(hospital, "IMAGE", image)).uids).toEqual(["2.25.2"]);
    await hospital.setFaults([{ kind: "find-misses", instances: 1, times: 1 }]);
    expect((await find(hospital, "IMAGE", image)).uids).toHaveLength(1);
    await hospital.setFaults([{ kind: "find-hang", times: 1 }]);
    expect((await find(hospital, "IMAGE", image, 1_000)).code).toBeNull();
    await hospital.setFaults([{ kind: "find-delay", ms: 300 }]);
    expect((await find(hospital, "IMAGE", image)).uids).toEqual(["2.25.1", "2.25.2"]);
  });
});
