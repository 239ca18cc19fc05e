/** What happens in the simulated days, drawn from a seed: the same seed gives the same plan. Times are simulated ms. */
import type { Fault } from "../../src/hospital/hospital.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** `closed`: nobody answers at its port. `dead`: its process is killed. `flapping`: closed and open in turns. */
export type Weather =
  | { readonly kind: "well" | "closed" | "dead" }
  | { readonly kind: "flapping"; readonly turnMs: number }
  | { readonly kind: "faulty"; readonly faults: readonly Fault[] };

export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly archive: Weather;
}

/** One procedure: how much is pressed, and how long after it the next one begins. */
export interface Work {
  readonly stills: number;
  readonly hasClip: boolean;
  /** Of the clip, and between presses: real, the picture is. */
  readonly realMs: number;
  readonly pauseMs: number;
}

export interface Plan {
  /** One after the other, the whole time. */
  readonly archive: readonly Period[];
  /** When the plug of the box is pulled. */
  readonly kills: readonly number[];
  readonly nextWork: () => Work;
}

/** Each strikes as often as its period lasts, or a few times. */
const faults: readonly Fault[] = [
  { kind: "status", status: "A700" },
  { kind: "status", status: "0110" },
  { kind: "status", status: "7777", times: 3 },
  { kind: "status", status: "A900", times: 2 },
  { kind: "status", status: "B000", times: 5 },
  { kind: "disk-full", times: 3 },
  { kind: "hang", keep: true, times: 2 },
  { kind: "hang", keep: false, times: 2 },
  { kind: "abort-in-data", afterBytes: 2_000, times: 3 },
  { kind: "close-in-data", afterBytes: 2_000, times: 3 },
  { kind: "stop-reading", afterBytes: 2_000, times: 1 },
  { kind: "slow-reader", bytesPerS: 200_000 },
  { kind: "close-before-answer", times: 3 },
  { kind: "abort-before-answer", times: 3 },
  { kind: "wrong-message-id", times: 2 },
  { kind: "wrong-sop-instance-uid", times: 2 },
  { kind: "success-keeps-nothing", times: 2 },
  { kind: "delay-answer", ms: 200 },
  { kind: "reject-association", permanent: true, times: 5 },
  { kind: "reject-association", permanent: false, times: 5 },
  { kind: "association-hang", times: 2 },
  { kind: "association-abort", times: 3 },
  { kind: "association-close", times: 3 },
  { kind: "release-hang", times: 1 },
  { kind: "mpps-status", request: "create", status: "0110", times: 2 },
  { kind: "mpps-status", request: "set", status: "0213", times: 3 },
  { kind: "mpps-hang", keep: true, times: 1 },
  { kind: "mpps-hang", keep: false, times: 1 },
  { kind: "close-before-answer", to: "mpps", times: 2 },
  { kind: "wrong-message-id", to: "mpps", times: 1 },
  { kind: "commitment-refuse", status: "0110", times: 3 },
  { kind: "commitment-hang", keep: false, times: 1 },
  { kind: "commitment-delay", ms: 500 },
  { kind: "commitment-twice", times: 3 },
  { kind: "commitment-never", times: 2 },
  { kind: "commitment-partly", reason: "0112", instances: 1, times: 1 },
  { kind: "commitment-partly", reason: "0213", instances: 1, times: 1 },
  { kind: "commitment-omits", instances: 1, times: 1 },
  { kind: "commitment-same-association", times: 3 },
  { kind: "close-before-answer", to: "commitment", times: 1 },
];

/** `random`: from 0 to 1. It is well in the beginning, and between its other states. */
export function planOf(random: () => number, hours: number): Plan {
  const between = (least: number, most: number): number => least + random() * (most - least);
  const archive: Period[] = [];
  const untilMs = hours * hourMs;
  for (let at = 0; at < untilMs; ) {
    const isWell = archive.length % 2 === 0;
    const weather = isWell ? ({ kind: "well" } as const) : drawWeather(random);
    const lastsMs = isWell ? between(0.2, 1.2) : weather.kind === "closed" ? between(0.5, 6) : between(0.3, 1.5);
    const period = { fromMs: at, untilMs: Math.min(at + lastsMs * hourMs, untilMs), archive: weather };
    archive.push(period);
    at = period.untilMs;
  }
  const kills: number[] = [];
  for (let at = between(0.5, 3); at < hours; at += between(2, 7)) kills.push(at * hourMs);
  const nextWork = (): Work => ({
    stills: 1 + Math.floor(random() * 4),
    hasClip: random() < 0.4,
    realMs: between(50, 400),
    pauseMs: between(2, 20) * minuteMs,
  });
  return { archive, kills, nextWork };
}

function drawWeather(random: () => number): Weather {
  const kind = random();
  if (kind < 0.25) return { kind: "closed" };
  if (kind < 0.35) return { kind: "dead" };
  if (kind < 0.5) return { kind: "flapping", turnMs: (3 + random() * 12) * minuteMs };
  const count = 1 + Math.floor(random() * 4);
  const drawn = Array.from({ length: count }, () => faults[Math.floor(random() * faults.length)]);
  return { kind: "faulty", faults: drawn.filter((fault) => fault !== undefined) };
}

/** `2d 07:30` */
export function clockOf(simulatedMs: number): string {
  const minutes = Math.floor(simulatedMs / 60_000);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${Math.floor(minutes / 1_440)}d ${two(Math.floor(minutes / 60) % 24)}:${two(minutes % 60)}`;
}
