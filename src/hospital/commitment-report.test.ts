import { describe, expect, it } from "vitest";
import { duplicateTransaction, eventInformation, planOf, readRequest, resultOf } from "./commitment-report.ts";
import { FaultBoard } from "./faults.ts";

const still = "1.2.840.10008.5.1.4.1.1.77.1.2";
const items = ["2.25.1", "2.25.2", "2.25.3"].map((sopInstanceUid) => ({ sopClassUid: still, sopInstanceUid }));
const held = new Map(items.map(({ sopInstanceUid, sopClassUid }) => [sopInstanceUid, sopClassUid]));
const usual = planOf(new FaultBoard(), items);

describe("a storage commitment result", () => {
  it("is a success only when all is held", () => {
    expect(resultOf("2.25.9", items, usual, held)).toEqual({
      ...{ transactionUid: "2.25.9", eventTypeId: 1, committed: items, failed: [] },
    });
    const result = resultOf("2.25.9", items, usual, new Map([["2.25.2", still]]));
    expect(result).toMatchObject({ eventTypeId: 2, committed: [{ sopInstanceUid: "2.25.2" }] });
    expect(result.failed.map(({ sopInstanceUid, reason }) => [sopInstanceUid, reason])).toEqual([
      ["2.25.1", "0112"],
      ["2.25.3", "0112"],
    ]);
  });

  it("has the sequences that its event type has, and no empty one", () => {
    const success = eventInformation(resultOf("2.25.9", items, usual, held), "HOSPITAL");
    expect(success).not.toHaveProperty("FailedSOPSequence");
    const failure = eventInformation(duplicateTransaction("2.25.9", items), "HOSPITAL");
    expect(failure).not.toHaveProperty("ReferencedSOPSequence");
    expect(failure).toMatchObject({ FailedSOPSequence: items.map(() => ({ FailureReason: 0x0131 })) });
  });

  it("is what several faults at once make of it", () => {
    const board = new FaultBoard();
    board.set([
      { kind: "commitment-partly", reason: "0213", instances: ["2.25.1"], times: 1 },
      { kind: "commitment-omits", instances: 2, times: 1 },
      { kind: "commitment-twice", times: 1 },
    ]);
    const plan = planOf(board, items);
    expect(board.list()).toEqual([]);
    expect(plan.times).toBe(2);
    expect(resultOf("2.25.9", items, plan, held)).toMatchObject({ eventTypeId: 1, committed: [items[2]] });
  });
});

describe("a storage commitment request", () => {
  const references = [{ ReferencedSOPClassUID: still, ReferencedSOPInstanceUID: "2.25.1" }];

  it("is read", () => {
    const information = { TransactionUID: "2.25.9", ReferencedSOPSequence: references };
    expect(readRequest(information)).toEqual({ transactionUid: "2.25.9", items: items.slice(0, 1) });
  });

  it.each([
    ["a transaction", { ReferencedSOPSequence: references }],
    ["references", { TransactionUID: "2.25.9" }],
    ["any reference", { TransactionUID: "2.25.9", ReferencedSOPSequence: [] }],
    ["a class", { TransactionUID: "2.25.9", ReferencedSOPSequence: [{ ReferencedSOPInstanceUID: "2.25.1" }] }],
    ["one reference for each", { TransactionUID: "2.25.9", ReferencedSOPSequence: [...references, ...references] }],
  ])("is none without %s", (_what, information) => {
    expect(readRequest(information)).toBeUndefined();
  });
});
