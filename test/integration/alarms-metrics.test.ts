import { expect, it } from "vitest";
import { metricFacts, now } from "../../src/alarms/facts.fixture.ts";
import { metricsOf } from "../../src/alarms/metrics.ts";
import { describePeer, need, runTool } from "../support/peers.ts";

/** Reads the text format with the Prometheus project's own parser and says what it understood. */
const parse = `
import json, sys
from prometheus_client.parser import text_string_to_metric_families
text = json.loads(sys.argv[1])
print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]]
  for f in text_string_to_metric_families(text)]))
`;

describePeer("the Prometheus client's parser", ["prometheus_client"], () => {
  it("understands each metric, whatever is in the names", async () => {
    const name = 'P"A\\C\nS ü{}=,# HELP';
    const text = metricsOf({
      ...metricFacts,
      nodes: [
        { name, downSince: now, reason: null },
        { name: "B", downSince: null, reason: null },
      ],
      certificates: [{ file: "/etc/ca.pem", subject: name, expiresAt: now }],
    });
    const { code, stdout, stderr } = await runTool(need("prometheus_client"), ["-c", parse, JSON.stringify(text)]);
    expect(stderr).toBe("");
    expect(code).toBe(0);
    const families = JSON.parse(stdout) as [string, string, string, [string, Record<string, string>, number][]][];
    expect(new Set(families.map(([family]) => family)).size).toBe(families.length);
    expect(families.every(([, type, help]) => type !== "unknown" && help.length > 10)).toBe(true);
    const samples = families.flatMap(([, , , list]) => list);
    expect(samples).toEqual(
      expect.arrayContaining([
        ["scopeline_node_up", { node: name }, 0],
        ["scopeline_node_up", { node: "B" }, 1],
        ["scopeline_certificate_expiry_timestamp_seconds", { file: "/etc/ca.pem", subject: name }, now / 1_000],
        ["scopeline_deliveries_stored_total", {}, 12],
        ["scopeline_owed_deliveries", { node: "PACS", lane: "clip", state: "pending" }, 3],
      ]),
    );
    expect(samples).toHaveLength(text.split("\n").filter((line) => /^[a-z]/.test(line)).length);
    expect(families.filter(([, type]) => type === "counter").map(([family]) => family)).toEqual([
      "scopeline_deliveries_stored",
      "scopeline_deliveries_committed",
      "scopeline_delivery_attempts_failed",
      "scopeline_captures_saved",
      "scopeline_captures_removed",
    ]);
  });
});
