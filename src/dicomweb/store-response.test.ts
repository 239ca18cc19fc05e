import { describe, expect, it } from "vitest";
import { namesAny, readStoreResponse, resultsOf, type StowResult } from "./store-response.ts";

const sopClassUid = "1.2.840.10008.5.1.4.1.1.77.1.2";
const transferSyntaxUid = "1.2.840.10008.1.2.4.50";
const [one, two, three] = ["1.2.3.1", "1.2.3.2", "1.2.3.3"] as const;
const sent = [one, two, three].map((sopInstanceUid) => ({ sopClassUid, sopInstanceUid, transferSyntaxUid }));

const item = (uid: string, more: object = {}) => ({
  "00081150": { vr: "UI", Value: [sopClassUid] },
  "00081155": { vr: "UI", Value: [uid] },
  ...more,
});
const reason = (value: unknown) => ({ "00081197": { vr: "US", Value: [value] } });
const warning = (value: unknown) => ({ "00081196": { vr: "US", Value: [value] } });
const module = (stored: object[], failed: object[] = [], others: object[] = []) =>
  JSON.stringify({
    "00081190": { vr: "UR", Value: ["http://x/studies/1"] },
    "00081198": { vr: "SQ", Value: failed },
    "00081199": { vr: "SQ", Value: stored },
    "0008119A": { vr: "SQ", Value: others },
  });

function results(body: string, httpStatus = 200): (StowResult | undefined)[] {
  const map = resultsOf(sent, readStoreResponse(Buffer.from(body)), httpStatus);
  expect([...map.keys()]).toEqual([one, two, three]);
  return [...map.values()];
}
const kinds = (body: string, httpStatus = 200) => results(body, httpStatus).map((result) => result?.kind);

describe("an answer to a store", () => {
  it("says of each instance what it says of it", () => {
    const body = module([item(one), item(two, warning(0xb006))], [item(three, reason(0xa700))]);
    expect(results(body, 202)).toEqual([
      { kind: "stored" },
      { kind: "stored", warning: 0xb006 },
      { kind: "failed", reason: 0xa700, words: "The server did not store it (0xA700)." },
    ]);
  });

  it("names what is not taken", () => {
    const [a, b] = results(module([], [item(one, reason(0xc122)), item(two, reason(0x0122))]), 409);
    expect(a).toMatchObject({ words: expect.stringContaining(transferSyntaxUid) });
    expect(b).toMatchObject({ words: expect.stringContaining(sopClassUid) });
  });

  const nothingProven: [string, string][] = [
    ["nothing", ""],
    ["an empty object", "{}"],
    ["an empty ReferencedSOPSequence, as Orthanc says when it stored nothing", module([])],
    ["a page", "<html><body>OK</body></html>"],
    ["text", "stored"],
    ["a number", "200"],
    ["null", "null"],
    ["half of it", module([item(one), item(two), item(three)]).slice(0, -1)],
    ["other UIDs", module([item("1.2.3.4"), item("1.2.3")])],
    ["UIDs that are numbers", module([{ "00081155": { vr: "UI", Value: [1.2] } }])],
    ["a sequence that is none", '{"00081199":{"vr":"SQ","Value":{"0":1}}}'],
    ["items that are none", '{"00081199":{"vr":"SQ","Value":[null,1,"1.2.3.1",["1.2.3.1"]]}}'],
    ["another SOP class", module([item(one, { "00081150": { Value: ["1.2.3"] } })])],
    ["both at once", module([item(one), item(two), item(three)], [item(one), item(two), item(three)])],
  ];
  it.each(nothingProven)("that is %s proves nothing", (_name, body) => {
    expect(kinds(body)).toEqual(["unconfirmed", "unconfirmed", "unconfirmed"]);
  });

  it("may name one twice", () => {
    expect(kinds(module([item(one), item(one)]))).toEqual(["stored", "unconfirmed", "unconfirmed"]);
  });

  it("may pad UIDs, wrap the module in an array, begin with a byte order mark, and write numbers as text", () => {
    const body = module([item(`${one}\0`), item(two, warning("45062"))], [item(three, reason("272"))]);
    expect(results(`\uFEFF[${body}]`)).toMatchObject([
      { kind: "stored" },
      { kind: "stored", warning: 0xb006 },
      { kind: "failed", reason: 0x0110 },
    ]);
  });

  it("with an error's status and no module says that nothing was stored", () => {
    expect(results("", 409)[0]).toEqual({
      kind: "failed",
      reason: null,
      words: "The server did not store it and gives no reason.",
    });
    expect(kinds(module([item(one)]), 409)).toEqual(["stored", "failed", "failed"]);
  });

  it("may fail instances without naming them, when it fails all that it does not name", () => {
    const all = module([item(two)], [], [reason(0xa900), reason(0xc000)]);
    expect(results(all)).toMatchObject([
      { kind: "failed", reason: 0xa900 },
      { kind: "stored" },
      { kind: "failed", reason: 0xc000 },
    ]);
    expect(kinds(module([item(two)], [], [reason(0xa900)]))).toEqual(["unconfirmed", "stored", "unconfirmed"]);
  });

  it("speaks of our instances, or not", () => {
    const names = (body: string) => namesAny(sent, readStoreResponse(Buffer.from(body)));
    expect(names(module([], [item(two)]))).toBe(true);
    expect(names(module([item("1.2.3.4")]))).toBe(false);
    expect(names("")).toBe(false);
  });
});

