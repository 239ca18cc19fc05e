/** What several requests and answers have in common. */
import { type Static, type TSchema, Type } from "typebox";

export const Nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
export const literals = <const Values extends string[]>(
  values: readonly [...Values],
  options: { readonly description?: string } = {},
) => Type.Enum(values, options);
export const Text = (maxLength: number) => Type.String({ maxLength });
export const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" });
/** Milliseconds since the Unix epoch. */
export const Instant = Type.Integer({ minimum: 0 });
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
