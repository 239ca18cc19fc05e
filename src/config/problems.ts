import { type Place, placeText } from "./place.ts";

/** Something wrong before its line is known. */
export interface Finding {
  readonly place: Place;
  /** Which position in the file it points at: that of the key, or that of what is written behind it. */
  readonly at: "key" | "value";
  /** What is wrong and what to do; reads on from the place: "must be 1 to 65535; got 0". */
  readonly message: string;
}

/** Something wrong with a settings file, for the person who writes it. Lines and columns count from 1. */
export interface SettingsProblem {
  readonly place: string;
  readonly line?: number;
  readonly column?: number;
  readonly message: string;
}

export type SettingsErrorCode = "unreadable" | "invalid";

/** Every problem of a settings file at once. `unreadable`: it cannot be opened; `invalid`: what it says is wrong. */
export class SettingsError extends Error {
  readonly code: SettingsErrorCode;
  readonly problems: readonly SettingsProblem[];

  constructor(code: SettingsErrorCode, file: string, problems: readonly SettingsProblem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super([`${file}: ${count}. Correct the file and start again.`, ...problems.map(problemLine)].join("\n"));
    this.name = "SettingsError";
    this.code = code;
    this.problems = problems;
  }
}

/** `  line 12, column 11: nodes[0].port must be 1 to 65535; got 0`. */
function problemLine(problem: SettingsProblem): string {
  const where = problem.line === undefined ? "" : `line ${problem.line}, column ${problem.column ?? 1}: `;
  return `  ${where}${problem.place}: ${problem.message}`;
}

/** Where a finding stands in the file, if it is known. */
export type Locate = (place: Place, at: "key" | "value") => { line: number; column: number } | undefined;

export function problemOf(finding: Finding, locate?: Locate): SettingsProblem {
  const place = placeText(finding.place);
  const position = locate?.(finding.place, finding.at);
  return { place, ...position, message: finding.message };
}
