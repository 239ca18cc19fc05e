/** Who is signed in, who may, and what an administrator says of users. */
import type { Static } from "typebox";
import type {
  ChangePin,
  NewUser,
  People as PeopleSchema,
  Session as SessionSchema,
  SetUp,
  SignIn,
  User,
  UserChange,
} from "../../src/api/schemas-people.ts";
import { send } from "./client.ts";
import { queryClient, refreshTopic } from "./query-client.ts";

export type Session = Static<typeof SessionSchema>;
export type People = Static<typeof PeopleSchema>;

const part = encodeURIComponent;

/** Who is signed in is known at once; they may do other things than the one before: all else is asked again. */
async function thenHeed(answer: Promise<Session>): Promise<Session> {
  const session = await answer;
  queryClient.setQueryData(["session"], { data: session });
  refreshTopic("hello");
  return session;
}

async function thenAskAll<T>(answer: Promise<T>): Promise<T> {
  const value = await answer;
  refreshTopic("hello");
  return value;
}

export const signIn = (body: Static<typeof SignIn>): Promise<Session> => thenHeed(send("POST", "session", { body }));

export const signOut = (): Promise<Session> => thenHeed(send("DELETE", "session"));

export const setAdministrator = (body: Static<typeof SetUp>): Promise<Session> =>
  thenHeed(send("POST", "setup/administrator", { body }));

/** Somebody touched the screen. Where nobody is signed in any more, that is seen soon enough. */
export const sayTouched = (): Promise<unknown> => send("POST", "session/activity", { isUnasked: true }).catch(() => {});

/** Never asked again when somebody else has signed in: it is about whoever was. */
export const changeOwnPin = (body: Static<typeof ChangePin>): Promise<unknown> =>
  send("POST", "session/pin", { body, isUnasked: true });

/** All that one wants of the screen: what is not among it is wanted no more. Never asked again for somebody else. */
export const setPreferences = (body: User["preferences"]): Promise<Session> =>
  thenHeed(send("POST", "session/preferences", { body, isUnasked: true }));

export const listUsers = (): Promise<User[]> => send("GET", "users");

export const makeUser = (body: Static<typeof NewUser>): Promise<User> => thenAskAll(send("POST", "users", { body }));

export const changeUser = (id: string, body: Static<typeof UserChange>): Promise<User> =>
  thenAskAll(send("POST", `users/${part(id)}`, { body }));

export const resetPin = (id: string, pin: string): Promise<User> =>
  thenAskAll(send("POST", `users/${part(id)}/pin`, { body: { pin } }));
