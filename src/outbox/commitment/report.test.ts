import { expect, it } from "vitest";
import { failureWords, judgeReport } from "./report.ts";

const still = "1.2.840.10008.5.1.4.1.1.77.1.4";
const asked = [1, 2, 3].map((id) => ({ deliveryId: id, sopClassUid: still, sopInstanceUid: `2.25.${id}` }));
const item = (id: number, more: object = {}) => ({
  ReferencedSOPClassUID: still,
  ReferencedSOPInstanceUID: `2.25.${id}`,
  ...more,
});
const verdicts = (information: object) => Object.fromEntries(judgeReport(information as never, asked).verdicts);

it("what is listed is committed, what is not is left open", () => {
  expect(verdicts({ ReferencedSOPSequence: [item(1), item(3)] })).toEqual({
    1: { kind: "committed" },
    3: { kind: "committed" },
  });
});

it("a report without a list proves nothing, whatever it calls itself", () => {
  expect(verdicts({ TransactionUID: "2.25.9" })).toEqual({});
  expect(verdicts({ ReferencedSOPSequence: [] })).toEqual({});
});

it("each failure reason has its consequence", () => {
  const kinds = [0x0110, 0x0112, 0x0213, 0x0119, 0x0122, 0x0131, 0xa700, 0x4711].map((FailureReason) => {
    const one = judgeReport({ FailedSOPSequence: [item(1, { FailureReason })] }, asked).verdicts.get(1);
    return one?.kind;
  });
  const again = "send-again";
  expect(kinds).toEqual([again, again, again, "failed", "failed", "ask-again", again, again]);
});

it("a failure without a reason is one too", () => {
  expect(verdicts({ FailedSOPSequence: [item(2)] })).toEqual({ 2: { kind: "send-again", reason: null } });
});

it("an instance in both lists has failed", () => {
  const both = { ReferencedSOPSequence: [item(1)], FailedSOPSequence: [item(1, { FailureReason: 0x0112 })] };
  expect(verdicts(both)).toEqual({ 1: { kind: "send-again", reason: 0x0112 } });
});

it("an instance of another SOP class than was sent is not the one that was sent", () => {
  const other = item(1, { ReferencedSOPClassUID: "1.2.840.10008.5.1.4.1.1.7" });
  expect(verdicts({ ReferencedSOPSequence: [other] })).toEqual({ 1: { kind: "failed", reason: 0x0119 } });
  expect(verdicts({ ReferencedSOPSequence: [item(1, { ReferencedSOPClassUID: "" })] })).toEqual({
    1: { kind: "committed" },
  });
});

it("instances that nobody asked about are counted, and prove nothing", () => {
  const report = { ReferencedSOPSequence: [item(7), item(8)], FailedSOPSequence: [item(9, { FailureReason: 0x0112 })] };
  expect(judgeReport(report, asked)).toEqual({ verdicts: new Map(), foreign: 3 });
});

it("nonsense instead of lists is no list", () => {
  for (const nonsense of ["text", 5, null, [1, 2], [{ ReferencedSOPInstanceUID: 5 }]]) {
    expect(verdicts({ ReferencedSOPSequence: nonsense, FailedSOPSequence: nonsense })).toEqual({});
  }
});

it("a reason is told with its number", () => {
  expect(failureWords(0x0112)).toBe("it does not have it (0x0112)");
  expect(failureWords(0x4711)).toContain("0x4711");
  expect(failureWords(null)).toContain("no reason");
});
