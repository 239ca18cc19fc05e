/** What goes over HTTP: every request and answer of `/api`, also the types that `ui/` is written against. */
import { type Static, type TSchema, Type } from "typebox";
import { screenLanguages } from "../lib/screen-languages.ts";

const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const literals = <const Values extends string[]>(values: readonly [...Values]) => Type.Enum(values);
const Text = (maxLength: number) => Type.String({ maxLength });
const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" });
/** Milliseconds since the Unix epoch. */
const Instant = Type.Integer({ minimum: 0 });
export const Code = Type.Object({
  codeValue: Type.String(),
  codingSchemeDesignator: Type.String(),
  codeMeaning: Type.String(),
});

export const Problem = Type.Object(
  {
    type: Type.String(),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.String({ description: "one of a closed set, for programs" }),
    detail: Type.String({ description: "for the person at the screen: what is wrong and what to do" }),
    waitMs: Type.Optional(Type.Integer({ description: "of a lock: how long it still holds" })),
    triesLeft: Type.Optional(Type.Integer({ description: "of a wrong PIN: how many more may be wrong before a lock" })),
  },
  { description: "RFC 9457 problem details" },
);
export type Problem = Static<typeof Problem>;

export const Patient = Type.Object({
  patientName: Text(324),
  patientId: Text(64),
  issuerOfPatientId: Type.Optional(Text(64)),
  patientBirthDate: Type.Optional(Type.String({ pattern: "^[0-9]{8}$" })),
  patientSex: Type.Optional(Type.Union([Type.Literal("M"), Type.Literal("F"), Type.Literal("O")])),
});
export type Patient = Static<typeof Patient>;

export const FrameId = Type.Object({
  source: Id,
  epoch: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
  seq: Type.Integer({ minimum: 0, maximum: 0xffffffff }),
});
export type FrameId = Static<typeof FrameId>;

export const WorklistEntry = Type.Object({
  id: Id,
  node: Type.String(),
  patient: Patient,
  studyInstanceUid: Type.String(),
  accessionNumber: Type.String(),
  requestedProcedureDescription: Type.String(),
  scheduledProcedureStepDescription: Type.String(),
  scheduledStationAeTitle: Type.String(),
  modality: Type.String(),
  startDate: Type.String({ description: "YYYYMMDD or empty" }),
  startTime: Type.String({ description: "HHMM[SS] or empty" }),
  performingPhysicianName: Type.String(),
  lookAlikes: Type.Array(Type.Object({ id: Type.String(), because: Type.String() }), {
    description: "other entries of today's list that this patient could be taken for, and why",
  }),
});
export type WorklistEntry = Static<typeof WorklistEntry>;

export const WorklistNodeState = Type.Object({
  node: Type.String(),
  lastTriedAt: Nullable(Instant),
  lastAnsweredAt: Nullable(Instant),
  error: Nullable(Type.String({ description: "why the last try failed and what to do" })),
  query: Type.String({ description: "what was asked, in words" }),
  matches: Type.Integer(),
  notice: Nullable(
    Type.String({ description: "what was odd about the last answer, for the worklist's administrator" }),
  ),
});

export const Worklist = Type.Object({
  entries: Type.Array(WorklistEntry),
  total: Type.Integer({ description: "entries that match, before the page limit" }),
  nodes: Type.Array(WorklistNodeState),
  ageMs: Nullable(Type.Integer({ description: "since the oldest node's last answer; null: never answered" })),
  emptyReason: Nullable(Type.String({ description: "set when entries is empty" })),
  performingPhysicians: Type.Array(Type.String(), { description: "seen in the worklist or set in the settings" }),
});
export type Worklist = Static<typeof Worklist>;

export const RefreshWorklist = Type.Object(
  { patientName: Type.Optional(Text(64)), patientId: Type.Optional(Text(64)) },
  {
    additionalProperties: false,
    description: "look also for this patient, at any station: one who was moved to this room",
  },
);

const SourceFinding = Type.Object({
  id: literals([
    "no-signal",
    "black",
    "frozen",
    "wrong-mode",
    "interlaced",
    "letterbox",
    "clipped-range",
    "wrong-aspect",
    "dropped",
    "rate",
    "overload",
  ] as const),
  level: literals(["notice", "caution"] as const),
  message: Type.String({ description: "what is wrong and the cure" }),
  since: Instant,
});

