import { type Static, Type } from "typebox";

const Uid = Type.String({ pattern: "^[0-9.]{1,64}$" });
const Bytes = Type.Integer({ minimum: 0, description: "of the data set, counted before the fault strikes" });
const Ms = Type.Integer({ minimum: 0, maximum: 3_600_000 });
const Status = Type.String({ pattern: "^[0-9A-Fa-f]{4}$", description: "in hex, as the Standard writes it: A700" });
/** How often it strikes; absent: until it is taken away. */
const times = Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000 }));
const only = { additionalProperties: false } as const;

/** What the hospital can be told to do wrong, one thing each. */
export const Fault = Type.Union([
  /** A-ASSOCIATE-RJ. Default reason: permanent, called AE title not recognised; transient, congestion. */
  Type.Object(
    { kind: Type.Literal("reject-association"), permanent: Type.Boolean(), times },
    { ...only, description: "A-ASSOCIATE-RJ" },
  ),
  Type.Object(
    {
      kind: Type.Literal("refuse-context"),
      sopClassUid: Type.Optional(Uid),
      transferSyntaxUid: Type.Optional(Uid),
      times,
    },
    { ...only, description: "refuses each presentation context with this class, or syntax, or both; neither: all" },
  ),
  Type.Object({ kind: Type.Literal("delay-answer"), ms: Ms, times }, { ...only, description: "C-STORE and C-ECHO" }),
  Type.Object(
    { kind: Type.Literal("throttle"), bytesPerSecond: Type.Integer({ minimum: 1 }), times },
    { ...only, description: "reads a C-STORE no faster" },
  ),
  Type.Object({ kind: Type.Literal("abort-in-data"), afterBytes: Bytes, times }, { ...only, description: "A-ABORT" }),
  Type.Object(
    { kind: Type.Literal("close-in-data"), afterBytes: Bytes, times },
    { ...only, description: "TCP reset in the middle of a C-STORE" },
  ),
  Type.Object(
    { kind: Type.Literal("stop-reading"), afterBytes: Bytes, times },
    { ...only, description: "keeps the connection but reads no further" },
  ),
  Type.Object(
    {
      kind: Type.Literal("status"),
      status: Status,
      errorComment: Type.Optional(Type.String({ maxLength: 64 })),
      times,
    },
    { ...only, description: "answers C-STORE so; keeps the instance only when the status is a warning" },
  ),
  Type.Object({ kind: Type.Literal("lose-silently"), times }, { ...only, description: "says success, keeps nothing" }),
  Type.Object(
    { kind: Type.Literal("coerce-patient-id"), patientId: Type.String({ minLength: 1, maxLength: 64 }), times },
    { ...only, description: "B000; the archive's record shows this Patient ID, its file stays as received" },
  ),
  Type.Object(
    { kind: Type.Literal("hang"), keep: Type.Optional(Type.Boolean()), times },
    { ...only, description: "takes all of a C-STORE and never answers; keeps the instance unless told otherwise" },
  ),
  Type.Object(
    { kind: Type.Literal("close-before-answer"), times },
    { ...only, description: "keeps the instance, then loses the connection" },
  ),
  Type.Object({ kind: Type.Literal("worklist-empty"), times }, { ...only, description: "C-FIND finds nothing" }),
  Type.Object(
    { kind: Type.Literal("worklist-status"), status: Status, times },
    { ...only, description: "C-FIND fails so, after the first match if there is one" },
  ),
  Type.Object({ kind: Type.Literal("worklist-delay"), ms: Ms, times }, { ...only, description: "C-FIND is slow" }),
]);
export type Fault = Static<typeof Fault>;
export type FaultKind = Fault["kind"];
export type FaultOf<K extends FaultKind> = Extract<Fault, { kind: K }>;

export const Faults = Type.Array(Fault, { maxItems: 50 });

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
