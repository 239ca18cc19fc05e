import { type Static, type TProperties, Type } from "typebox";

const Uid = Type.String({ pattern: "^[0-9.]{1,64}$" });
const Uids = Type.Array(Uid, { minItems: 1, maxItems: 100 });
const Bytes = Type.Integer({ minimum: 0, description: "of the data set, counted before the fault strikes" });
const Ms = Type.Integer({ minimum: 0, maximum: 3_600_000 });
const Status = Type.String({ pattern: "^[0-9A-Fa-f]{4}$", description: "in hex, as the Standard writes it: A700" });
/** So many, the first ones of the request; or just these. */
const Instances = Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Uids]);
const Keep = Type.Optional(Type.Boolean({ description: "default: what was asked is done all the same" }));
/** Which requests it strikes; absent: C-STORE. */
const to = Type.Optional(
  Type.Enum(["store", "mpps", "commitment"], { description: "the requests it strikes; absent: C-STORE" }),
);

/** One kind. `times`: how often it strikes; absent: until it is taken away. */
function kind<K extends string, P extends TProperties>(name: K, description: string, properties: P) {
  const times = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 }));
  return Type.Object({ kind: Type.Literal(name), ...properties, times }, { additionalProperties: false, description });
}

/** Before anything is said about instances. */
const associationFaults = [
  /** Default reason: permanent, called AE title not recognised; transient, congestion. */
  kind("reject-association", "A-ASSOCIATE-RJ", { permanent: Type.Boolean() }),
  kind("association-hang", "takes the connection and never answers the association request", {}),
  kind("association-abort", "answers the association request with A-ABORT", {}),
  kind("association-close", "closes the connection instead of an answer to the association request", {}),
  kind("release-hang", "never answers A-RELEASE-RQ", {}),
  kind(
    "refuse-context",
    "refuses each presentation context with one of these classes, one of these syntaxes, or both; neither: all",
    {
      sopClassUid: Type.Optional(Uid),
      transferSyntaxUid: Type.Optional(Uid),
      sopClassUids: Type.Optional(Uids),
      transferSyntaxUids: Type.Optional(Uids),
    },
  ),
] as const;

/** While the data of a C-STORE comes. */
const dataFaults = [
  kind("slow-reader", "reads a C-STORE no faster", { bytesPerS: Type.Integer({ minimum: 1 }) }),
  kind("abort-in-data", "A-ABORT", { afterBytes: Bytes }),
  kind("close-in-data", "TCP reset in the middle of a C-STORE", { afterBytes: Bytes }),
  kind("stop-reading", "keeps the connection but reads no further", { afterBytes: Bytes }),
  kind("disk-full", "its disk is full: A700 when all has come, nothing kept", { afterBytes: Type.Optional(Bytes) }),
  kind("early-answer", "answers before all data has come, reads the rest; keeps it if it says success or warning", {
    afterBytes: Type.Optional(Bytes),
    status: Type.Optional(Status),
  }),
] as const;

/** When a request is there and its answer is due. */
const answerFaults = [
  kind("delay-answer", "is slow to answer; absent `to`: C-STORE and C-ECHO", { ms: Ms, to }),
  kind("status", "answers C-STORE so; keeps the instance only when the status is a warning", {
    status: Status,
    sopClassUids: Type.Optional(Uids),
    transferSyntaxUids: Type.Optional(Uids),
    errorComment: Type.Optional(Type.String({ maxLength: 64 })),
  }),
  kind("success-keeps-nothing", "says success to a C-STORE, keeps nothing", {}),
  kind("coerce-patient-id", "B000; the archive's record shows this Patient ID, its file stays as received", {
    patientId: Type.String({ minLength: 1, maxLength: 64 }),
  }),
  kind("hang", "takes all of a C-STORE and never answers", { keep: Keep }),
  kind("close-before-answer", "does what was asked, then loses the connection", { to }),
  kind("abort-before-answer", "does what was asked, then A-ABORT instead of the answer", { to }),
  kind("wrong-message-id", "does what was asked, answers a message that was never sent", { to }),
  kind("wrong-sop-instance-uid", "does what was asked, answers about another instance", { to }),
] as const;

const worklistFaults = [
  kind("worklist-empty", "the worklist's C-FIND finds nothing", {}),
  kind("worklist-status", "the worklist's C-FIND fails so, after the first match if there is one", { status: Status }),
  kind("worklist-delay", "the worklist's C-FIND is slow", { ms: Ms }),
] as const;

const queryFaults = [
  kind("find-refuse-context", "does not speak Study Root C-FIND", {}),
  kind("find-status", "the archive's C-FIND fails so, after the first match if there is one", { status: Status }),
  kind("find-misses", "the archive's C-FIND does not find these, of those it would answer", { instances: Instances }),
  kind("find-delay", "the archive's C-FIND is slow", { ms: Ms }),
  kind("find-hang", "the archive's C-FIND is never answered", {}),
] as const;

const mppsFaults = [
  kind("mpps-status", "answers so; does what was asked when that says so, unless told otherwise", {
    request: Type.Enum(["create", "set"]),
    status: Status,
    keep: Type.Optional(Type.Boolean({ description: "false: nothing is done, whatever is answered" })),
  }),
  kind("mpps-hang", "never answers N-CREATE or N-SET", {
    request: Type.Optional(Type.Enum(["create", "set"])),
    keep: Keep,
  }),
] as const;

/** What a request will get is decided when it comes. */
const commitmentFaults = [
  kind("commitment-refuse", "answers N-ACTION so", { status: Status }),
  kind("commitment-hang", "never answers N-ACTION; reports all the same unless told otherwise", { keep: Keep }),
  kind("commitment-delay", "reports so much later", { ms: Ms }),
  kind("commitment-twice", "reports twice", {}),
  kind("commitment-never", "never reports", {}),
  kind("commitment-partly", "reports these as failed, whatever the archive has", {
    reason: Status,
    instances: Instances,
  }),
  kind("commitment-omits", "does not mention these in its report", { instances: Instances }),
  kind("commitment-wrong-transaction", "reports a Transaction UID that nobody asked", {}),
  kind("commitment-same-association", "reports on the association of the request while that is open", {}),
] as const;

/** What the hospital can be told to do wrong, one thing each. */
export const Fault = Type.Union([
  ...associationFaults,
  ...dataFaults,
  ...answerFaults,
  ...worklistFaults,
  ...queryFaults,
  ...mppsFaults,
  ...commitmentFaults,
]);
export type Fault = Static<typeof Fault>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

export const Faults = Type.Array(Fault, { maxItems: 50 });

/** The requests that a fault with `to` can strike. */
export type Struck = "store" | "mpps" | "commitment";