export const SourceState = Type.Object({
  id: Id,
  index: Type.Integer({ description: "the u16 in the preview header" }),
  profileId: Type.String(),
  name: Type.String({ description: "manufacturer and model" }),
  state: literals(["starting", "live", "no-signal", "restarting", "refused"] as const),
  message: Nullable(Type.String({ description: "what is wrong and what to do; null while live" })),
  epoch: Type.Integer(),
  lastFrameAt: Nullable(Instant),
  width: Type.Integer(),
  height: Type.Integer(),
  fps: Type.Number(),
  recordingCaptureId: Nullable(Type.String()),
  restarts: Type.Integer(),
  findings: Type.Array(SourceFinding, { description: "what is wrong with the picture that comes" }),
  measured: Nullable(
    Type.Object(
      {
        width: Type.Integer(),
        height: Type.Integer(),
        fps: Nullable(Type.Number()),
        interlaced: Type.Boolean(),
      },
      { description: "what arrives, by the input's own words and time stamps" },
    ),
  ),
  lostFrames: Type.Integer({ description: "frames that the source lost since the service began" }),
  preview: Type.Object({
    fps: Type.Number({ description: "frames a second that are shown" }),
    reduced: Nullable(Type.String({ description: "why fewer are shown than come; null: all are" })),
  }),
  limits: Nullable(Type.String({ description: "what is less than asked for want of memory or flow, and the cure" })),
  stillsFrom: literals(["every-frame", "every-nth", "recording"] as const),
  lookBackS: Type.Object(
    { stills: Type.Number(), clips: Type.Number() },
    { description: "how far one can look back, in seconds, for a still and for the begin of a clip" },
  ),
  encoder: Type.Object(
    {
      id: Type.String(),
      because: Nullable(Type.String({ description: "why it is not the one preferred; null: it is" })),
    },
    { description: "what makes the clips" },
  ),
  untested: Type.Array(Type.String(), { description: "ways its picture takes that no test ever ran" }),
  assumed: Type.Array(Type.String(), { description: "figures of its profile that nobody has verified" }),
});
export type SourceState = Static<typeof SourceState>;

export const VideoDevice = Type.Object({
  device: Type.String({ description: "may be another one after the next plug" }),
  name: Type.String(),
  ids: Type.Array(Type.String(), { description: "for input.device: the first is the best that is unique now" }),
  links: Type.Array(Type.String(), { description: "names that udev made for it" }),
  formats: Type.Array(
    Type.Object({
      code: Type.String(),
      isCompressed: Type.Boolean(),
      sizes: Type.Array(
        Type.Object({
          width: Type.Integer(),
          height: Type.Integer(),
          rates: Type.Array(Type.Number(), { description: "frames a second; empty: not told" }),
        }),
      ),
    }),
  ),
  problem: Nullable(Type.String({ description: "why formats or rates are not known; null: they are" })),
});

/** The last pictures of a source, held. */
export const LookBack = Type.Object({
  holdId: Id,
  epoch: Type.Integer(),
  seqs: Type.Array(Type.Integer(), { description: "the frames that can be seen and kept, oldest first" }),
  exactFromSeq: Nullable(Type.Integer({ description: "those before it are taken from the recording; null: all are" })),
  expiresAt: Instant,
});
export type LookBack = Static<typeof LookBack>;

/** How far a capture has got, worst node first: the steps on the screen. */
export const CaptureProgress = literals([
  "recording",
  "saved",
  "sending",
  "sent",
  "safe",
  "held",
  "cancelled",
  "failed",
  "deleted",
] as const);

/** How far the copy of a clip is that any browser plays; `original`: the clip itself is one. */
export const Playback = Type.Object({
  state: literals(["original", "ready", "making", "waiting", "failed"] as const),
  message: Nullable(Type.String({ description: "why there is none" })),
});
export type Playback = Static<typeof Playback>;

