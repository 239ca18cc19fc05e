import { describe, expect, it } from "vitest";
import {
  type ScriptedProvider,
  type Step,
  startScriptedProvider,
  type Talk,
} from "../../test/support/scripted-provider.ts";
import { itemsOf, textOf } from "../dicom/dicom.ts";
import type { EventReport } from "../dimse/dimse.ts";
import { askCommitment } from "./commitment.ts";
import { FitReports } from "./fit-reports.ts";

const stored = [
  { sopClassUid: "1.2.840.10008.5.1.4.1.1.7", sopInstanceUid: "2.25.1" },
  { sopClassUid: "1.2.840.10008.5.1.4.1.1.7", sopInstanceUid: "2.25.2" },
];
const signal = new AbortController().signal;
const address = (peer: ScriptedProvider) => ({
  address: { host: "127.0.0.1", port: peer.port, calledAeTitle: "PEER", callingAeTitle: "SCOPELINE" },
});

/** A step that takes the request and reports so many of its instances as kept, the rest as failed. */
function reports(kept: number): Step {
  const after = async ({ request, report }: Talk): Promise<void> => {
    const asked = itemsOf(request.dataSet, "ReferencedSOPSequence");
    const failed = asked.slice(kept).map((item) => ({ ...item, FailureReason: 0x0112 }));
    const lists = {
      ReferencedSOPSequence: asked.slice(0, kept),
      ...(failed.length > 0 && { FailedSOPSequence: failed }),
    };
    const TransactionUID = textOf(request.dataSet, "TransactionUID");
    await report(failed.length > 0 ? 2 : 1, { TransactionUID, ...lists });
  };
  return { status: 0, after };
}

describe("the role commitment", () => {
  it("works where what was stored is confirmed and what was never sent is not", async () => {
    await using peer = await startScriptedProvider([reports(2), reports(0)]);
    const { seen, instances } = await askCommitment(address(peer), stored, { reportMs: 5_000, signal });
    expect(seen).toMatchObject({ kind: "works", words: expect.stringContaining("2 of 2") });
    expect([...instances]).toEqual([
      ["2.25.1", true],
      ["2.25.2", true],
    ]);
    const [, second] = peer.requests;
    const asked = itemsOf(second?.dataSet ?? {}, "ReferencedSOPSequence");
    expect(asked.map((item) => textOf(item, "ReferencedSOPInstanceUID"))).not.toContain("2.25.1");
  });

  it("is worthless where an instance is confirmed that was never sent", async () => {
    await using peer = await startScriptedProvider([reports(2), reports(1)]);
    const { seen, instances } = await askCommitment(address(peer), stored, { reportMs: 5_000, signal });
    expect(seen.kind).toBe("worthless");
    expect(instances.size).toBe(0);
  });

  it("says which instances failed", async () => {
    await using peer = await startScriptedProvider([reports(1), reports(0)]);
    const { seen, instances } = await askCommitment(address(peer), stored, { reportMs: 5_000, signal });
    expect(seen).toMatchObject({ kind: "works", words: expect.stringContaining("1 of 2") });
    expect(instances.get("2.25.2")).toBe(false);
  });

  it("is not proven where no report comes, and it says whether anybody listened", async () => {
    await using peer = await startScriptedProvider([]);
    const { seen } = await askCommitment(address(peer), stored, { reportMs: 100, signal });
    expect(seen).toMatchObject({ kind: "no-report", words: expect.stringContaining("Nobody listens") });
    const { awaitReport } = new FitReports();
    const heard = await askCommitment(address(peer), stored, { reportMs: 100, signal, awaitReport });
    expect(heard.seen.words).not.toContain("Nobody listens");
  });

  it("is not waited for on an association that the node has ended", async () => {
    const closing: { peer?: ScriptedProvider } = {};
    const after = async (): Promise<void> => closing.peer?.[Symbol.asyncDispose]();
    await using peer = await startScriptedProvider([{ status: 0, after }]);
    closing.peer = peer;
    // Longer than the test may take.
    const { seen } = await askCommitment(address(peer), stored, { reportMs: 3_600_000, signal });
    expect(seen.kind).toBe("no-report");
  });

  it("hears a report on our own port, also one that comes before the answer", async () => {
    const ours = new FitReports();
    const taken: boolean[] = [];
    let transactionUid = "";
    const awaitReport: FitReports["awaitReport"] = (uid, ms, stop) => {
      transactionUid = uid;
      return ours.awaitReport(uid, ms, stop);
    };
    const first = async (): Promise<void> => {
      const about = { ReferencedSOPClassUID: "1.2", ReferencedSOPInstanceUID: "2.25.1" };
      taken.push(ours.take(reportOf(transactionUid, [about])));
    };
    await using peer = await startScriptedProvider([{ status: 0, first }, { status: 0x0110 }]);
    const { seen } = await askCommitment(address(peer), stored, { reportMs: 5_000, signal, awaitReport });
    expect(seen).toMatchObject({ kind: "works", words: expect.stringContaining("an association of its own") });
    expect(taken).toEqual([true]);
    // Nobody waits any more.
    expect(ours.take(reportOf(transactionUid, []))).toBe(false);
  });

  it("is refused by a status, or by the context", async () => {
    await using peer = await startScriptedProvider([{ status: 0x0122, errorComment: "not here" }]);
    const refused = await askCommitment(address(peer), stored, { reportMs: 5_000, signal });
    expect(refused.seen).toMatchObject({ kind: "does-not-work", words: expect.stringContaining("0x0122, not here") });
    await using other = await startScriptedProvider(["refuse-context"]);
    const { seen } = await askCommitment(address(other), stored, { reportMs: 5_000, signal });
    expect(seen.kind).toBe("does-not-work");
  });
});

function reportOf(transactionUid: string, kept: readonly Record<string, string>[]): EventReport {
  return {
    sopClassUid: "1.2.840.10008.1.20.1",
    sopInstanceUid: "1.2.840.10008.1.20.1.1",
    eventTypeId: 1,
    information: { TransactionUID: transactionUid, ReferencedSOPSequence: kept },
    caller: { callingAeTitle: "PEER", remoteAddress: "127.0.0.1" },
  };
}
