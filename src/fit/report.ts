import { syntaxName } from "./candidates.ts";
import type { FitProposal } from "./propose.ts";
import { isUsable, type ReadBackSeen, type RungSeen } from "./seen.ts";
import { fitSettingsYaml } from "./settings-yaml.ts";
import type { FitStep } from "./steps.ts";
import type { LeftBehind } from "./trial.ts";

/** One fit test of one node. */
export interface FitReport extends FitProposal {
  readonly node: string;
  /** When it began, milliseconds since the Unix epoch. */
  readonly at: number;
  readonly durationMs: number;
  readonly steps: readonly FitStep[];
  /** Every SOP class × transfer syntax, and what became of it. */
  readonly rungs: readonly RungSeen[];
  /** What is in the archive now; this box cannot delete it there. */
  readonly leftBehind: LeftBehind;
}

/** The report for people, as Markdown. */
export function fitReportText(report: FitReport): string {
  const { node, at, durationMs, steps, warnings, differences, notes, proposed } = report;
  const yaml = fitSettingsYaml(report);
  const lines = [
    `# Fit test of ${node}`,
    "",
    `${new Date(at).toISOString()}, ${seconds(durationMs)}. Only synthetic pictures of a patient who does not exist were sent.`,
    "",
    "## Result",
    "",
    ...(proposed === null ? ["No settings are proposed."] : [differencesLine(differences)]),
    ...list(differences),
    ...section("To know before it is used", list(warnings)),
    ...section("It could also do", list(notes)),
    ...section("Steps", table(["Step", "Result", "", "Time"], steps.map(stepRow))),
    ...section("Encodings", report.rungs.length === 0 ? [] : table(rungHead, report.rungs.map(rungRow))),
    ...section("Left in the archive", leftLines(report)),
    ...section("Proposed settings", proposed === null ? [] : ["```yaml", ...yaml.trimEnd().split("\n"), "```"]),
    "",
  ];
  return lines.join("\n");
}

function differencesLine(differences: readonly string[]): string {
  return differences.length === 0 ? "The settings fit as they are." : "These settings would change:";
}

const list = (items: readonly string[]): string[] => items.map((item) => `- ${oneLine(item)}`);

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", `## ${title}`, "", ...lines];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.map(cell).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)];
}

/** A peer's words are data: they must not end a cell or a line. */
const oneLine = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]+/gu, " ");
const cell = (text: string): string => oneLine(text).replaceAll("|", "\\|");

const stepRow = ({ title, result, words, durationMs }: FitStep): string[] => [
  title,
  result,
  words,
  seconds(durationMs),
];

const rungHead = ["Sent as", "Negotiated", "Stored", "Found", "Committed", "Read back", "Usable"];

function rungRow(rung: RungSeen): string[] {
  const { candidate, accepted, store, found, committed, readBack } = rung;
  const stored = store.kind === "stored" ? (store.warning ?? "yes") : store.words;
  return [
    `${candidate.label} (${candidate.rung})`,
    accepted === null ? "–" : yes(accepted),
    stored,
    yes(found),
    yes(committed),
    backWords(readBack),
    isUsable(rung) ? "**yes**" : "no",
  ];
}

const yes = (value: boolean | null): string => (value === null ? "–" : value ? "yes" : "no");

function backWords(back: ReadBackSeen | null): string {
  switch (back?.kind) {
    case undefined:
      return "–";
    case "same":
      return "the same";
    case "recoded":
      return `as ${syntaxName(back.transferSyntaxUid)}`;
    case "changed":
      return "other pixels";
    case "failed":
      return back.words;
    default:
      return back satisfies never;
  }
}

function leftLines({ leftBehind: { instances, studies } }: FitReport): string[] {
  if (instances === 0) return ["Nothing, as far as it says."];
  return [
    `${instances} synthetic instances, which this box cannot delete there. Its administrator may remove these studies:`,
    "",
    ...studies.map(({ studyInstanceUid, patientId }) => `- ${studyInstanceUid}, patient ID ${patientId}`),
  ];
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(1)} s`;