export const Capture = Type.Object({
  id: Id,
  procedureId: Id,
  number: Type.Integer({ description: "1, 2, 3 … within the procedure" }),
  kind: literals(["still", "clip"] as const),
  state: literals(["recording", "saved", "failed", "deleted"] as const),
  progress: CaptureProgress,
  source: Type.String(),
  frame: Nullable(Type.Object({ epoch: Type.Integer(), seq: Type.Integer() })),
  encoding: Nullable(
    Type.Union([Type.Literal("jpeg"), Type.Literal("jpeg-ls"), Type.Literal("uncompressed")], {
      description: "how a still is stored; null: a clip, or not saved",
    }),
  ),
  codec: Nullable(
    Type.Union([Type.Literal("h264"), Type.Literal("hevc")], {
      description: "of a clip; a browser that does not play HEVC asks for playback; null: a still, or not saved",
    }),
  ),
  frameExact: Type.Boolean({
    description: "false: not the frame that was named, or taken from the recording; see notice",
  }),
  frameDistance: Nullable(
    Type.Integer({
      description: "how many frames after the named one (before: negative); null: exact, or another epoch",
    }),
  ),
  beginsBeforeMs: Nullable(
    Type.Integer({ description: "how long before its press a clip begins; null: a still, or not known" }),
  ),
  lostFrames: Nullable(Type.Integer({ description: "frames of the source missing in a clip; null: not counted" })),
  rescuedMissingMs: Nullable(
    Type.Integer({
      description: "rescued after the box stopped: at most so much after its last picture is missing, ms",
    }),
  ),
  derivedFrom: Nullable(Type.String({ description: "the clip it was made from after the recording" })),
  derivation: Nullable(
    Type.Union(
      [
        Type.Object({ kind: Type.Literal("cut"), firstFrame: Type.Integer(), lastFrame: Type.Integer() }),
        Type.Object({ kind: Type.Literal("frame"), frame: Type.Integer() }),
      ],
      { description: "what of that clip; frames count from 0, both ends belong to it" },
    ),
  ),
  markers: Type.Array(
    Type.Object({
      id: Id,
      label: Type.String(),
      at: Instant,
      offsetMs: Nullable(
        Type.Integer({ description: "when it plays in the clip; null while that is still being recorded" }),
      ),
    }),
    { description: "moments of a clip, in their order, that somebody marked while it was recorded" },
  ),
  notice: Nullable(Type.String({ description: "what is different from what was asked: gap, rescued, other frame" })),
  pressedAt: Instant,
  savedAt: Nullable(Instant),
  sizeBytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String()),
  width: Nullable(Type.Integer()),
  height: Nullable(Type.Integer()),
  frames: Nullable(Type.Integer()),
  durationMs: Nullable(Type.Integer()),
  sopInstanceUid: Nullable(Type.String()),
  fileRemovedAt: Nullable(
    Type.Integer({ description: "when its files were removed from this box; the archive has proven that it keeps it" }),
  ),
});
export type Capture = Static<typeof Capture>;

export const Procedure = Type.Object({
  id: Id,
  kind: literals(["scheduled", "emergency", "unassigned"] as const),
  state: literals(["open", "completed", "released"] as const),
  patient: Nullable(Patient),
  temporaryIdentity: Type.Boolean({ description: "an emergency identity made by this box" }),
  worklistItems: Type.Array(WorklistEntry),
  description: Type.String(),
  laterality: Nullable(literals(["R", "L", "B"] as const)),
  studyInstanceUid: Type.String(),
  performingPhysicianName: Type.String(),
  timeOutConfirmedAt: Nullable(Instant),
  begunAt: Instant,
  completedAt: Nullable(Instant),
  releaseAt: Nullable(Type.Integer({ description: "when the hold window ends; null while open or without a patient" })),
  releasedAt: Nullable(Instant),
  resumedFrom: Nullable(Type.String()),
  discontinued: Nullable(Code),
  captures: Type.Array(Capture),
});
export type Procedure = Static<typeof Procedure>;

export const ProcedureList = Type.Object({
  procedures: Type.Array(Type.Omit(Procedure, ["captures"])),
  openProcedureId: Nullable(Type.String()),
  next: Nullable(Type.String({ description: "pass as ?before= for the next page" })),
});
export type ProcedureList = Static<typeof ProcedureList>;

