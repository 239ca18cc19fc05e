import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { edgeOf, gpiomonArguments, groupsOf, listenOnce, listensAfterMs, versionOf } from "./gpio.ts";

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
    expect(groupsOf([button, other, { ...button, line: 27 }])).toEqual([
      { chip: "gpiochip0", lines: [button, { ...button, line: 27 }] },
      { chip: "gpiochip0", lines: [other] },
    ]);
  });
});

describe("one life of gpiomon", () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  /** One that listens to lines 17 and 27 until `end`; what was told of it. */
  function listening() {
    const told: string[] = [];
    const ended = Promise.withResolvers<string>();
    let say: (chunk: Buffer) => void = () => {};
    const life = listenOnce(
      { chip: "gpiochip0", lines: [button, { ...button, line: 27 }] },
      {
        signal: new AbortController().signal,
        onKey: ({ id }, { code, edge }) => told.push(`${id} ${code} ${edge}`),
        onLost: ({ id }, lines) => told.push(`lost ${id} ${lines.join()}`),
        onProblem: ({ chip }, message) => told.push(`${chip}: ${message ?? "well"}`),
      },
      {
        version: async () => 2,
        run: ({ onBytes }) => {
          say = onBytes;
          return ended.promise;
        },
      },
    );
    return { told, life, end: (words: string) => ended.resolve(words), say: (text: string) => say(Buffer.from(text)) };
  }

  it("that goes on for a while is well, before anybody presses", async () => {
    const { told, end, life } = listening();
    await vi.advanceTimersByTimeAsync(listensAfterMs - 1);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1);
    expect(told).toEqual(["gpiochip0: well"]);
    end("");
    await expect(life).rejects.toThrow();
  });

  it("that ends at once was never well, and says why", async () => {
    const { told, end, life } = listening();
    end("error: cannot open the chip");
    await expect(life).rejects.toThrow("cannot open the chip");
    await vi.advanceTimersByTimeAsync(listensAfterMs);
    expect(told).toEqual(["lost gpio:gpiochip0 17,27"]);
  });

  it("lets go of its own lines when it ends", async () => {
    const { told, end, life, say } = listening();
    await vi.advanceTimersByTimeAsync(0);
    say("1 17 10.000000000\n");
    end("killed");
    await expect(life).rejects.toThrow("killed");
    expect(told).toEqual(["gpiochip0: well", "gpio:gpiochip0 17 down", "lost gpio:gpiochip0 17,27"]);
  });
});
