import { expect, it } from "vitest";
import { describePeer, type RunningHospital, startHospital, temporaryDirectory } from "../support/peers.ts";
import { call, type DicomJson, type OdilRequest, only, performedProcedureStep, statuses } from "./hospital-odil.ts";

const uid = "2.25.5001";
const text = (vr: string, value = ""): DicomJson[string] => (value === "" ? { vr } : { vr, Value: [value] });
const name = (value: string): DicomJson[string] => ({ vr: "PN", Value: [{ Alphabetic: value }] });
const sequence = (...items: readonly DicomJson[]): DicomJson[string] => ({ vr: "SQ", Value: items });

/** All that PS3.4 Table F.7.2-1 wants of an N-CREATE. */
const begin: DicomJson = {
  "00080005": text("CS", "ISO_IR 192"),
  "00080060": text("CS", "GM"),
  "00081032": sequence(),
  "00081120": sequence(),
  "00100010": name("Müller^Test"),
  "00100020": text("LO", "TEST-1"),
  "00100030": text("DA"),
  "00100040": text("CS"),
  "00200010": text("SH"),
  "00400241": text("AE", "SCOPELINE"),
  "00400242": text("SH", "OR1"),
  "00400243": text("SH"),
  "00400244": text("DA", "20261124"),
  "00400245": text("TM", "101500"),
  "00400250": text("DA"),
  "00400251": text("TM"),
  "00400252": text("CS", "IN PROGRESS"),
  "00400253": text("SH", "PPS1"),
  "00400254": text("LO"),
  "00400255": text("LO"),
  "00400260": sequence(),
  "00400270": sequence({
    "00080050": text("SH", "A1"),
    "00081110": sequence(),
    "0020000D": text("UI", "2.25.1"),
    "00321060": text("LO"),
    "00400007": text("LO"),
    "00400008": sequence(),
    "00400009": text("SH", "SPS1"),
    "00401001": text("SH", "RP1"),
  }),
  "00400281": sequence(),
  "00400340": sequence(),
};
const series: DicomJson = {
  "00080054": text("AE"),
  "0008103E": text("LO"),
  "00081050": text("PN"),
  "00081070": text("PN"),
  "00081140": sequence({ "00081150": text("UI", "1.2.840.10008.5.1.4.1.1.77.1.2"), "00081155": text("UI", "2.25.7") }),
  "00181030": text("LO", "Microscopy"),
  "0020000E": text("UI", "2.25.3"),
  "00400220": sequence(),
};
const end: DicomJson = {
  "00400250": text("DA", "20261124"),
  "00400251": text("TM", "113000"),
  "00400252": text("CS", "COMPLETED"),
  "00400340": sequence(series),
};

function create(dataSet: DicomJson = begin, of = uid): OdilRequest {
  const command = { CommandField: 0x0140, AffectedSOPClassUID: performedProcedureStep, AffectedSOPInstanceUID: of };
  return { command, dataSet };
}

function set(dataSet: DicomJson = end, of = uid): OdilRequest {
  const command = { CommandField: 0x0120, RequestedSOPClassUID: performedProcedureStep, RequestedSOPInstanceUID: of };
  return { command, dataSet };
}

