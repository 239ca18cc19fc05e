/** What goes over HTTP: every request and answer of `/api`, also the types that `ui/` is written against. */

export {
  Capture,
  CutClip,
  DeleteCapture,
  KeepLast,
  Playback,
  PressClip,
  PressStill,
  SetMarker,
  StillOfClip,
  StopClip,
} from "./schemas/captures.ts";
export { Health, NewsMessage, RetentionPlan } from "./schemas/health.ts";
export { Delivery, DeliveryList, FitTestResult, RemoteNode } from "./schemas/outbox.ts";
export { Code, FrameId, Patient, Problem } from "./schemas/parts.ts";
export { AssignPatient, BeginProcedure, Discontinue, Procedure, ProcedureList } from "./schemas/procedures.ts";
export { LookBack, SourceState, VideoDevice } from "./schemas/sources.ts";
export { CaptureStory } from "./schemas/story.ts";
export { LearnTrigger, Trigger, TriggerState } from "./schemas/triggers.ts";
export { RefreshWorklist, Worklist, WorklistEntry } from "./schemas/worklist.ts";
