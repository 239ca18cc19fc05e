/** What a status in a C-STORE response asks us to do next; the outbox decides how. */
export type StoreAnswer =
  | "accepted"
  | "accepted-with-warning"
  | "busy"
  | "failed-processing"
  | "refused"
  | "misconfigured"
  | "duplicate";

export interface StoreStatus {
  readonly from: number;
  readonly to: number;
  readonly answer: StoreAnswer;
  readonly meaning: string;
  readonly source: string;
}

const row = (from: number, to: number, answer: StoreAnswer, meaning: string, source: string): StoreStatus => ({
  from,
  to,
  answer,
  meaning,
  source,
});

/** The first row that holds a status counts. */
export const storeStatuses: readonly StoreStatus[] = [
  row(0x0000, 0x0000, "accepted", "stored", "PS3.4 B.2.3"),
  row(0xb000, 0xb000, "accepted-with-warning", "stored, some attributes were changed", "PS3.4 B.2.3"),
  row(0xb006, 0xb006, "accepted-with-warning", "stored, some attributes were dropped", "PS3.4 B.2.3"),
  row(0xb007, 0xb007, "accepted-with-warning", "stored, does not match its SOP class", "PS3.4 B.2.3"),
  row(0xb000, 0xbfff, "accepted-with-warning", "stored with a warning", "PS3.7 C.3"),
  row(0x0001, 0x0001, "accepted-with-warning", "stored, optional attributes not supported", "PS3.7 C.3"),
  row(0x0107, 0x0107, "accepted-with-warning", "stored, some attributes not recognised", "PS3.7 C.3"),
  row(0x0116, 0x0116, "accepted-with-warning", "stored, an attribute value was out of range", "PS3.7 C.3"),
  row(0xa700, 0xa7ff, "busy", "out of resources", "PS3.4 B.2.3"),
  row(0x0213, 0x0213, "busy", "resource limitation", "PS3.7 C.5"),
  row(0x0110, 0x0110, "failed-processing", "processing failure", "PS3.7 C.5"),
  row(0xa900, 0xa9ff, "refused", "the data set does not match its SOP class", "PS3.4 B.2.3"),
  row(0xc000, 0xcfff, "refused", "the data set was not understood", "PS3.4 B.2.3"),
  row(0x0117, 0x0117, "refused", "invalid SOP instance", "PS3.7 C.5"),
  row(0x0210, 0x0210, "refused", "duplicate invocation: message ID used twice", "PS3.7 C.5"),
  row(0x0211, 0x0211, "refused", "unrecognised operation", "PS3.7 C.5"),
  row(0x0212, 0x0212, "refused", "mistyped argument", "PS3.7 C.5"),
  row(0x0122, 0x0122, "misconfigured", "SOP class not supported", "PS3.7 C.5"),
  row(0x0124, 0x0124, "misconfigured", "not authorised", "PS3.7 C.5"),
  row(0x0111, 0x0111, "duplicate", "an instance with this UID is there already", "PS3.7 C.5"),
];

const anythingElse = row(0, 0xffff, "failed-processing", "a failure the standard has no name for", "PS3.7 C");

/** The row for a status; one nobody defined counts as a processing failure. */
export function storeStatus(status: number): StoreStatus {
  return storeStatuses.find(({ from, to }) => status >= from && status <= to) ?? anythingElse;
}

/** What a C-STORE response means for the instance (PS3.4 B.2.3, PS3.7 Annex C). */
export function storeAnswer(status: number): StoreAnswer {
  return storeStatus(status).answer;
}