async function open() {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await temporaryDirectory()).path;
  const hospital = stack.use(await startHospital({ directory: folder }));
  const owned = stack.move();
  return { folder, hospital, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

function send(hospital: RunningHospital, ...requests: readonly OdilRequest[]) {
  return call(hospital, performedProcedureStep, requests);
}

function without(dataSet: DicomJson, tag: string): DicomJson {
  return Object.fromEntries(Object.entries(dataSet).filter(([key]) => key !== tag));
}

describePeer("the simulated hospital's performed procedure steps, told by odil", ["odil"], () => {
  it("begins a step and completes it, and shows every message", async () => {
    await using place = await open();
    const { hospital } = place;
    expect(statuses(await send(hospital, create()))).toEqual(["0000"]);
    expect(await hospital.mpps()).toMatchObject([{ uid, state: "IN PROGRESS" }]);
    expect(statuses(await send(hospital, set()))).toEqual(["0000"]);
    const [step] = await hospital.mpps();
    expect(step).toMatchObject({
      state: "COMPLETED",
      attributes: {
        PatientName: "Müller^Test",
        PatientBirthDate: "",
        PerformedProcedureStepDiscontinuationReasonCodeSequence: [],
        PerformedSeriesSequence: [
          { SeriesInstanceUID: "2.25.3", ReferencedImageSequence: [{ ReferencedSOPInstanceUID: "2.25.7" }] },
        ],
      },
    });
    expect(step?.messages.map(({ request, status, callingAeTitle }) => [request, status, callingAeTitle])).toEqual([
      ["create", "0000", "ODIL"],
      ["set", "0000", "ODIL"],
    ]);
    expect(step?.messages[1]?.dataSet).not.toHaveProperty("PatientName");
  });

  it("takes several requests on one association", async () => {
    await using place = await open();
    const sent = await send(place.hospital, create(), set(), create(begin, "2.25.5002"), set(end, "2.25.5002"));
    expect(statuses(sent)).toEqual(["0000", "0000", "0000", "0000"]);
    expect((await place.hospital.mpps()).map(({ state }) => state)).toEqual(["COMPLETED", "COMPLETED"]);
  });

  it("refuses a second beginning, a change after the end, and a step that it does not know", async () => {
    await using place = await open();
    expect(statuses(await send(place.hospital, create(), create()))).toEqual(["0000", "0111"]);
    expect(statuses(await send(place.hospital, set({ ...end, "00400252": text("CS", "DISCONTINUED") })))).toEqual([
      "0000",
    ]);
    const late = await send(place.hospital, set());
    expect(statuses(late)).toEqual(["0110"]);
    expect(only(late)).toMatchObject({
      ErrorID: 0xa710,
      ErrorComment: "Performed Procedure Step Object may no longer be updated",
    });
    expect(statuses(await send(place.hospital, set(end, "2.25.404")))).toEqual(["0112"]);
    const steps = await place.hospital.mpps();
    expect(steps.map(({ state }) => state)).toEqual(["DISCONTINUED", null]);
    expect(steps[0]?.messages.map(({ status }) => status)).toEqual(["0000", "0111", "0000", "0110"]);
  });

  it.each([
    ["an attribute that is not there", create(without(begin, "00400270")), "0120"],
    ["one without its value", create({ ...begin, "00400253": text("SH") }), "0121"],
    ["a step that begins completed", create({ ...begin, "00400252": text("CS", "COMPLETED") }), "0106"],
    ["a change of the patient", set({ ...end, "00100020": text("LO", "TEST-2") }), "0105"],
    ["an attribute that was not created", set({ ...end, "00400280": text("ST", "later") }), "0105"],
    ["an end without a series", set(without(end, "00400340")), "0121"],
    ["a state that there is not", set({ ...end, "00400252": text("CS", "DONE") }), "0106"],
  ])("refuses %s", async (_what, request, status) => {
    await using place = await open();
    const isSet = request.command.CommandField === 0x0120;
    const before = isSet ? [create()] : [];
    expect(statuses(await send(place.hospital, ...before, request)).at(-1)).toBe(status);
    expect(await place.hospital.mpps()).toMatchObject([{ state: isSet ? "IN PROGRESS" : null }]);
  });

  it("still has its steps after a restart", async () => {
    await using place = await open();
    await send(place.hospital, create());
    const before = await place.hospital.mpps();
    await place.hospital[Symbol.asyncDispose]();
    await using again = await startHospital({ directory: place.folder });
    expect(await again.mpps()).toEqual(before);
    expect(statuses(await send(again, create(), set()))).toEqual(["0111", "0000"]);
  });
});

describePeer("the faults of the simulated performed procedure steps, seen by odil", ["odil"], () => {
  it("answers what it was told and does not do it, the number of times it was told", async () => {
    await using place = await open();
    await place.hospital.setFaults([
      { kind: "mpps-status", request: "create", status: "0213", times: 1 },
      { kind: "mpps-status", request: "set", status: "0110", times: 1 },
    ]);
    expect(statuses(await send(place.hospital, create(), create(), set(), set()))).toEqual([
      ...["0213", "0000", "0110", "0000"],
    ]);
    expect(await place.hospital.mpps()).toMatchObject([{ state: "COMPLETED" }]);
  });

  it("does what it was asked with a warning", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "mpps-status", request: "create", status: "0107" }]);
    expect(statuses(await send(place.hospital, create()))).toEqual(["0107"]);
    expect(await place.hospital.mpps()).toMatchObject([{ state: "IN PROGRESS" }]);
  });

  it.each([true, false])("never answers, and does it: %s", async (keep) => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "mpps-hang", request: "create", keep, times: 1 }]);
    const hung = await call(place.hospital, performedProcedureStep, [create()], { timeoutMs: 2_000 });
    expect(hung).toEqual({ isOk: false, messages: [] });
    expect(await place.hospital.mpps()).toMatchObject([{ state: keep ? "IN PROGRESS" : null }]);
    expect(statuses(await send(place.hospital, create()))).toEqual([keep ? "0111" : "0000"]);
  });

  it.each(["close-before-answer", "abort-before-answer"] as const)("does it and breaks off: %s", async (kind) => {
    await using place = await open();
    await place.hospital.setFaults([{ kind, to: "mpps", times: 1 }]);
    expect(await send(place.hospital, create())).toEqual({ isOk: false, messages: [] });
    expect(await place.hospital.mpps()).toMatchObject([{ state: "IN PROGRESS" }]);
    expect(statuses(await send(place.hospital, create()))).toEqual(["0111"]);
  });

  it("answers another message, and about another instance", async () => {
    await using place = await open();
    await place.hospital.setFaults([{ kind: "wrong-sop-instance-uid", to: "mpps", times: 1 }]);
    expect(only(await send(place.hospital, create())).AffectedSOPInstanceUID).not.toBe(uid);
    await place.hospital.setFaults([{ kind: "wrong-message-id", to: "mpps", times: 1 }]);
    expect(only(await send(place.hospital, set())).MessageIDBeingRespondedTo).not.toBe(1);
    expect(await place.hospital.mpps()).toMatchObject([{ state: "COMPLETED" }]);
  });
});
