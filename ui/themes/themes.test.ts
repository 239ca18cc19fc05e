/** The colours of each theme against each other, computed from the CSS itself. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { colourOf, contrast, over } from "./contrast.ts";

const white = colourOf("#ffffff");

function variablesOf(theme: string): ReadonlyMap<string, string> {
  const css = readFileSync(join(import.meta.dirname, `${theme}.css`), "utf8");
  const found = [...css.matchAll(/--([a-z0-9-]+): ([^;]+);/g)];
  return new Map(found.map(([, name, value]) => [String(name), String(value)]));
}

/** What stands on what, and how much it must differ from it. */
const rules: readonly (readonly [least: number, what: readonly string[], on: readonly string[]])[] = [
  [7, ["text", "text-2", "caution", "notice", "confirmed"], ["bg", "panel", "banner", "control"]],
  [7, ["failure"], ["bg", "panel"]],
  [7, ["text"], ["control-pressed"]],
  [4.5, ["text-off"], ["bg", "panel"]],
  // The look of what is chosen, of the first thing to do, and of numbers that ask for somebody.
  [7, ["bg"], ["text", "text-2", "caution"]],
  [7, ["on-failure-bar"], ["failure-bar"]],
  [3, ["border", "notice", "record"], ["bg", "panel", "banner", "control"]],
  [3, ["caution", "failure", "text"], ["bg", "panel", "banner", "control"]],
];

describe.each(["dark", "bright"])("the %s theme", (theme) => {
  const variables = variablesOf(theme);
  const colour = (name: string) => colourOf(variables.get(name) ?? `--${name}, which is missing`);
  const pairs = rules.flatMap(([least, what, on]) =>
    what.flatMap((front) => on.map((back) => ({ least, front, back, ratio: contrast(colour(front), colour(back)) }))),
  );

  it.each(pairs)("$front on $back is at least $least : 1", ({ least, ratio }) => {
    expect(ratio).toBeGreaterThanOrEqual(least);
  });

  it("defines what the dark theme defines, but for what lies over pictures", () => {
    const names = [...variablesOf("dark").keys()].filter((name) => name !== "over");
    expect(names.filter((name) => !variables.has(name))).toEqual([]);
  });
});

it("words over a picture are read even where the picture is white", () => {
  const dark = variablesOf("dark");
  const backs = over(colourOf(dark.get("over") ?? ""), white);
  const words = ["text", "text-2", "caution", "notice", "failure"];
  const ratios = words.map((name) => [name, contrast(colourOf(dark.get(name) ?? ""), backs)] as const);
  expect(ratios.filter(([, ratio]) => ratio < 7)).toEqual([]);
});

it("the ratio is the one of WCAG", () => {
  expect(contrast(colourOf("#000000"), white)).toBe(21);
  expect(contrast(colourOf("#767676"), white)).toBeCloseTo(4.54, 2);
});
