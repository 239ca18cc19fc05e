import { describe, expect, it } from "vitest";
import {
  answerContexts,
  grantRoles,
  negotiated,
  proposeContexts,
  proposeRoles,
  refusal,
  sendablePduBytes,
} from "./negotiate.ts";
import type { AssociateRequest } from "./pdu.ts";
import { abortedByPeer, rejection } from "./reasons.ts";

const jpeg = "1.2.840.10008.1.2.4.50";
const explicit = "1.2.840.10008.1.2.1";
const capture = "1.2.840.10008.5.1.4.1.1.7";

describe("presentation contexts", () => {
  it("get odd ids, one each, up to 128", () => {
    const many = Array.from({ length: 128 }, () => ({ abstractSyntax: capture, transferSyntaxes: [jpeg] }));
    expect(proposeContexts(many).map((one) => one.id)).toEqual(many.map((_, index) => index * 2 + 1));
    expect(() => proposeContexts([...many, ...many])).toThrow(expect.objectContaining({ code: "invalid-request" }));
    expect(() => proposeContexts([])).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });

  it.each([
    ["", explicit],
    ["1.2.03", explicit],
    [capture, `1.${"2".repeat(70)}`],
    [capture, "jpeg"],
  ])("with a malformed UID are refused before anything is sent: %j, %j", (abstractSyntax, transferSyntax) => {
    const context = { abstractSyntax, transferSyntaxes: [transferSyntax] };
    expect(() => proposeContexts([context])).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });

  it("are usable only when accepted with what was proposed", () => {
    const proposed = proposeContexts(
      [jpeg, jpeg, jpeg, jpeg].map((uid) => ({ abstractSyntax: capture, transferSyntaxes: [uid] })),
    );
    const answers = [
      { id: 1, result: 0, transferSyntax: jpeg },
      { id: 3, result: 4, transferSyntax: jpeg },
      { id: 5, result: 0, transferSyntax: explicit },
      { id: 99, result: 0, transferSyntax: jpeg },
    ];
    expect(negotiated(proposed, answers, { proposed: [], granted: [] }).map((one) => one.refusal)).toEqual([
      undefined,
      "transfer syntaxes not supported",
      "the peer chose a transfer syntax that was not proposed",
      "the peer did not answer it",
    ]);
  });

  it("are answered by our order of preference", () => {
    const offer = new Map([[capture, [explicit, jpeg]]]);
    const proposed = [
      { id: 1, abstractSyntax: capture, transferSyntaxes: [jpeg, explicit] },
      { id: 3, abstractSyntax: capture, transferSyntaxes: ["1.2.840.10008.1.2"] },
      { id: 5, abstractSyntax: "1.2.3", transferSyntaxes: [jpeg] },
    ];
    expect(answerContexts(proposed, offer)).toEqual([
      { id: 1, result: 0, transferSyntax: explicit },
      { id: 3, result: 4, transferSyntax: "" },
      { id: 5, result: 3, transferSyntax: "" },
    ]);
  });
});

describe("the peer's maximum PDU length", () => {
  it.each([
    [0, 131_072],
    [4_294_967_295, 131_072],
    [undefined, 16_384],
    [16_384, 16_384],
    [8, 8],
  ])("%s lets us send %s", (peer, ours) => {
    expect(sendablePduBytes(peer)).toBe(ours);
  });
  it("below what one fragment needs is a protocol error", () => {
    expect(() => sendablePduBytes(7)).toThrow(expect.objectContaining({ code: "protocol" }));
  });
});

describe("admission", () => {
  const request: AssociateRequest = {
    type: "associate-rq",
    protocolVersion: 1,
    calledAeTitle: "SCOPELINE",
    callingAeTitle: "ARCHIVE",
    applicationContext: "1.2.840.10008.3.1.1.1",
    contexts: [],
    user: { maxPduBytes: 0, implementationClassUid: "", implementationVersionName: "" },
  };
  const rules = { aeTitle: "SCOPELINE", callers: ["ARCHIVE"], isFull: false };
  it("is given to a known caller", () => {
    expect(refusal(request, rules)).toBeUndefined();
    expect(refusal({ ...request, callingAeTitle: "ANYBODY" }, { ...rules, callers: "any" })).toBeUndefined();
  });
  it.each([
    ["protocol version", { protocolVersion: 2 }, {}, [1, 2, 2]],
    ["application context", { applicationContext: "1.2.3" }, {}, [1, 1, 2]],
    ["called AE title", { calledAeTitle: "OTHER" }, {}, [1, 1, 7]],
    ["calling AE title", { callingAeTitle: "ANYBODY" }, {}, [1, 1, 3]],
    ["number of associations", {}, { isFull: true }, [2, 3, 2]],
  ])("is refused for its %s", (_name, changed, changedRules, [result, source, reason]) => {
    expect(refusal({ ...request, ...changed }, { ...rules, ...changedRules })).toMatchObject({
      result,
      source,
      reason,
    });
  });
});

