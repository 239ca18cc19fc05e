import { describe, expect, it } from "vitest";
import { DimseError } from "./dimse-error.ts";
import type { Pdu } from "./pdu.ts";
import { PduFramer } from "./pdu-framer.ts";
import { decodePdu } from "./pdu-reader.ts";
import {
  encodeAbort,
  encodeAssociateAccept,
  encodeAssociateReject,
  encodeAssociateRequest,
  encodeData,
  encodeReleaseRequest,
  encodeReleaseResponse,
  maxFragmentBytes,
} from "./pdu-writer.ts";

const user = { maxPduBytes: 131_072, implementationClassUid: "1.2.3", implementationVersionName: "TEST" };
const fields = {
  calledAeTitle: "ARCHIVE",
  callingAeTitle: "SCOPELINE",
  applicationContext: "1.2.840.10008.3.1.1.1",
  user,
};
const proposed = [
  { id: 1, abstractSyntax: "1.2.840.10008.1.1", transferSyntaxes: ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"] },
  { id: 3, abstractSyntax: "1.2.840.10008.5.1.4.31", transferSyntaxes: ["1.2.840.10008.1.2"] },
];
const request = encodeAssociateRequest({ ...fields, contexts: proposed });
const answered = [
  { id: 1, result: 0, transferSyntax: "1.2.840.10008.1.2" },
  { id: 3, result: 4, transferSyntax: "" },
];
const data = encodeData(1, true, Buffer.from("command!"), 16_384);

function read(bytes: Buffer): Pdu {
  const [pdu, ...rest] = new PduFramer(131_072).push(bytes);
  if (!pdu || rest.length > 0) throw new Error("not one PDU");
  return pdu;
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    if (error instanceof DimseError) return error.code;
    throw error;
  }
  return "none";
};

describe("PDUs", () => {
  const roles = [
    { sopClassUid: "1.2.840.10008.1.20.1", isScu: false, isScp: true },
    { sopClassUid: "1.2.840.10008.1.1", isScu: true, isScp: true },
  ];
  const withRoles = { ...fields, user: { ...user, roles } };

  it.each<[string, Buffer, Pdu]>([
    [
      "A-ASSOCIATE-RQ with role selection",
      encodeAssociateRequest({ ...withRoles, contexts: proposed }),
      { type: "associate-rq", protocolVersion: 1, ...withRoles, contexts: proposed },
    ],
    ["A-ASSOCIATE-RQ", request, { type: "associate-rq", protocolVersion: 1, ...fields, contexts: proposed }],
    [
      "A-ASSOCIATE-AC",
      encodeAssociateAccept({ ...fields, contexts: answered }),
      { type: "associate-ac", protocolVersion: 1, ...fields, contexts: answered },
    ],
    [
      "A-ASSOCIATE-RJ",
      encodeAssociateReject({ result: 1, source: 1, reason: 7 }),
      { type: "associate-rj", result: 1, source: 1, reason: 7 },
    ],
    ["A-RELEASE-RQ", encodeReleaseRequest(), { type: "release-rq" }],
    ["A-RELEASE-RP", encodeReleaseResponse(), { type: "release-rp" }],
    ["A-ABORT", encodeAbort(2, 6), { type: "abort", source: 2, reason: 6 }],
    [
      "P-DATA-TF",
      data,
      { type: "p-data", pdvs: [{ contextId: 1, isCommand: true, isLast: true, fragment: Buffer.from("command!") }] },
    ],
  ])("%s comes back as it was written", (_name, bytes, expected) => {
    expect(read(bytes)).toEqual(expected);
  });

  it("have the bytes of the standard", () => {
    expect(encodeReleaseRequest().toString("hex")).toBe("05000000000400000000");
    expect(encodeAbort(2, 6).toString("hex")).toBe("07000000000400000206");
    expect(data.toString("hex")).toBe(`04000000000e0000000a0103${Buffer.from("command!").toString("hex")}`);
    const length = (request.length - 6).toString(16).padStart(8, "0");
    const titles = Buffer.from("ARCHIVE         SCOPELINE       ").toString("hex");
    expect(request.subarray(0, 42).toString("hex")).toBe(`0100${length}00010000${titles}`);
  });

  it("user information we do not know is skipped", () => {
    const asynchronous = Buffer.from([0x53, 0, 0, 4, 0, 5, 0, 5]);
    const bytes = withUserItem(request, asynchronous);
    expect(read(bytes)).toEqual({ type: "associate-rq", protocolVersion: 1, ...fields, contexts: proposed });
  });

  it("an association item longer than its PDU is a protocol error", () => {
    const bytes = Buffer.from(request);
    bytes.writeUInt16BE(60_000, 6 + 68 + 2);
    expect(codeOf(() => read(bytes))).toBe("protocol");
  });

  it.each([
    ["a PDV of length 1", "0000000101"],
    ["a PDV longer than its PDU", "000000ff0103aabb"],
    ["half a PDV header", "00000004"],
  ])("%s is a protocol error", (_name, hex) => {
    expect(codeOf(() => decodePdu(4, Buffer.from(hex, "hex")))).toBe("protocol");
  });

  it("a context id that is even or used twice is a protocol error", () => {
    const twice = [proposed[0], proposed[0]].flatMap((one) => one ?? []);
    expect(codeOf(() => read(encodeAssociateRequest({ ...fields, contexts: twice })))).toBe("protocol");
    const even = [{ id: 2, abstractSyntax: "1.2", transferSyntaxes: ["1.2"] }];
    expect(codeOf(() => read(encodeAssociateRequest({ ...fields, contexts: even })))).toBe("protocol");
  });
});

