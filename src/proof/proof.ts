/** Proof of delivery: the story of every capture, the receipt, and the check that the rows are what the audit says. */
export { checkProof, type ProofReport } from "./check.ts";
export { type Line, linesOf } from "./lines.ts";
export { captureReceipt, procedureReceipt } from "./receipt.ts";
export type { ReceiptOptions } from "./receipt-parts.ts";
export type {
  CaptureStory,
  Happening,
  InstanceStory,
  NodeProof,
  OfDelivery,
  ProcedureStory,
  StoryEvent,
  StoryState,
} from "./story.ts";
export { storyOfCapture, storyOfProcedure } from "./tell.ts";
