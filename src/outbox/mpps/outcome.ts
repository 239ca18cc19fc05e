import { processingFailures } from "../outcome.ts";
import type { EarlierAttempts } from "./rows.ts";

/** What one attempt to tell of a step ended in. */
export type StepOutcome =
  | { readonly kind: "stored"; readonly warning?: string }
  /** Try again after this message's own back-off; `limit` failures in a row at most, then a person decides. */
  | { readonly kind: "retry"; readonly reason: string; readonly limit: number | null }
  | { readonly kind: "held"; readonly reason: string }
  /** This node is not told of steps at all: nothing that a person or a retry could mend here. */
  | { readonly kind: "cancelled"; readonly reason: string }
  /** The node has lost the step, or never had it: created again, then set again. */
  | { readonly kind: "create-again"; readonly reason: string };

const duplicateInstance = 0x0111;
const noSuchInstance = 0x0112;
const processingFailure = 0x0110;
const resourceLimitation = 0x0213;
const notAuthorised = 0x0124;
/** "No such SOP Class", "SOP Class not supported". */
const classUnknown: readonly number[] = [0x0118, 0x0122];
/** Optional attributes not supported, Attribute list error, Attribute value out of range: done all the same (PS3.7 C.4). */
const warnings: readonly number[] = [0x0001, 0x0107, 0x0116];
/** About the message itself: the same again gets the same answer (PS3.7 C.5). */
const refusals: readonly number[] = [
  ...[0x0105, 0x0106, 0x0114, 0x0115, 0x0117, 0x0119, 0x0120, 0x0121, 0x0123, 0x0210, 0x0211, 0x0212],
];
/** The words of PS3.4 Table F.7.2-2 for 0110, and what real software says. */
const hasEndedWords = /no longer be updated|not in progress|already (completed|discontinued)/i;

const hex = (status: number): string => `0x${status.toString(16).toUpperCase().padStart(4, "0")}`;

export interface StepAnswer {
  readonly node: string;
  readonly request: "create" | "set";
  readonly status: number;
  readonly errorComment?: string;
}

/**
 * What an answer to N-CREATE or N-SET means (PS3.4 F.7.2.1.4, F.7.2.2.4; PS3.7 Annex C). A step that has ended refuses
 * every N-SET with 0110: after a message whose answer was lost that is the proof that it had arrived, if the node says
 * that this is why; else 0110 is a failure like any other.
 */
export function outcomeOfStep(answer: StepAnswer, earlier: EarlierAttempts, heldAfterAttempts: number): StepOutcome {
  const { node, request, status } = answer;
  const code = hex(status);
  if (status === 0) return { kind: "stored" };
  if (warnings.includes(status) || (status & 0xf000) === 0xb000)
    return { kind: "stored", warning: `${node} took it with a warning (${code}).` };
  if (request === "create" && status === duplicateInstance)
    return { kind: "stored", warning: `${node} had this step already (${code}).` };
  if (request === "set" && status === noSuchInstance) return unknownStep(node, code, earlier);
  if (request === "set" && status === processingFailure && hasEndedWords.test(answer.errorComment ?? ""))
    return endedStep(node, code, earlier);
  if (status === resourceLimitation || (status & 0xff00) === 0xa700)
    return {
      kind: "retry",
      reason: `${node} is out of resources (${code}). Told again later.`,
      limit: heldAfterAttempts,
    };
  if (classUnknown.includes(status)) return { kind: "cancelled", reason: notTaken(node) };
  if (status === notAuthorised)
    return {
      kind: "held",
      reason: `${node} does not let this box tell of steps (${code}). Its administrator has to allow it, then press Retry.`,
    };
  if (refusals.includes(status) || (status & 0xff00) === 0xa900 || (status & 0xf000) === 0xc000)
    return {
      kind: "held",
      reason: `${node} refused this message about the step (${code}). Ask its administrator why, then press Retry.`,
    };
  const maybe = request === "set" ? " The step may have ended there already: look there." : "";
  return {
    kind: "retry",
    reason: `${node} could not process it (${code}). Told again by itself.${maybe}`,
    limit: Math.min(processingFailures, heldAfterAttempts),
  };
}

export function notTaken(node: string): string {
  return `${node} does not take performed procedure steps. Images are sent all the same; remove the role from its settings, or let its administrator allow it and press Retry.`;
}

function unknownStep(node: string, code: string, earlier: EarlierAttempts): StepOutcome {
  if (!earlier.someUnknown)
    return {
      kind: "create-again",
      reason: `${node} does not know this step (${code}). It is told of its begin again.`,
    };
  return {
    kind: "held",
    reason: `${node} does not keep this step: it took its begin twice and does not know it (${code}). Ask its administrator, then press Retry.`,
  };
}

function endedStep(node: string, code: string, earlier: EarlierAttempts): StepOutcome {
  if (earlier.someUnanswered)
    return { kind: "stored", warning: `${node} had this already: an earlier message whose answer was lost (${code}).` };
  return {
    kind: "held",
    reason: `This step has ended at ${node} already, and not by this box (${code}). Look there whether it is right; then press Cancel here.`,
  };
}