describe("fragments", () => {
  it("defect 11 of dcmjs-dimse: an odd maximum PDU length gives even fragments", () => {
    for (const maximum of [8, 9, 13, 4_097, 16_383, 131_071]) {
      expect(maxFragmentBytes(maximum) % 2).toBe(0);
      expect(maxFragmentBytes(maximum) + 6).toBeLessThanOrEqual(maximum);
    }
    const bytes = encodeData(3, false, Buffer.alloc(1_000, 7), 101);
    const pdus = [...new PduFramer(101).push(bytes)];
    const fragments = pdus.flatMap((pdu) => (pdu.type === "p-data" ? pdu.pdvs : []));
    expect(fragments.map((one) => one.fragment.length % 2)).toEqual(fragments.map(() => 0));
    expect(Buffer.concat(fragments.map((one) => one.fragment))).toEqual(Buffer.alloc(1_000, 7));
    expect(fragments.map((one) => one.isLast)).toEqual(fragments.map((_, index) => index === fragments.length - 1));
  });
});

describe("framing", () => {
  const stream = Buffer.concat([request, data, encodeReleaseRequest(), data]);
  const whole = [...new PduFramer(131_072).push(stream)];

  it.each([1, 2, 5, 6, 7, 11, 100, stream.length])("finds the same PDUs in pieces of %i bytes", (size) => {
    const framer = new PduFramer(131_072);
    const found: Pdu[] = [];
    for (let at = 0; at < stream.length; at += size) {
      for (const pdu of framer.push(Buffer.from(stream.subarray(at, at + size)))) found.push(pdu);
    }
    expect(found).toEqual(whole);
    expect(found).toHaveLength(4);
    expect(framer.isPartial).toBe(false);
  });

  it("knows that half a PDU has come", () => {
    const framer = new PduFramer(131_072);
    expect([...framer.push(data.subarray(0, 9))]).toEqual([]);
    expect(framer.isPartial).toBe(true);
  });

  it("defect 8 of dcmjs-dimse: a claim of 4 GB is refused with its first six bytes", () => {
    for (const code of [1, 2, 3, 4, 5, 6, 7]) {
      const head = Buffer.from([code, 0, 0xff, 0xff, 0xff, 0xff]);
      expect(codeOf(() => [...new PduFramer(131_072).push(head)])).toBe("protocol");
    }
  });

  it("refuses data beyond the maximum that we announced, a byte more is enough", () => {
    expect([...new PduFramer(14).push(data)]).toHaveLength(1);
    expect(codeOf(() => [...new PduFramer(13).push(data)])).toBe("protocol");
  });

  it("refuses a type that does not exist and a control PDU of another length than four", () => {
    expect(codeOf(() => [...new PduFramer(100).push(Buffer.from([8, 0, 0, 0, 0, 4]))])).toBe("protocol");
    expect(codeOf(() => [...new PduFramer(100).push(Buffer.from([7, 0, 0, 0, 0, 3]))])).toBe("protocol");
  });
});

it("reads a request full of padding at once: seven names of 60 KB took half a minute", () => {
  const abstractSyntax = `x${" ".repeat(60_000)}x`;
  const contexts = [1, 3, 5, 7, 9, 11, 13].map((id) => ({ id, abstractSyntax, transferSyntaxes: ["1.2"] }));
  const bytes = encodeAssociateRequest({ ...fields, contexts });
  const before = performance.now();
  expect(read(bytes)).toMatchObject({ type: "associate-rq", contexts });
  expect(performance.now() - before).toBeLessThan(500);
});

/** Appends a sub-item to the user information, which is the last item of a request. */
function withUserItem(bytes: Buffer, item: Buffer): Buffer {
  const at = bytes.indexOf(Buffer.from([0x50, 0]), 74);
  const out = Buffer.concat([bytes, item]);
  out.writeUInt16BE(out.readUInt16BE(at + 2) + item.length, at + 2);
  out.writeUInt32BE(out.length - 6, 2);
  return out;
}
