import { expect, it } from "vitest";
import { isAllowed } from "./origin.ts";

const rules = { host: "127.0.0.1", allowedOrigins: ["https://or4.hospital.example"] };

it.each([
  ["the box's own page", { host: "127.0.0.1:8400", origin: "http://127.0.0.1:8400" }, true],
  ["a program without a page", { host: "localhost:8400" }, true],
  ["an allowed page", { host: "127.0.0.1:8400", origin: "https://or4.hospital.example" }, true],
  ["another site's page", { host: "127.0.0.1:8400", origin: "https://evil.example" }, false],
  ["another port of this machine", { host: "127.0.0.1:8400", origin: "http://127.0.0.1:9999" }, false],
  [
    "a name pointed at this box (DNS rebinding)",
    { host: "evil.example:8400", origin: "http://evil.example:8400" },
    false,
  ],
  ["an opaque origin", { host: "127.0.0.1:8400", origin: "null" }, false],
  ["no Host at all", {}, false],
] as const)("%s: %o", (_name, headers, allowed) => {
  expect(isAllowed(rules, headers)).toBe(allowed);
});

it("takes addresses, not foreign names, when bound to every interface", () => {
  expect(isAllowed({ host: "0.0.0.0", allowedOrigins: [] }, { host: "192.0.2.7:8400" })).toBe(true);
  expect(isAllowed({ host: "0.0.0.0", allowedOrigins: [] }, { host: "evil.example" })).toBe(false);
  expect(isAllowed({ host: "fd00::5", allowedOrigins: [] }, { host: "[fd00::5]:8400" })).toBe(true);
});

it.each([
  ["fd00::5", "[fd00::5]:8400"],
  ["FD00:0:0::5", "[fd00::5]:8400"],
  ["OR4.hospital.example", "or4.hospital.example:8400"],
])("knows itself by the address it is bound to, however that was written: %s", (bound, host) => {
  const own = { host: bound, allowedOrigins: [] };
  expect(isAllowed(own, { host, origin: `http://${host}` })).toBe(true);
  expect(isAllowed(own, { host: "[fd00::6]:8400" })).toBe(false);
});
