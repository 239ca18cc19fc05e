import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { propose } from "./propose.ts";
import { type FitReport, fitReportText } from "./report.ts";
import { now, rungsSeen, seenOf } from "./seen.fixture.ts";
import { fitSettingsYaml } from "./settings-yaml.ts";

function reportOf(seen = seenOf(), words = "C-ECHO answered"): FitReport {
  const leftBehind = { instances: 2, studies: [{ studyInstanceUid: "2.25.77", patientId: "SCOPELINE-FIT" }] };
  const step = { name: "reach", title: "Reaching the node", result: "passed", words, durationMs: 1_234 } as const;
  const head = { node: "Archive: 1", at: 0, durationMs: 5_000, steps: [step], rungs: seen.rungs };
  return { ...head, ...propose(now, seen), leftBehind };
}

describe("the report", () => {
  it("holds steps, encodings, what is left and the lines of the settings", () => {
    const text = fitReportText(reportOf());
    for (const part of ["| 1.2 s |", "VL Microscopic Image, JPEG (original)", "2.25.77", "```yaml", "1970-01-01"]) {
      expect(text).toContain(part);
    }
  });

  it("keeps a peer's words in their cell", () => {
    const text = fitReportText(reportOf(undefined, "bad | words\n# Title\u2028<b>"));
    expect(text).toContain("| bad \\| words # Title <b> |");
    expect(text).not.toMatch(/^# Title/m);
  });

  it("has no lines of settings where nothing is proposed", () => {
    const report = reportOf(seenOf({ rungs: rungsSeen(() => false) }));
    expect(fitReportText(report)).not.toContain("```yaml");
    expect(parse(fitSettingsYaml(report))).toBeNull();
  });
});

describe("the lines for the settings file", () => {
  it("are one entry of `nodes` that says the proposed settings and nothing else", () => {
    const { proposed } = reportOf();
    const { roles, encoding, sending } = now;
    expect(parse(fitSettingsYaml({ node: "Archive: 1", proposed }))).toEqual([
      { name: "Archive: 1", roles, sending, encoding },
    ]);
  });

  it("name commitment and DICOMweb where they are used", () => {
    const commitment = { kind: "works", words: "" } as const;
    const { proposed } = propose({ ...now, dicomweb: { uses: ["store"] } }, seenOf({ commitment }));
    const [entry] = parse(fitSettingsYaml({ node: "A", proposed })) as object[];
    expect(entry).toMatchObject({ dicomweb: { uses: ["store"] }, commitment: now.commitment });
  });
});