export const BeginProcedure = Type.Object(
  {
    worklistItemIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true })),
    emergency: Type.Optional(
      Type.Object(
        {
          patientName: Type.Optional(Text(324)),
          patientId: Type.Optional(Text(64)),
          patientBirthDate: Type.Optional(Type.String({ pattern: "^[0-9]{8}$" })),
          patientSex: Type.Optional(literals(["M", "F", "O"] as const)),
        },
        { additionalProperties: false },
      ),
    ),
    performingPhysicianName: Type.Optional(Text(324)),
    timeOutConfirmed: Type.Optional(
      Type.Boolean({ description: "two identifiers were compared with the patient; never required" }),
    ),
  },
  { additionalProperties: false },
);
export type BeginProcedure = Static<typeof BeginProcedure>;

export const AssignPatient = Type.Object(
  {
    worklistItemIds: Type.Optional(Type.Array(Id, { minItems: 1, maxItems: 8, uniqueItems: true })),
    patient: Type.Optional(Type.Object(Patient.properties, { additionalProperties: false })),
    performingPhysicianName: Type.Optional(Text(324)),
    timeOutConfirmed: Type.Optional(Type.Boolean()),
  },
  { additionalProperties: false },
);
export type AssignPatient = Static<typeof AssignPatient>;

export const PressStill = Type.Object(
  { procedureId: Type.Optional(Id), source: Type.Optional(Id), frame: Type.Optional(FrameId) },
  { additionalProperties: false },
);
export type PressStill = Static<typeof PressStill>;

export const PressClip = Type.Object(
  {
    ...PressStill.properties,
    lookBackS: Type.Optional(
      Type.Number({
        minimum: 0,
        maximum: 120,
        description: "the clip begins so many seconds before the press, as far as the source remembers; see notice",
      }),
    ),
  },
  { additionalProperties: false },
);

export const KeepLast = Type.Object(
  {
    ...PressStill.properties,
    seconds: Type.Optional(Type.Number({ minimum: 1, maximum: 120, default: 30 })),
  },
  { additionalProperties: false },
);

export const StopClip = Type.Object(
  { frame: Type.Optional(FrameId) },
  { additionalProperties: false, description: "frame: the last one that belongs to the clip; absent: the newest" },
);

export const Discontinue = Type.Object(
  { reasonCode: Type.String({ pattern: "^[0-9]{6}$", description: "one of GET /api/discontinuation-reasons" }) },
  { additionalProperties: false },
);

export const DeleteCapture = Type.Object(
  { reason: Type.String({ minLength: 1, maxLength: 200 }) },
  { additionalProperties: false },
);

export const SetMarker = Type.Object(
  {
    frame: Type.Optional(FrameId),
    label: Type.Optional(Type.String({ maxLength: 80, description: "a word for it" })),
  },
  { additionalProperties: false },
);

export const CutClip = Type.Object(
  {
    fromMs: Type.Integer({ minimum: 0, description: "playing time; it begins at the key frame at or before this" }),
    toMs: Type.Integer({ minimum: 1, description: "it ends at the key frame at or after this, or with the clip" }),
  },
  { additionalProperties: false },
);

export type CutClip = Static<typeof CutClip>;

export const StillOfClip = Type.Union([
  Type.Object({ atMs: Type.Integer({ minimum: 0, description: "playing time" }) }, { additionalProperties: false }),
  Type.Object({ frame: Type.Integer({ minimum: 0, description: "from 0" }) }, { additionalProperties: false }),
]);

export const Delivery = Type.Object({
  id: Type.Integer(),
  kind: Type.Enum(["instance", "mpps-create", "mpps-set"], {
    description: "an Instance, or a message that the performed step began (create) or ended (set)",
  }),
  lane: literals(["step", "still", "clip"] as const),
  importance: literals(["primary", "secondary", "standby"] as const),
  procedureId: Id,
  captureId: Nullable(Id),
  captureNumber: Nullable(Type.Integer()),
  captureKind: Nullable(literals(["still", "clip"] as const)),
  sopInstanceUid: Nullable(Type.String()),
  sentAs: Nullable(Type.String({ description: "what is sent instead of the original, in words" })),
  part: Type.Integer(),
  parts: Type.Integer(),
  node: Type.String(),
  transfer: Type.Enum(["pending", "sending", "stored", "held", "cancelled", "replaced"], {
    description: "replaced: another form of it goes to that node instead",
  }),
  commitment: literals(["not-required", "owed", "requested", "committed", "failed"] as const),
  verifiedBy: Nullable(
    Type.Enum(["commitment", "query"], { description: "query is weaker: it was found, not committed" }),
  ),
  committedAt: Nullable(Instant),
  commitmentReason: Nullable(Type.String()),
  attempts: Type.Integer(),
  sizeBytes: Type.Integer(),
  nextAttemptAt: Nullable(Instant),
  reason: Nullable(Type.String({ description: "why it is not stored yet, and what to do" })),
  peerWords: Nullable(Type.String({ description: "the peer's own answer, for details" })),
  warning: Nullable(Type.String()),
  otherEncoding: Nullable(
    Type.String({ description: "what send-as would send instead, in words; only of what is held" }),
  ),
  createdAt: Instant,
  storedAt: Nullable(Instant),
});
export type Delivery = Static<typeof Delivery>;

