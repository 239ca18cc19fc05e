import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { deliveryFindings } from "./cross-checks-delivery.ts";
import { placeText } from "./place.ts";

const findings = (yaml: string): string[] =>
  deliveryFindings(parse(yaml)).map(({ place, message }) => `${placeText(place)}: ${message}`);
const node = (more: string) => `nodes: [{ name: A, aeTitle: A, host: h, port: 104, roles: [storage], ${more} }]`;
const web = (more: string) =>
  `nodes: [{ name: A, roles: [storage], dicomweb: { url: "https://h/d", uses: [store], ${more} } }]`;

describe("the settings of delivery", () => {
  it.each([
    ["a DIMSE node without address", "nodes: [{ name: A, aeTitle: A, roles: [mpps] }]", /nodes\[0\]\.host: is missing/],
    ["a use without its role", node('dicomweb: { url: "https://h/d", uses: [query] }'), /not the role query/],
    ["a certificate without its key", node("tls: { certificateFile: c }"), /tls\.keyFile: is missing/],
    ["two ways to authenticate", web("tokenFile: t, user: u, passwordFile: p"), /keep one/],
    ["a user without password", web("user: u"), /passwordFile: is missing/],
    ["a password in the clear", "alarms: { email: { user: u, passwordFile: p, security: none } }", /in the clear/],
    ["half a clip window", node('sending: { clipsFrom: "20:00" }'), /clipsUntil: is missing/],
    ["an empty clip window", node('sending: { clipsFrom: "20:00", clipsUntil: "20:00" }'), /same as clipsFrom/],
    [
      "a route to nobody",
      `${node("")}\nrouting: { rules: [{ name: r, to: [B] }] }`,
      /rules\[0\]\.to\[0\]: is not the name/,
    ],
    [
      "a route of no source",
      `${node("")}\nrouting: { rules: [{ name: r, when: { sources: [x] }, to: [A] }] }`,
      /not the id/,
    ],
    [
      "a route of no device profile",
      `${node("")}\nsources: [{ id: s, profile: p }]\nrouting: { rules: [{ name: r, when: { deviceProfiles: [q] }, to: [A] }] }`,
      /deviceProfiles\[0\]: is not the device profile/,
    ],
    ["a node that is both", `${node("")}\nrouting: { otherwise: { to: [A], secondary: [A] } }`, /also under to/],
    [
      "a standby of nobody",
      `${node("")}\nrouting: { otherwise: { to: [A], secondaryAfterMinutes: 5 } }`,
      /does nothing/,
    ],
    ["authorities that check nobody", "listener: { tls: { port: 1, caFile: c } }", /does nothing/],
    ["a TLS port that is taken", "listener: { port: 104, tls: { port: 104 } }", /choose another/],
    [
      "callers checked by nothing",
      "listener: { tls: { port: 1, requireClientCertificate: true } }",
      /caFile: is missing/,
    ],
  ])("refuse %s", (_name, yaml, expected) => {
    expect(findings(yaml).join("\n")).toMatch(expected);
  });

  it.each([
    ["a node that only speaks DICOMweb", web("user: u, passwordFile: p")],
    ["a window over midnight", node('sending: { clipsFrom: "20:00", clipsUntil: "06:00" }')],
    ["a route to a known node", `${node("")}\nrouting: { rules: [{ name: r, to: [A] }] }`],
    ["nothing at all", "{}"],
  ])("take %s", (_name, yaml) => {
    expect(findings(yaml)).toEqual([]);
  });
});
