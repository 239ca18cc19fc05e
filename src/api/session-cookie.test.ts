import { expect, it } from "vitest";
import { isAtBox } from "./at-the-box.ts";
import { sessionCookie, tokenIn } from "./session-cookie.ts";

it("a cookie comes back as the token it was made of", () => {
  const cookie = sessionCookie("abc-_1", false);
  expect(cookie).toBe("scopeline-session=abc-_1; Path=/; HttpOnly; SameSite=Strict");
  expect(tokenIn(`theme=dark; ${cookie.split(";")[0]}; x=y`)).toBe("abc-_1");
});

it("over HTTPS it is sent over HTTPS only, and signing out takes it away", () => {
  expect(sessionCookie("abc", true)).toContain("; Secure");
  expect(sessionCookie("", false)).toContain("Max-Age=0");
});

it.each([undefined, "", "other=1", "xscopeline-session=abc", `a=${"x".repeat(5_000)}; scopeline-session=abc`])(
  "no token of ours: %.40s",
  (header) => {
    expect(tokenIn(header)).toBeUndefined();
  },
);

it.each([
  ["127.0.0.1", {}, [], true],
  ["::1", {}, [], true],
  ["::ffff:127.0.0.1", {}, [], true],
  ["192.0.2.7", {}, [], false],
  ["127.0.0.1", { "x-forwarded-for": "192.0.2.7" }, [], false],
  ["127.0.0.1", { via: "1.1 proxy" }, [], false],
  ["127.0.0.1", {}, ["https://or4.hospital.example"], false],
] as const)("%s with %o, other pages %j: at the box %s", (address, headers, origins, expected) => {
  expect(isAtBox({ address, headers }, origins)).toBe(expected);
});
