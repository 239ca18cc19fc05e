/**
 * Every fault × everything that is owed, and what becomes of it. `attempts`: how many it takes (of the transfer; an
 * association that is not had costs none). What has no meaning says why, and is not counted as passed.
 */
import type { Fault } from "../../src/hospital/hospital.ts";
import type { Cut } from "../support/cut-line.ts";

export type Strike =
  /** The provider does this. */
  | { readonly kind: "hospital"; readonly faults: readonly Fault[] }
  /** The line to it is cut at the data of the request. */
  | { readonly kind: "line"; readonly cuts: readonly Cut[] }
  /** The provider's process ends while it does this, and is started again. */
  | { readonly kind: "restart"; readonly during: readonly Fault[] }
  /** While it waits for another attempt, or for a report, somebody sets the box's clock so many hours ahead. */
  | { readonly kind: "clock"; readonly hours: number; readonly during: readonly Fault[] };

export type Outcome =
  /** Nobody has to do anything. */
  | { readonly end: "by itself"; readonly attempts: number; readonly warning?: RegExp; readonly atMost?: number }
  /** Held with these words; Retry sends it once the fault is over. */
  | { readonly end: "held"; readonly attempts: number; readonly words: RegExp }
  /** In another encoding, by itself; the original is never sent there. */
  | { readonly end: "another rung" }
  /** MPPS only: this node is not told, and the reason said; Retry tells it all once the fault is over. */
  | { readonly end: "not told"; readonly words: RegExp }
  /** Commitment only: there, but the node refuses to commit to it; Retry sends and asks again. */
  | { readonly end: "not safe"; readonly words: RegExp };

export interface Case {
  readonly strike: Strike;
  readonly outcome: Outcome;
}
export interface Meaningless {
  readonly because: string;
}
export type Cell = Case | Meaningless;

/** A step has two messages; each meets the fault. */
export type StepCell = { readonly create: Cell; readonly set: Cell } | Meaningless;

export interface Row {
  readonly fault: string;
  readonly still: Cell;
  readonly clip: Cell;
  readonly mpps: StepCell;
  readonly commitment: Cell;
}

const hospital = (...faults: Fault[]): Strike => ({ kind: "hospital", faults });
const line = (how: Cut["how"], where: Cut["where"]): Strike => ({ kind: "line", cuts: [{ how, where }] });
const byItself = (attempts: number, warning?: RegExp): Outcome => ({
  end: "by itself",
  attempts,
  ...(warning && { warning }),
});
const held = (words: RegExp, attempts = 1): Outcome => ({ end: "held", attempts, words });
const not = (because: string): Meaningless => ({ because });
const both = (strike: Strike, outcome: Outcome) => ({ still: { strike, outcome }, clip: { strike, outcome } });
const neither = (because: string) => ({ still: not(because), clip: not(because) });
const steps = (strike: Strike, outcome: Outcome): StepCell => ({
  create: { strike, outcome },
  set: { strike, outcome },
});

const stored = (status: string, times?: number): Strike =>
  hospital({ kind: "status", status, ...(times === undefined ? {} : { times }) });
const told = (request: "create" | "set", status: string, times: number): Strike =>
  hospital({ kind: "mpps-status", request, status, times });
const eachTold = (status: string, times: number, outcome: Outcome): StepCell => ({
  create: { strike: told("create", status, times), outcome },
  set: { strike: told("set", status, times), outcome },
});
const asked = (status: string, times = 1): Case => ({
  strike: hospital({ kind: "commitment-refuse", status, times }),
  outcome: byItself(1),
});
const reported = (reason: string, outcome: Outcome = byItself(2)): Case => ({
  strike: hospital({ kind: "commitment-partly", reason, instances: 1, times: 1 }),
  outcome,
});
const reject = (permanent: boolean): Strike => hospital({ kind: "reject-association", permanent, times: 2 });
/** What each answer of a provider that did it may come to. */
const answered = (fault: (to: "store" | "mpps" | "commitment") => Fault, attempts: number) => ({
  ...both(hospital(fault("store")), byItself(attempts)),
  mpps: steps(hospital(fault("mpps")), byItself(attempts)),
  commitment: { strike: hospital(fault("commitment")), outcome: byItself(1) },
});
const everywhere = (strike: Strike, attempts: number) => ({
  ...both(strike, byItself(attempts)),
  mpps: steps(strike, byItself(attempts)),
  commitment: { strike, outcome: byItself(1) },
});

/** The original of a still and of a clip of the simulated microscope. */
const originals = ["1.2.840.10008.5.1.4.1.1.77.1.2", "1.2.840.10008.5.1.4.1.1.77.1.2.1"];
const oneSegment = "a request of some hundred bytes has left before anybody can be slow at reading it";
const oneEncoding = "a step and a request for commitment have no other encoding";
/** Tried as long as the fault lasts, and less often than what would be held. */
const several: Outcome = { end: "by itself", attempts: 2, atMost: 19 };
const restart = (during: Fault): Strike => ({ kind: "restart", during: [during] });
const clock = (hours: number): Pick<Row, "still" | "clip" | "mpps" | "commitment"> => {
  const during = (fault: Fault): Case => ({ strike: { kind: "clock", hours, during: [fault] }, outcome: several });
  return {
    still: during({ kind: "status", status: "A700" }),
    clip: during({ kind: "status", status: "A700" }),
    mpps: {
      create: during({ kind: "mpps-status", request: "create", status: "0213" }),
      set: during({ kind: "mpps-status", request: "set", status: "0213" }),
    },
    commitment: { ...during({ kind: "commitment-never" }), outcome: byItself(1) },
  };
};

