import { type Alarm, type AlarmLevel, rankOf } from "./alarm.ts";
import type { ClockFacts } from "./clock-watch.ts";
import type { DeliveryFacts, owedByNode, Tally } from "./database-facts.ts";
import type { AlarmFacts, SourceFacts } from "./rules.ts";

/** All that the metrics are made of. Times in milliseconds since the Unix epoch. */
export interface MetricFacts {
  readonly now: number;
  readonly version: string;
  readonly startedAt: number;
  readonly owed: ReturnType<typeof owedByNode>;
  readonly deliveries: DeliveryFacts;
  readonly tally: ReturnType<Tally["read"]>;
  readonly nodes: AlarmFacts["nodes"];
  readonly disk: { readonly freeBytes: number; readonly totalBytes: number };
  readonly certificates: AlarmFacts["certificates"];
  readonly clock: ClockFacts;
  readonly alarms: readonly Alarm[];
  readonly sources: readonly SourceFacts[];
  readonly memoryBytes: number;
}

/** One metric: `[labels, value]` for each of its samples. */
interface Family {
  readonly name: string;
  readonly kind: "gauge" | "counter";
  readonly help: string;
  readonly samples: readonly (readonly [Readonly<Record<string, string>>, number])[];
}

/** https://prometheus.io/docs/instrumenting/exposition_formats/ */
export const metricsContentType = "text/plain; version=0.0.4; charset=utf-8";

/** Prometheus' text format 0.0.4. Counters count from the start of this process. */
export function metricsOf(facts: MetricFacts): string {
  return [...deliveryFamilies(facts), ...sourceFamilies(facts), ...boxFamilies(facts)].map(written).join("");
}

function deliveryFamilies({ now, owed, deliveries, tally, nodes }: MetricFacts): Family[] {
  const age = (at: number | null): number => (at === null ? 0 : Math.max(0, (now - at) / 1_000));
  return [
    {
      ...{ name: "scopeline_owed_deliveries", kind: "gauge", help: "Deliveries that wait, by node, lane and state." },
      samples: owed.map(({ count, ...labels }) => [labels, count]),
    },
    one(
      "scopeline_oldest_unsent_seconds",
      "Age of the oldest that may be sent; 0: none.",
      age(deliveries.oldestUnsentAt),
    ),
    one(
      "scopeline_oldest_unsafe_seconds",
      "Age of the oldest sent and not proven; 0: none.",
      age(deliveries.unsafeOldestAt),
    ),
    counter("scopeline_deliveries_stored_total", "Deliveries that a node has taken.", tally.stored),
    counter("scopeline_deliveries_committed_total", "Deliveries proven to be kept.", tally.committed),
    counter("scopeline_delivery_attempts_failed_total", "Attempts that did not end in success.", tally.failedAttempts),
    {
      ...{ name: "scopeline_node_up", kind: "gauge", help: "1: reached at the last try, or not tried yet." },
      samples: nodes.map(({ name, downSince }) => [{ node: name }, downSince === null ? 1 : 0]),
    },
    {
      ...{ name: "scopeline_commitment_overdue", kind: "gauge", help: "Sent long ago and not proven, by node." },
      samples: deliveries.commitmentOverdue.map(({ node, count }) => [{ node }, count]),
    },
    {
      ...{ name: "scopeline_commitment_failed", kind: "gauge", help: "Sent, and the node does not keep it, by node." },
      samples: deliveries.commitmentFailed.map(({ node, count }) => [{ node }, count]),
    },
    counter("scopeline_captures_saved_total", "Stills and clips that were saved.", tally.capturesSaved),
    counter("scopeline_captures_removed_total", "Captures whose files retention removed.", tally.capturesRemoved),
  ];
}

function sourceFamilies({ sources }: MetricFacts): Family[] {
  const each = (name: string, kind: Family["kind"], help: string, value: (source: SourceFacts) => number): Family => ({
    name,
    kind,
    help,
    samples: sources.map((source) => [{ source: source.id }, value(source)]),
  });
  return [
    each("scopeline_source_up", "gauge", "1: the source gives a picture.", ({ state }) => (state === "live" ? 1 : 0)),
    each("scopeline_source_frames_total", "counter", "Frames that the source gave.", ({ frames }) => frames),
    each("scopeline_source_frames_lost_total", "counter", "Frames that the source lost.", (one) => one.lostFrames),
    each("scopeline_source_restarts_total", "counter", "Times ffmpeg was started again.", ({ restarts }) => restarts),
    {
      ...{ name: "scopeline_source_finding", kind: "gauge", help: "1: this is wrong with the picture of the source." },
      samples: sources.flatMap((source) =>
        source.findings.map(({ id }) => [{ source: source.id, finding: id }, 1] as const),
      ),
    },
    each("scopeline_preview_fps", "gauge", "Frames a second that screens are offered.", (one) => one.previewFps),
    each(
      "scopeline_clip_sync_slowest_seconds",
      "gauge",
      "The longest that pictures of a clip took to be on the disk: a power cut then costs as much.",
      ({ slowestSyncMs }) => slowestSyncMs / 1_000,
    ),
    each("scopeline_ring_bytes", "gauge", "Memory for pictures and clips to look back on.", (one) => one.ringBytes),
  ];
}

function boxFamilies({ disk, certificates, clock, alarms, memoryBytes, version, startedAt }: MetricFacts): Family[] {
  const { offsetSeconds, isSynchronised } = clock;
  const levels = Object.keys(rankOf) as AlarmLevel[];
  // Two certificates of one name in one file are one sample: the first to expire.
  const expiring = new Map<string, MetricFacts["certificates"][number]>();
  for (const certificate of certificates.toSorted((a, b) => b.expiresAt - a.expiresAt)) {
    expiring.set(JSON.stringify([certificate.file, certificate.subject]), certificate);
  }
  return [
    one("scopeline_disk_free_bytes", "Free on the storage disk.", disk.freeBytes),
    one("scopeline_disk_total_bytes", "Size of the storage disk.", disk.totalBytes),
    {
      ...{ name: "scopeline_certificate_expiry_timestamp_seconds", kind: "gauge" },
      help: "When a certificate in use expires.",
      samples: [...expiring.values()].map(({ file, subject, expiresAt }) => [{ file, subject }, expiresAt / 1_000]),
    },
    one("scopeline_clock_offset_seconds", "How far the clock was moved since the start.", offsetSeconds),
    {
      ...{ name: "scopeline_clock_synchronised", kind: "gauge", help: "1: with a time server. Missing: not known." },
      samples: isSynchronised === null ? [] : [[{}, isSynchronised ? 1 : 0]],
    },
    {
      ...{ name: "scopeline_alarms", kind: "gauge", help: "Alarms that are on, by level." },
      samples: levels.map((level) => [{ level }, alarms.filter((alarm) => alarm.level === level).length]),
    },
    one("process_resident_memory_bytes", "Memory of the process, without its children.", memoryBytes),
    one("process_start_time_seconds", "When the process began.", startedAt / 1_000),
    {
      ...{ name: "scopeline_build_info", kind: "gauge", help: "The version of the software." },
      samples: [[{ version }, 1]],
    },
  ];
}

const one = (name: string, help: string, value: number): Family => ({
  ...{ name, help, kind: "gauge" },
  samples: [[{}, value]],
});

const counter = (name: string, help: string, value: number): Family => ({ ...one(name, help, value), kind: "counter" });

function written({ name, kind, help, samples }: Family): string {
  if (samples.length === 0) return "";
  const lines = samples.map(([labels, value]) => `${name}${writtenLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${kind}\n${lines.join("")}`;
}

function writtenLabels(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
