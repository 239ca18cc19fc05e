import { describe, expect, it } from "vitest";
import { type RouteFacts, type RouteRule, type Routing, routesOf } from "./routes.ts";

const facts: RouteFacts = {
  source: "scope",
  deviceProfile: "simulated-microscope",
  modality: "GM",
  procedureCodes: [{ codeValue: "P5-20100", codingSchemeDesignator: "SRT" }],
  requestingServices: ["Neurosurgery"],
  recipients: ["Other Hospital"],
};
const all = ["PACS", "TEACHING", "ABROAD"];

const rule = (name: string, when: RouteRule["when"], to: string[], more: Partial<RouteRule> = {}): RouteRule => ({
  name,
  when,
  to,
  secondary: [],
  standbyAfterMs: null,
  ...more,
});
const routed = (routing: Partial<Routing>, storageNodes = all) =>
  routesOf({ rules: [], otherwise: null, ...routing }, facts, storageNodes);
const to = (routing: Partial<Routing>) => routed(routing).map(({ node, importance }) => `${node} ${importance}`);

it("without rules a capture goes to every storage node", () => {
  expect(to({})).toEqual(["PACS primary", "TEACHING primary", "ABROAD primary"]);
});

it("what no rule speaks of goes where `otherwise` says", () => {
  const never = rule("never", { sources: ["other"] }, ["ABROAD"]);
  const otherwise = { to: ["PACS"], secondary: ["TEACHING"], standbyAfterMs: null };
  expect(to({ rules: [never], otherwise })).toEqual(["PACS primary", "TEACHING secondary"]);
});

describe("a condition", () => {
  it.each<[keyof RouteRule["when"], string, string]>([
    ["sources", "scope", "endoscope"],
    ["deviceProfiles", "simulated-microscope", "other-profile"],
    ["modalities", "GM", "XC"],
    ["procedureCodes", "P5-20100", "P5-20101"],
    ["procedureCodes", "P5-20100^SRT", "P5-20100^DCM"],
    ["requestingServices", "Neurosurgery", "Ear"],
    ["recipients", "Other Hospital", "Third Hospital"],
  ])("%s holds for %s and not for %s, in any case and with spaces around", (key, yes, no) => {
    const otherwise = { to: [], secondary: [], standbyAfterMs: null };
    const when = (value: string) => to({ rules: [rule("r", { [key]: [value] }, ["ABROAD"])], otherwise });
    expect(when(` ${yes.toUpperCase()} `)).toEqual(["ABROAD primary"]);
    expect(when(no)).toEqual([]);
  });

  it("with several values holds for any of them, several conditions must all hold", () => {
    const when = { modalities: ["XC", "GM"], sources: ["scope"] };
    expect(to({ rules: [rule("r", when, ["PACS"])] })).toEqual(["PACS primary"]);
    expect(to({ rules: [rule("r", { ...when, sources: ["other"] }, ["PACS"])] })).toHaveLength(3);
  });

  it("with an empty list holds for nothing", () => {
    expect(to({ rules: [rule("r", { sources: [] }, ["PACS"])] })).toHaveLength(3);
  });

  it("knows letters in either normal form as the same", () => {
    const accented = { ...facts, recipients: ["Hospital São".normalize("NFD")] };
    const rules = [rule("r", { recipients: ["hospital são".normalize("NFC")] }, ["ABROAD"])];
    expect(routesOf({ rules, otherwise: null }, accented, all).map(({ node }) => node)).toEqual(["ABROAD"]);
  });
});

describe("several rules that hold", () => {
  it("add up; a node named twice counts as the more important", () => {
    const rules = [
      rule("late", {}, ["PACS"], { secondary: ["TEACHING"], standbyAfterMs: 60_000 }),
      rule("copy", {}, [], { secondary: ["TEACHING", "PACS"] }),
    ];
    expect(routed({ rules })).toEqual([
      { node: "PACS", importance: "primary", afterMs: 0, because: "late" },
      { node: "TEACHING", importance: "secondary", afterMs: 0, because: "copy" },
    ]);
  });

  it("a secondary stands by for as long as its rule says", () => {
    const rules = [rule("r", {}, ["PACS"], { secondary: ["TEACHING"], standbyAfterMs: 60_000 })];
    expect(routed({ rules })[1]).toEqual({
      node: "TEACHING",
      importance: "standby",
      afterMs: 60_000,
      because: "r",
    });
  });
});

it("a rule never sends to a node that takes no instances", () => {
  expect(routed({ rules: [rule("r", {}, ["PACS", "RIS"])] }).map(({ node }) => node)).toEqual(["PACS"]);
});
