import type { Treatment } from "./archive.ts";
import type { FaultBoard } from "./faults.ts";

/** What is done with an instance that arrived, and then with its answer. */
export interface Handling extends Treatment {
  readonly errorComment?: string;
  readonly delayMs: number;
  readonly afterwards: "answer" | "hang" | "close";
}

const coercionOfDataElements = 0xb000;
/** Warnings to a C-STORE: the instance is kept (PS3.4 B.2.3). */
const isWarning = (status: number): boolean => status >> 12 === 0xb;

/** Asks the faults in force what to do with the next instance. */
export function handlingOf(faults: FaultBoard): Handling {
  const delayMs = faults.take("delay-answer")?.ms ?? 0;
  const hang = faults.take("hang");
  if (hang) return { keep: hang.keep ?? true, status: 0, delayMs, afterwards: "hang" };
  if (faults.take("close-before-answer")) return { keep: true, status: 0, delayMs, afterwards: "close" };
  const told = faults.take("status");
  if (told) {
    const status = Number.parseInt(told.status, 16);
    const comment = told.errorComment === undefined ? {} : { errorComment: told.errorComment };
    return { keep: status === 0 || isWarning(status), status, delayMs, afterwards: "answer", ...comment };
  }
  if (faults.take("lose-silently")) return { keep: false, status: 0, delayMs, afterwards: "answer" };
  const coerce = faults.take("coerce-patient-id");
  if (coerce) {
    const coercedPatientId = coerce.patientId;
    return { keep: true, status: coercionOfDataElements, coercedPatientId, delayMs, afterwards: "answer" };
  }
  return { keep: true, status: 0, delayMs, afterwards: "answer" };
}