export const DeliveryList = Type.Object({
  deliveries: Type.Array(Delivery),
  counts: Type.Record(Type.String(), Type.Integer()),
  next: Nullable(Type.Integer({ description: "pass as ?before= for the next page" })),
});
export type DeliveryList = Static<typeof DeliveryList>;

export const CaptureStory = Type.Object({
  captureId: Id,
  procedureId: Id,
  state: CaptureProgress,
  sizeBytes: Nullable(Type.Integer()),
  sha256: Nullable(Type.String({ description: "of the captured file" })),
  nodes: Type.Array(
    Type.Object({
      node: Type.String(),
      state: literals(["waiting", "sending", "held", "sent", "safe", "cancelled"] as const),
      storedAt: Nullable(Instant),
      provenBy: Nullable(Type.Enum(["commitment", "query"], { description: "the weakest of its parts' proofs" })),
      provenAt: Nullable(Instant),
      reason: Nullable(Type.String()),
    }),
  ),
  instances: Type.Array(
    Type.Object({
      sopInstanceUid: Type.String(),
      rendition: Type.String(),
      part: Type.Integer(),
      parts: Type.Integer(),
      sopClassUid: Type.String(),
      transferSyntaxUid: Type.String(),
      sizeBytes: Nullable(Type.Integer()),
      sha256: Nullable(Type.String()),
    }),
  ),
  events: Type.Array(
    Type.Object({
      at: Instant,
      words: Type.String(),
      actor: Type.String(),
      rows: Type.String({ description: "the audit rows it tells of" }),
    }),
  ),
  eventsLeftOut: Type.Integer(),
  chainHead: Nullable(
    Type.String({ description: "of the audit, when this was told; `scopeline check --receipt` finds it" }),
  ),
});
export type CaptureStory = Static<typeof CaptureStory>;

export const RemoteNode = Type.Object({
  name: Type.String(),
  roles: Type.Array(Type.String()),
  downSince: Nullable(Instant),
  reason: Nullable(Type.String()),
  nextTryAt: Nullable(Instant),
  mppsRefusal: Nullable(Type.String({ description: "why it is told of no procedure steps, although it is set to be" })),
  commitmentRefusal: Nullable(Type.String({ description: "why it commits to nothing, although it is set to" })),
  encodings: Type.Array(
    Type.Object(
      {
        sopClassUid: Type.String(),
        transferSyntaxUid: Type.String(),
        sentAs: Type.String({ description: "in words" }),
        words: Type.String({ description: "what the node said" }),
        learnedAt: Instant,
      },
      { description: "what it was found to need instead of such an original" },
    ),
  ),
});
export type RemoteNode = Static<typeof RemoteNode>;

export const FitTestResult = Type.Object({
  node: Type.String(),
  at: Instant,
  report: Type.String({ description: "for people, Markdown" }),
  settings: Type.String({ description: "the node's entry for the settings file, YAML" }),
  differences: Type.Array(Type.String(), { description: "to the settings as they are" }),
  warnings: Type.Array(Type.String()),
});
export type FitTestResult = Static<typeof FitTestResult>;