export const matrix: readonly Row[] = [
  { fault: "refuses the association permanently", ...everywhere(reject(true), 1) },
  { fault: "refuses the association transiently", ...everywhere(reject(false), 1) },
  {
    fault: "refuses every context",
    ...both(hospital({ kind: "refuse-context" }), held(/administrator/)),
    mpps: {
      create: {
        strike: hospital({ kind: "refuse-context" }),
        outcome: { end: "not told", words: /does not take performed procedure steps/ },
      },
      set: not("it is not told of the end of a step whose begin it was not told of; both are told after Retry"),
    },
    commitment: { strike: hospital({ kind: "refuse-context", times: 1 }), outcome: byItself(1) },
  },
  {
    fault: "refuses the context of the original",
    ...both(hospital({ kind: "refuse-context", sopClassUids: originals }), { end: "another rung" }),
    mpps: not(oneEncoding),
    commitment: not(oneEncoding),
  },
  {
    fault: "A700, out of resources",
    ...both(stored("A700", 2), byItself(3)),
    mpps: eachTold("A700", 2, byItself(3)),
    commitment: asked("A700", 2),
  },
  {
    fault: "A900, does not match its SOP class",
    ...both(stored("A900", 1), held(/refused/)),
    mpps: eachTold("A900", 1, held(/refused/)),
    commitment: asked("A900"),
  },
  {
    fault: "C000, cannot understand",
    ...both(stored("C000", 1), held(/refused/)),
    mpps: eachTold("C000", 1, held(/refused/)),
    commitment: asked("C000"),
  },
  {
    fault: "B000, done with a warning",
    ...both(stored("B000", 1), byItself(1, /0xB000/)),
    mpps: eachTold("B000", 1, byItself(1, /0xB000/)),
    // Taken; that provider then never reports, and is asked again when the time is over.
    commitment: asked("B000"),
  },
  {
    fault: "0110, processing failure",
    ...both(stored("0110", 2), byItself(3)),
    mpps: eachTold("0110", 2, byItself(3)),
    commitment: reported("0110"),
  },
  {
    fault: "0110 to the request for commitment",
    ...neither("see 0110"),
    mpps: not("see 0110"),
    commitment: asked("0110", 2),
  },
  {
    fault: "0111, has it already, and has it",
    ...both(
      hospital({ kind: "close-before-answer", times: 1 }, { kind: "status", status: "0111", times: 1 }),
      byItself(2, /had it already/),
    ),
    mpps: {
      create: {
        strike: hospital({ kind: "close-before-answer", to: "mpps", times: 1 }),
        outcome: byItself(2, /had this step already/),
      },
      set: not("0111 is no answer to N-SET: it makes no instance"),
    },
    commitment: not("0111 is no answer to N-ACTION: it makes no instance"),
  },
  {
    fault: "0111, has it already, and has it not",
    ...both(stored("0111", 1), held(/does not find it/)),
    mpps: {
      // Nobody can look for a step. That it is not there comes out when its end is told.
      create: { strike: told("create", "0111", 1), outcome: byItself(1, /had this step already/) },
      set: { strike: hospital(), outcome: byItself(2) },
    },
    commitment: reported("0111"),
  },
  {
    fault: "0122, SOP class not supported",
    ...both(stored("0122", 1), { end: "another rung" }),
    mpps: {
      create: {
        strike: told("create", "0122", 1),
        outcome: { end: "not told", words: /does not take performed procedure steps/ },
      },
      set: not("it is not told of the end of a step whose begin it was not told of; both are told after Retry"),
    },
    commitment: reported("0122", { end: "not safe", words: /does not commit to this kind of image/ }),
  },
  {
    fault: "0213, resource limitation",
    ...both(stored("0213", 2), byItself(3)),
    mpps: eachTold("0213", 2, byItself(3)),
    commitment: reported("0213"),
  },
  {
    fault: "a status that nobody defined",
    ...both(stored("7777", 1), byItself(2)),
    mpps: eachTold("7777", 1, byItself(2)),
    commitment: reported("7777"),
  },
  {
    fault: "aborts before the data",
    ...both(hospital({ kind: "abort-in-data", afterBytes: 0, times: 1 }), byItself(2)),
    mpps: steps(line("abort", "before-data"), byItself(2)),
    commitment: { strike: line("abort", "before-data"), outcome: byItself(1) },
  },
  {
    fault: "aborts in the middle of the data",
    ...both(hospital({ kind: "abort-in-data", afterBytes: 2_000, times: 1 }), byItself(2)),
    mpps: steps(line("abort", "in-data"), byItself(2)),
    commitment: { strike: line("abort", "in-data"), outcome: byItself(1) },
  },
  {
    fault: "aborts after the data",
    ...answered((to) => ({ kind: "abort-before-answer", to, times: 1 }), 2),
  },
  {
    fault: "silent at the association",
    ...everywhere(hospital({ kind: "association-hang", times: 1 }), 1),
  },
  {
    fault: "silent in the data",
    ...both(hospital({ kind: "stop-reading", afterBytes: 2_000, times: 1 }), byItself(2)),
    mpps: steps(line("silence", "in-data"), byItself(2)),
    commitment: { strike: line("silence", "in-data"), outcome: byItself(1) },
  },
  {
    fault: "silent instead of the answer, and did it",
    ...both(hospital({ kind: "hang", keep: true, times: 1 }), byItself(2)),
    mpps: steps(hospital({ kind: "mpps-hang", keep: true, times: 1 }), byItself(2)),
    commitment: { strike: hospital({ kind: "commitment-hang", keep: true, times: 1 }), outcome: byItself(1) },
  },
  {
    fault: "silent instead of the answer, and did not do it",
    ...both(hospital({ kind: "hang", keep: false, times: 1 }), byItself(2)),
    mpps: steps(hospital({ kind: "mpps-hang", keep: false, times: 1 }), byItself(2)),
    commitment: { strike: hospital({ kind: "commitment-hang", keep: false, times: 1 }), outcome: byItself(1) },
  },
  {
    fault: "silent at the release",
    ...everywhere(hospital({ kind: "release-hang", times: 1 }), 1),
  },
  {
    fault: "resets the connection",
    ...both(hospital({ kind: "close-in-data", afterBytes: 2_000, times: 1 }), byItself(2)),
    mpps: steps(line("reset", "in-data"), byItself(2)),
    commitment: { strike: line("reset", "in-data"), outcome: byItself(1) },
  },
  {
    fault: "reads slowly",
    still: { strike: hospital({ kind: "slow-reader", bytesPerS: 25_000, times: 1 }), outcome: byItself(1) },
    clip: { strike: hospital({ kind: "slow-reader", bytesPerS: 250_000, times: 1 }), outcome: byItself(1) },
    mpps: not(oneSegment),
    commitment: not(oneSegment),
  },
  {
    fault: "answers slowly",
    ...answered((to) => ({ kind: "delay-answer", ms: 700, to, times: 1 }), 1),
  },
  {
    fault: "answers under another message ID",
    ...answered((to) => ({ kind: "wrong-message-id", to, times: 1 }), 2),
  },
  {
    fault: "answers about another SOP Instance UID",
    ...answered((to) => ({ kind: "wrong-sop-instance-uid", to, times: 1 }), 2),
  },
  {
    fault: "closes early, before the association and before the answer",
    ...both(hospital({ kind: "association-close", times: 1 }, { kind: "close-before-answer", times: 1 }), byItself(2)),
    mpps: steps(
      hospital({ kind: "association-close", times: 1 }, { kind: "close-before-answer", to: "mpps", times: 1 }),
      byItself(2),
    ),
    commitment: {
      strike: hospital(
        { kind: "association-close", times: 1 },
        { kind: "close-before-answer", to: "commitment", times: 1 },
      ),
      outcome: byItself(1),
    },
  },
  {
    fault: "says success and keeps nothing",
    // Found out by query here; what is asked for commitment is found out by its report, see 0110.
    ...both(hospital({ kind: "success-keeps-nothing", times: 1 }), byItself(2)),
    mpps: {
      create: {
        strike: hospital({ kind: "mpps-status", request: "create", status: "0000", keep: false, times: 1 }),
        outcome: byItself(1),
      },
      // Comes out with the end: 0112, so the begin is told again, and then the end.
      set: { strike: hospital(), outcome: byItself(2) },
    },
    commitment: { strike: hospital({ kind: "commitment-never", times: 1 }), outcome: byItself(1) },
  },
  {
    fault: "its disk is full",
    ...both(hospital({ kind: "disk-full", times: 1 }), byItself(2)),
    mpps: not("a provider of steps says so with 0213, see there"),
    commitment: {
      strike: hospital(
        { kind: "commitment-partly", reason: "0213", instances: 1, times: 1 },
        { kind: "disk-full", times: 1 },
      ),
      outcome: byItself(3),
    },
  },
  {
    fault: "is restarted",
    still: { strike: restart({ kind: "slow-reader", bytesPerS: 2_000 }), outcome: byItself(2) },
    clip: { strike: restart({ kind: "slow-reader", bytesPerS: 2_000 }), outcome: byItself(2) },
    mpps: steps(restart({ kind: "mpps-hang", keep: true }), byItself(2)),
    commitment: { strike: restart({ kind: "commitment-delay", ms: 600_000 }), outcome: byItself(1) },
  },
  // What waits for its next attempt, or for a report, now seems to have hours to go.
  { fault: "the box's clock is set back", ...clock(-2) },
  { fault: "the box's clock is set ahead", ...clock(3) },
];
