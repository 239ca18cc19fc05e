import { describe, expect, it } from "vitest";
import { metricFacts, now, wellFacts } from "./facts.fixture.ts";
import { metricsOf } from "./metrics.ts";

const lines = (part: Partial<typeof metricFacts> = {}) => metricsOf({ ...metricFacts, ...part }).split("\n");

describe("the metrics", () => {
  it("are lines of name, labels and value, each with its help and type", () => {
    expect(metricsOf(metricFacts)).toContain(
      `# HELP scopeline_owed_deliveries Deliveries that wait, by node, lane and state.
# TYPE scopeline_owed_deliveries gauge
scopeline_owed_deliveries{node="PACS",lane="clip",state="pending"} 3
# HELP scopeline_oldest_unsent_seconds Age of the oldest that may be sent; 0: none.
# TYPE scopeline_oldest_unsent_seconds gauge
scopeline_oldest_unsent_seconds 90
`,
    );
    expect(lines()).toEqual(
      expect.arrayContaining([
        "# TYPE scopeline_deliveries_stored_total counter",
        "scopeline_deliveries_stored_total 12",
        "scopeline_deliveries_committed_total 10",
        "scopeline_delivery_attempts_failed_total 4",
        "scopeline_captures_saved_total 7",
        'scopeline_node_up{node="PACS"} 1',
        "scopeline_clock_synchronised 1",
        'scopeline_alarms{level="failure"} 0',
        "process_resident_memory_bytes 123456789",
        'scopeline_build_info{version="1.2.3"} 1',
        "",
      ]),
    );
  });

  it("tell of each source what it gives, and how long its clips took to the disk", () => {
    const counts = { frames: 900, lostFrames: 12, restarts: 1, previewFps: 15, ringBytes: 1000, slowestSyncMs: 620 };
    const sources = [{ id: "scope", name: "Scope", state: "live" as const, findings: [], ...counts }];
    expect(lines({ sources })).toEqual(
      expect.arrayContaining([
        'scopeline_source_up{source="scope"} 1',
        'scopeline_source_frames_lost_total{source="scope"} 12',
        'scopeline_clip_sync_slowest_seconds{source="scope"} 0.62',
      ]),
    );
  });

  it("tell of each source: picture, frames, restarts, and what is wrong", () => {
    const findings = [{ id: "black", level: "caution" as const, message: "Dark.", since: now }];
    const counts = { frames: 900, lostFrames: 4, restarts: 2, previewFps: 10, ringBytes: 5_000, slowestSyncMs: 0 };
    const sources = [
      { ...counts, id: "scope", name: "Scope", state: "live" as const, findings },
      { ...counts, id: "tower", name: "Tower", state: "no-signal" as const, findings: [], previewFps: 0 },
    ];
    expect(lines({ sources })).toEqual(
      expect.arrayContaining([
        'scopeline_source_up{source="scope"} 1',
        'scopeline_source_up{source="tower"} 0',
        "# TYPE scopeline_source_frames_total counter",
        'scopeline_source_frames_total{source="scope"} 900',
        'scopeline_source_frames_lost_total{source="scope"} 4',
        'scopeline_source_restarts_total{source="scope"} 2',
        'scopeline_source_finding{source="scope",finding="black"} 1',
        'scopeline_preview_fps{source="scope"} 10',
        'scopeline_preview_fps{source="tower"} 0',
        'scopeline_ring_bytes{source="scope"} 5000',
      ]),
    );
    expect(lines({ sources }).join("\n")).not.toContain('finding{source="tower"');
  });

  it("leave out what is not known", () => {
    expect(metricsOf({ ...metricFacts, clock: { ...wellFacts.clock, isSynchronised: null } })).not.toContain(
      "clock_synchronised",
    );
  });

  it("escape what a name may hold", () => {
    const nodes = [{ name: 'a"b\\c\nd', downSince: now, reason: null }];
    expect(lines({ nodes })).toContain('scopeline_node_up{node="a\\"b\\\\c\\nd"} 0');
  });

  it("tell of two certificates of one name once, by the first to expire", () => {
    const certificates = [3, 1, 2].map((days) => ({ file: "ca.pem", subject: "CA", expiresAt: days * 1_000 }));
    expect(lines({ certificates }).filter((line) => line.startsWith("scopeline_certificate"))).toEqual([
      'scopeline_certificate_expiry_timestamp_seconds{file="ca.pem",subject="CA"} 1',
    ]);
  });
});