describe("an answer in XML", () => {
  const attribute = (tag: string, inner: string) =>
    `<DicomAttribute tag="${tag}" vr="SQ" keyword="K">${inner}</DicomAttribute>`;
  const value = (text: string) => `<Value number="1">${text}</Value>`;
  const xmlItem = (uid: string, more = "") =>
    `<Item number="1">${attribute("00081150", value(sopClassUid))}\n ${attribute("00081155", value(uid))}${more}</Item>`;
  const document = (inner: string) =>
    `<?xml version="1.0" encoding="UTF-8"?>\n<NativeDicomModel xml:space="preserve">${inner}</NativeDicomModel>`;

  it("is understood", () => {
    const stored = attribute("00081199", xmlItem(one) + xmlItem(two, attribute("00081196", value("45056"))));
    const failed = attribute("00081198", xmlItem(three, attribute("00081197", value("42752"))));
    expect(results(document(`<DicomAttribute tag="00081190" vr="UR"/>${failed}${stored}`))).toMatchObject([
      { kind: "stored" },
      { kind: "stored", warning: 0xb000 },
      { kind: "failed", reason: 0xa700 },
    ]);
  });

  it("may have a prefix and single quotes", () => {
    const inner = `<d:DicomAttribute tag='00081199'><d:Item><d:DicomAttribute tag='00081155'><d:Value>${one}</d:Value></d:DicomAttribute></d:Item></d:DicomAttribute>`;
    expect(kinds(`<d:NativeDicomModel xmlns:d="x">${inner}</d:NativeDicomModel>`)[0]).toBe("stored");
  });

  const nothingProven: [string, string][] = [
    ["cut off", document(attribute("00081199", xmlItem(one))).slice(0, -3)],
    ["of another kind", `<Other>${attribute("00081199", xmlItem(one))}</Other>`],
    ["two documents", document("") + document(attribute("00081199", xmlItem(one)))],
    ["closed too often", `${document("")}</Item>`],
    ["nested without end", document("<a>".repeat(100_000))],
    ["an entity", `<!DOCTYPE x [<!ENTITY u "${one}">]>${document(attribute("00081199", xmlItem("&u;")))}`],
  ];
  it.each([
    ["a tag without end", `<${"a".repeat(1_000_000)}`],
    ["a megabyte of them", "<a".repeat(500_000)],
    ["a UID of padding", JSON.stringify({ "00081199": { Value: [item(`x${" ".repeat(900_000)}x`)] } })],
  ])("that is %s is read at once", (_name, body) => {
    const before = performance.now();
    expect(kinds(body)).toEqual(["unconfirmed", "unconfirmed", "unconfirmed"]);
    expect(performance.now() - before).toBeLessThan(2_000);
  });

  it.each(nothingProven)("that is %s proves nothing", (_name, body) => {
    expect(kinds(body)).toEqual(["unconfirmed", "unconfirmed", "unconfirmed"]);
  });
});
