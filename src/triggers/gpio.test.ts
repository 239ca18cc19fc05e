import { describe, expect, it } from "vitest";
import { edgeOf, gpiomonArguments, groupsOf, versionOf } from "./gpio.ts";

const button = { chip: "gpiochip0", line: 17, activeLow: true, bias: "pull-up" } as const;

describe("gpiomon", () => {
  it.each([
    ["gpiomon (libgpiod) v1.6.3\nCopyright (C) 2017-2018", 1],
    ["gpiomon (libgpiod) v2.1.2\nCopyright (C) 2017-2023", 2],
    ["gpiomon (libgpiod) v2.2.1-devel", 2],
  ])("%j is told apart", (text, version) => {
    expect(versionOf(text)).toBe(version);
  });

  it("is asked in the words of its version", () => {
    const lines = [button, { ...button, line: 27 }];
    expect(gpiomonArguments(1, lines)).toEqual([
      ...["--line-buffered", "--format=%e %o %s %n", "--active-low", "--bias=pull-up", "gpiochip0", "17", "27"],
    ]);
    expect(gpiomonArguments(2, lines)).toEqual([
      ...["--format=%e %o %S", "--active-low", "--bias=pull-up", "--chip=gpiochip0", "17", "27"],
    ]);
    const plain = { ...button, activeLow: false, bias: "as-is" } as const;
    expect(gpiomonArguments(2, [plain])).toEqual(["--format=%e %o %S", "--chip=gpiochip0", "17"]);
  });

  it("1.x counts its edges from 0, 2.x from 1", () => {
    expect(edgeOf(1, "1 17 1234 500000000")).toEqual({ code: 17, edge: "down", atMs: 1_234_500 });
    expect(edgeOf(1, "0 17 1234 000000001\r")).toMatchObject({ edge: "up" });
    expect(edgeOf(2, "1 17 1234.500000000")).toEqual({ code: 17, edge: "down", atMs: 1_234_500 });
    expect(edgeOf(2, "2 17 1234.500000000")).toMatchObject({ edge: "up" });
  });

  it.each(["", "2 17 1234 5", "gpiomon: error", "1 17", "1 -1 5 5", `1 17 ${"9".repeat(40)} 1`])(
    "%j is no edge",
    (line) => {
      expect(edgeOf(1, line)).toBeUndefined();
    },
  );

  it("watches lines together that are wired alike", () => {
    const other = { ...button, line: 5, activeLow: false };
    expect(groupsOf([button, other, { ...button, line: 27 }])).toEqual([[button, { ...button, line: 27 }], [other]]);
  });
});
