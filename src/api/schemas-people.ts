/** What the routes of users, sessions and tokens take and answer. */
import { type Static, Type } from "typebox";
import { screenLanguages } from "../lib/screen-languages.ts";
import { actions, pressActions, roles } from "../users/users.ts";

const Id = Type.String({ minLength: 1, maxLength: 64, pattern: "^[A-Za-z0-9_-]+$" });
const Instant = Type.Integer({ minimum: 0 });
const closed = { additionalProperties: false } as const;
/** Longer than any PIN or name may be: those are refused with words of their own. */
const Pin = Type.String({ maxLength: 64, description: "4 to 12 digits" });
const Name = Type.String({ maxLength: 256 });
const PhysicianName = Type.String({
  maxLength: 256,
  description: "Family^Given as the archive gets it; needed of a surgeon",
});
const Roles = Type.Array(Type.Enum([...roles]), { maxItems: roles.length, uniqueItems: true });
/** Somebody without a role could not even choose a PIN of their own. */
const SomeRoles = Type.Array(Type.Enum([...roles]), { minItems: 1, maxItems: roles.length, uniqueItems: true });

const Press = Type.Optional(Type.Enum([...pressActions]));

export const Preferences = Type.Object(
  {
    pedal: Type.Optional(
      Type.Object(
        { still: Press, clip: Press, "keep-last": Press, marker: Press },
        {
          ...closed,
          description:
            "what presses do instead of what a pedal was taught, while this surgeon is the performing physician",
        },
      ),
    ),
    hand: Type.Optional(Type.Enum(["left", "right"], { description: "on which side the buttons are" })),
    theme: Type.Optional(Type.Enum(["dark", "bright"])),
    language: Type.Optional(Type.Enum([...screenLanguages])),
  },
  closed,
);

export const People = Type.Object({
  people: Type.Array(
    Type.Object({
      id: Id,
      displayName: Type.String(),
      physicianName: Type.Union([Type.String(), Type.Null()], {
        description: "of a surgeon: what to begin a procedure with as performing physician",
      }),
      preferences: Type.Union([Preferences, Type.Null()], { description: "of a surgeon: they go with who performs" }),
    }),
  ),
});

export const User = Type.Object({
  id: Id,
  displayName: Type.String(),
  physicianName: Type.String(),
  roles: Roles,
  preferences: Preferences,
  isDisabled: Type.Boolean(),
  lockedForMs: Type.Integer({ minimum: 0, description: "how long no PIN of theirs is taken, after wrong ones" }),
  madeAt: Instant,
});
export type User = Static<typeof User>;

export const Session = Type.Object({
  setup: Type.Enum(["administrator-needed", "done"], { description: "administrator-needed: there is no user yet" }),
  needsSetupCode: Type.Boolean({
    description: "the first administrator is set from here only with the code from the box's log",
  }),
  user: Type.Union([User, Type.Null()]),
  idleMs: Type.Integer({ description: "a session ends when POST /api/session/activity was not said for so long" }),
  may: Type.Array(Type.Enum([...actions]), { description: "what may be done from here now" }),
});

export const SetUp = Type.Object(
  {
    displayName: Name,
    pin: Pin,
    physicianName: Type.Optional(PhysicianName),
    roles: Type.Optional(Roles),
    setupCode: Type.Optional(Type.String({ maxLength: 64 })),
  },
  closed,
);

export const SignIn = Type.Object({ userId: Id, pin: Pin }, closed);
export const ChangePin = Type.Object({ pin: Pin, newPin: Pin }, closed);
export const NewUser = Type.Object(
  { displayName: Name, physicianName: Type.Optional(PhysicianName), roles: SomeRoles, pin: Pin },
  closed,
);
export const UserChange = Type.Object(
  {
    displayName: Type.Optional(Name),
    physicianName: Type.Optional(PhysicianName),
    roles: Type.Optional(SomeRoles),
    isDisabled: Type.Optional(Type.Boolean()),
  },
  closed,
);
export const ResetPin = Type.Object({ pin: Pin }, closed);

const tokenRoles = ["operator", "surgeon", "biomed", "auditor"] as const;
const TokenRoles = Type.Array(Type.Enum([...tokenRoles]), {
  minItems: 1,
  maxItems: tokenRoles.length,
  uniqueItems: true,
});
export const NewToken = Type.Object({ name: Name, roles: TokenRoles }, closed);
export const TokenSecret = Type.Object({
  id: Id,
  secret: Type.String({ description: "for Authorization: Bearer …; told now and never again" }),
});
export const Tokens = Type.Object({
  tokens: Type.Array(Type.Object({ id: Id, name: Type.String(), roles: Roles, madeBy: Id, madeAt: Instant })),
});
