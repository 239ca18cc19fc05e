import type { Fault, FaultKind, FaultOf, Struck } from "./fault-kinds.ts";

/** The faults in force. Each `take` uses one up where it has a number of times. */
export class FaultBoard {
  #faults: Fault[] = [];

  /** Replaces all faults. */
  set(faults: readonly Fault[]): void {
    this.#faults = faults.map((fault) => ({ ...fault }));
  }

  list(): readonly Fault[] {
    return this.#faults;
  }

  /** The first fault of this kind that `applies`, counted as struck; undefined when there is none. */
  take<K extends FaultKind>(kind: K, applies?: (fault: FaultOf<K>) => boolean): FaultOf<K> | undefined {
    const fault = this.#of(kind, applies)[0];
    if (fault) this.#struck(fault);
    return fault;
  }

  /** All faults of this kind that apply, each counted as struck once. */
  takeAll<K extends FaultKind>(kind: K, applies?: (fault: FaultOf<K>) => boolean): FaultOf<K>[] {
    const faults = this.#of(kind, applies);
    for (const fault of faults) this.#struck(fault);
    return faults;
  }

  #of<K extends FaultKind>(kind: K, applies: (fault: FaultOf<K>) => boolean = () => true): FaultOf<K>[] {
    const isKind = (fault: Fault): fault is FaultOf<K> => fault.kind === kind;
    return this.#faults.filter(isKind).filter(applies);
  }

  #struck(fault: Fault): void {
    if (fault.times === undefined) return;
    fault.times -= 1;
    if (fault.times === 0) this.#faults = this.#faults.filter((other) => other !== fault);
  }
}

/** What is done with an answer that is due. */
export interface AnswerFate {
  readonly delayMs: number;
  readonly end: "answer" | "hang" | "close" | "abort";
  readonly hasWrongMessageId: boolean;
  readonly hasWrongSopInstanceUid: boolean;
}

/** Takes the faults in force for one answer; those that keep it from being sent are mutually exclusive. */
export function fateOf(faults: FaultBoard, struck: Struck): AnswerFate {
  const strikes = ({ to = "store" }: { to?: Struck }): boolean => to === struck;
  const delayMs = faults.take("delay-answer", strikes)?.ms ?? 0;
  const closes = faults.take("close-before-answer", strikes) !== undefined;
  const aborts = !closes && faults.take("abort-before-answer", strikes) !== undefined;
  const isSent = !closes && !aborts;
  return {
    delayMs,
    end: closes ? "close" : aborts ? "abort" : "answer",
    hasWrongMessageId: isSent && faults.take("wrong-message-id", strikes) !== undefined,
    hasWrongSopInstanceUid: isSent && faults.take("wrong-sop-instance-uid", strikes) !== undefined,
  };
}

/** The instances that a fault means, of those in a request, in its order. */
export function struckInstances(instances: number | readonly string[], of: readonly string[]): ReadonlySet<string> {
  return new Set(typeof instances === "number" ? of.slice(0, instances) : instances);
}
