import { expect, it } from "vitest";
import { localTime } from "../../src/lib/clock.ts";
import {
  describePeer,
  need,
  type RunningHospital,
  runTool,
  startHospital,
  temporaryDirectory,
} from "../support/peers.ts";

const name = "0010,0010";
const patientId = "0010,0020";
const birthDate = "0010,0030";
const step = (tag: string): string => `(0040,0100)[0].${tag}`;
const station = step("0040,0001");
const startDate = step("0040,0002");
const startTime = step("0040,0003");
const modality = step("0008,0060");

/** Asks with DCMTK's findscu; resolves with the exit code, the Patient IDs in order, and all that it printed. */
async function find(hospital: RunningHospital, keys: Record<string, string>) {
  const asked = { [name]: "", [patientId]: "", ...keys };
  const args = Object.entries(asked).flatMap(([tag, value]) => ["-k", `${tag}=${value}`]);
  const { code, stdout, stderr } = await runTool(need("findscu"), [
    ...["-v", "-W", "-aec", hospital.aeTitle, "127.0.0.1", String(hospital.dicomPort)],
    ...args,
  ]);
  const output = stdout + stderr;
  const answers = output.split(/Find Response: \d+ \(Pending\)/).slice(1);
  return {
    code,
    output,
    patients: answers.map((answer) => /\(0010,0020\) LO \[([^\]]*?) ?\]/.exec(answer)?.[1] ?? ""),
  };
}

describePeer("the simulated hospital's worklist, asked by DCMTK", ["findscu"], () => {
  const today = localTime(Date.now()).date;

  it("has the procedures of today for this station", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    const all = await find(hospital, { [station]: "SCOPELINE", [startDate]: today });
    expect(all.code).toBe(0);
    expect(all.patients).toHaveLength(13);
    expect(new Set(all.patients).size).toBe(12);
    expect(all.output).toContain("[Müller^Jürgen ]");
    expect(all.output).toContain("[Yamada^Tarou=山田^太郎=やまだ^たろう]");
    expect((await find(hospital, { [station]: "ELSEWHERE" })).patients).toEqual([]);
    expect((await find(hospital, { [startDate]: "19990101" })).patients).toEqual([]);
    expect((await find(hospital, { [startDate]: `19990101-${today}` })).patients).toHaveLength(13);
  });

  it("matches modality, name with wildcards, Patient ID and time", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    expect((await find(hospital, { [modality]: "ES" })).patients).toEqual(["SIM-1009", "SIM-1011"]);
    expect((await find(hospital, { [modality]: "XC" })).patients).toEqual(["SIM-1012"]);
    expect((await find(hospital, { [name]: "garcia*" })).patients).toEqual(["SIM-1005", "SIM-1006"]);
    expect((await find(hospital, { [name]: "?ueller^*" })).patients).toEqual(["SIM-1002"]);
    expect((await find(hospital, { [patientId]: "SIM-1004" })).patients).toEqual(["SIM-1004"]);
    expect((await find(hospital, { [startTime]: "0700-0800" })).patients).toEqual(["SIM-1001", "SIM-1007"]);
  });

  it("sends a key that was asked for and has no value, empty", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    const { output } = await find(hospital, { [patientId]: "SIM-1008", [birthDate]: "" });
    const answer = output.slice(output.indexOf("Find Response"));
    expect(answer).toMatch(/\(0010,0030\) DA \(no value available\)/);
    expect(answer).not.toContain("0010,0040");
  });

  it("takes items by HTTP and lets them go", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    const [example] = await hospital.worklist();
    if (!example) throw new Error("the worklist is empty");
    const { id: _, ...item } = { ...example, patientId: "ADDED", patientName: "Added^Later" };
    const id = await hospital.addWorklistItem(item);
    expect((await find(hospital, { [patientId]: "ADDED" })).patients).toEqual(["ADDED"]);
    await hospital.removeWorklistItem(id);
    expect((await find(hospital, { [patientId]: "ADDED" })).patients).toEqual([]);
    await expect(hospital.removeWorklistItem(id)).rejects.toThrow("404");
  });

  it("can be empty, failed, slow and refused", async () => {
    await using directory = await temporaryDirectory();
    await using hospital = await startHospital({ directory: directory.path });
    await hospital.setFaults([{ kind: "worklist-empty", times: 1 }]);
    expect((await find(hospital, {})).patients).toEqual([]);
    await hospital.setFaults([{ kind: "worklist-status", status: "A700" }]);
    expect((await find(hospital, {})).output).toMatch(/Failed|Refused|0xa700/i);
    await hospital.setFaults([{ kind: "worklist-delay", ms: 300 }]);
    const before = performance.now();
    expect((await find(hospital, {})).patients).toHaveLength(13);
    expect(performance.now() - before).toBeGreaterThan(290);
    await hospital.setFaults([{ kind: "refuse-context", sopClassUid: "1.2.840.10008.5.1.4.31" }]);
    expect((await find(hospital, {})).output).toContain("No Acceptable Presentation Contexts");
    await hospital.setFaults([]);
    expect((await find(hospital, {})).patients).toHaveLength(13);
  });
});
