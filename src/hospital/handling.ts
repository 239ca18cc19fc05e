import type { Treatment } from "./archive.ts";
import { type AnswerFate, type FaultBoard, fateOf } from "./faults.ts";
import type { FileMeta } from "./part10.ts";

/** What is done with an instance that arrived, and then with its answer. */
export interface Handling extends Treatment {
  readonly errorComment?: string;
  readonly fate: AnswerFate;
}

const coercionOfDataElements = 0xb000;

/** Success and the warnings to a C-STORE: the instance is kept (PS3.4 B.2.3). */
export function keepsInstance(status: number): boolean {
  return status === 0 || status >> 12 === 0xb;
}

/** Asks the faults in force what to do with an instance that has come. */
export function handlingOf(
  faults: FaultBoard,
  instance: Pick<FileMeta, "sopClassUid" | "transferSyntaxUid">,
): Handling {
  const fate = fateOf(faults, "store");
  const hang = faults.take("hang");
  if (hang) return { keep: hang.keep ?? true, status: 0, fate: { ...fate, end: "hang" } };
  if (fate.end !== "answer") return { keep: true, status: 0, fate };
  const told = faults.take(
    "status",
    ({ sopClassUids, transferSyntaxUids }) =>
      (sopClassUids?.includes(instance.sopClassUid) ?? true) &&
      (transferSyntaxUids?.includes(instance.transferSyntaxUid) ?? true),
  );
  if (told) {
    const status = Number.parseInt(told.status, 16);
    const comment = told.errorComment === undefined ? {} : { errorComment: told.errorComment };
    return { keep: keepsInstance(status), status, fate, ...comment };
  }
  if (faults.take("success-keeps-nothing")) return { keep: false, status: 0, fate };
  const coerce = faults.take("coerce-patient-id");
  if (coerce) return { keep: true, status: coercionOfDataElements, coercedPatientId: coerce.patientId, fate };
  return { keep: true, status: 0, fate };
}