export const RetentionPlan = Type.Object({
  next: Type.Array(
    Type.Object({
      captureId: Id,
      procedureId: Id,
      kind: literals(["still", "clip"] as const),
      savedAt: Instant,
      settledAt: Instant,
      dueAt: Instant,
      reason: literals(["age", "disk"] as const),
      sizeBytes: Type.Integer(),
    }),
    { description: "what is removed from this box next; every one of them is safe elsewhere" },
  ),
  isComplete: Type.Boolean({ description: "false: not all captures were looked at" }),
});

export const Health = Type.Object({
  state: literals(["ok", "degraded", "failed"] as const),
  version: Type.String(),
  startedAt: Instant,
  now: Instant,
  stationName: Type.String(),
  openProcedureId: Nullable(Type.String()),
  problems: Type.Array(
    Type.Object({
      area: Type.String(),
      level: literals(["notice", "caution", "failure"] as const),
      id: Type.Optional(Type.String({ description: "the same for as long as it is the same thing" })),
      message: Type.String({ description: "cause and cure" }),
      detail: Type.Optional(Nullable(Type.String({ description: "what the other side said" }))),
      since: Type.Optional(Instant),
    }),
  ),
  disk: Type.Object({ freeBytes: Type.Integer(), totalBytes: Type.Integer() }),
  rescued: Type.Array(
    Type.Object({
      captureId: Id,
      procedureId: Id,
      number: Type.Integer(),
      durationMs: Type.Integer(),
      missingMs: Type.Integer({ description: "at most so much after its last picture is missing" }),
    }),
    { description: "clips of the last 24 hours that were being recorded when the box stopped, newest first" },
  ),
  owed: Type.Object({ pending: Type.Integer(), held: Type.Integer(), oldestAt: Nullable(Instant) }),
  sounds: Type.Enum(["box", "screen"], { description: "who plays the sounds: a screen is silent while the box does" }),
  screen: Type.Object(
    {
      theme: literals(["dark", "bright"] as const),
      language: literals(screenLanguages),
      panelInches: Nullable(Type.Number({ description: "of its diagonal; null: the settings do not say" })),
    },
    { description: "how a screen looks until somebody chooses on it" },
  ),
});
export type Health = Static<typeof Health>;

export const LearnTrigger = Type.Object(
  {
    action: Type.Enum(["still", "clip", "keep-last", "marker"], {
      description: "clip begins a recording, or ends the one that runs; keep-last keeps the last 30 seconds",
    }),
    sourceId: Type.Optional(Id),
  },
  { additionalProperties: false },
);

export const Trigger = Type.Object({
  id: Id,
  device: Type.String({ description: "the same wherever it is plugged in" }),
  deviceName: Type.String(),
  key: Type.String({ description: "its key or button, for people" }),
  press: Type.Enum(["short", "long"], { description: "long: held for a second" }),
  action: literals(["still", "clip", "keep-last", "marker"] as const),
  sourceId: Nullable(Type.String({ description: "null: the first source" })),
  learnedAt: Instant,
  isConnected: Type.Boolean(),
  presses: Type.Integer({ description: "since the box was started" }),
  lastPressedAt: Nullable(Instant),
});
export type Trigger = Static<typeof Trigger>;

export const TriggerState = Type.Object({
  enabled: Type.Boolean(),
  isLearning: Type.Boolean(),
  triggers: Type.Array(Trigger),
  devices: Type.Array(Type.Object({ id: Type.String(), name: Type.String() }), {
    description: "pedals, buttons, keyboards and scanners that are listened to",
  }),
  problems: Type.Array(Type.String()),
});
export type TriggerState = Static<typeof TriggerState>;

/** Sent on the `events` WebSocket: something changed, look again. */
export const NewsMessage = Type.Object({
  topic: Type.Enum(
    ["hello", "source", "worklist", "procedure", "capture", "delivery", "health", "trigger", "press", "scan"],
    { description: "trigger: a learned trigger was pressed, or their list changed; press: how a press went" },
  ),
  id: Type.Optional(Type.String()),
  by: Type.Optional(Type.String({ description: "who pressed: screen, trigger or scopeline" })),
  outcome: Type.Optional(literals(["saved", "record-start", "record-stop", "marked", "failed"] as const)),
  message: Type.Optional(Type.String({ description: "of a press that failed, for the person at the screen" })),
  text: Type.Optional(Type.String({ description: "what a scanner read, control characters and all" })),
});
export type NewsMessage = Static<typeof NewsMessage>;