describe("reasons in words", () => {
  it.each([
    [1, 1, 1, "rejected-permanent", "no reason given"],
    [1, 1, 2, "rejected-permanent", "application context name not supported"],
    [1, 1, 3, "rejected-permanent", "our AE title (calling) is not known there"],
    [1, 1, 7, "rejected-permanent", "the AE title we called is not the peer's"],
    [1, 2, 1, "rejected-permanent", "no reason given by its ACSE"],
    [1, 2, 2, "rejected-permanent", "protocol version not supported"],
    [2, 3, 1, "rejected-transient", "temporary congestion"],
    [2, 3, 2, "rejected-transient", "local limit exceeded"],
    [9, 9, 9, "rejected-permanent", "reason 9"],
  ])("reject %i/%i/%i is %s: %s", (result, source, reason, code, words) => {
    const error = rejection(result, source, reason);
    expect(error.code).toBe(code);
    expect(error.message).toContain(words);
  });
  it.each([
    [0, 0, "service-user"],
    [2, 0, "reason not specified"],
    [2, 1, "unrecognized PDU"],
    [2, 2, "unexpected PDU"],
    [2, 4, "unrecognized PDU parameter"],
    [2, 5, "unexpected PDU parameter"],
    [2, 6, "invalid PDU parameter value"],
    [2, 3, "reason 3"],
    [7, 8, "source 7, reason 8"],
  ])("abort %i/%i is: %s", (source, reason, words) => {
    expect(abortedByPeer(source, reason)).toMatchObject({
      code: "aborted-by-peer",
      message: expect.stringContaining(words),
    });
  });
});

describe("role selection, PS3.7 D.3.3.4", () => {
  const commitment = "1.2.840.10008.1.20.1";

  it("is proposed once for each SOP class that asks for more than the SCU role", () => {
    const transferSyntaxes = ["1.2.840.10008.1.2"];
    const contexts = [
      { abstractSyntax: "1.1", transferSyntaxes },
      { abstractSyntax: "1.2", transferSyntaxes, role: "scp" as const },
      { abstractSyntax: "1.2", transferSyntaxes, role: "scu-and-scp" as const },
      { abstractSyntax: "1.3", transferSyntaxes, role: "scp" as const },
    ];
    expect(proposeRoles(contexts)).toEqual([
      { sopClassUid: "1.2", isScu: true, isScp: true },
      { sopClassUid: "1.3", isScu: false, isScp: true },
    ]);
  });

  it("is ours only when we asked and the peer granted it", () => {
    const proposed = ["1.1", "1.2", "1.3"].map((abstractSyntax, index) => ({
      id: index * 2 + 1,
      abstractSyntax,
      transferSyntaxes: ["1.9"],
    }));
    const answers = proposed.map(({ id }) => ({ id, result: 0, transferSyntax: "1.9" }));
    const scp = (sopClassUid: string, isScp: boolean) => ({ sopClassUid, isScu: false, isScp });
    const roles = { proposed: [scp("1.1", true), scp("1.2", true)], granted: [scp("1.1", true), scp("1.3", true)] };
    expect(negotiated(proposed, answers, roles).map(({ isScp }) => isScp)).toEqual([true, false, false]);
  });

  it("grants a caller the other side of our own role, never more than it asked for, and says nothing else", () => {
    const ours = new Map([[commitment, "scu"] as const, ["1.2.840.10008.1.1", "scp"] as const]);
    const both = { isScu: true, isScp: true };
    const asked = [
      { sopClassUid: commitment, ...both },
      { sopClassUid: "1.2.840.10008.1.1", ...both },
      { sopClassUid: "1.2.3", ...both },
    ];
    expect(grantRoles(asked, ours)).toEqual([
      { sopClassUid: commitment, isScu: false, isScp: true },
      { sopClassUid: "1.2.840.10008.1.1", isScu: true, isScp: false },
    ]);
    expect(grantRoles([{ sopClassUid: commitment, isScu: true, isScp: false }], ours)).toEqual([
      { sopClassUid: commitment, isScu: false, isScp: false },
    ]);
  });
});
