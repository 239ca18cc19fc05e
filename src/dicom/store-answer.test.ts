import { describe, expect, it } from "vitest";
import { storeAnswer, storeStatus } from "./store-answer.ts";

describe("what an answer to C-STORE means", () => {
  it.each([
    [0x0000, "accepted"],
    [0xb000, "accepted-with-warning"],
    [0xb006, "accepted-with-warning"],
    [0xb007, "accepted-with-warning"],
    [0xb123, "accepted-with-warning"],
    [0x0001, "accepted-with-warning"],
    [0x0107, "accepted-with-warning"],
    [0x0116, "accepted-with-warning"],
    [0xa700, "busy"],
    [0xa7ff, "busy"],
    [0x0213, "busy"],
    [0x0110, "failed-processing"],
    [0xa900, "refused"],
    [0xa9fe, "refused"],
    [0xc000, "refused"],
    [0xcfff, "refused"],
    [0x0117, "refused"],
    [0x0210, "refused"],
    [0x0211, "refused"],
    [0x0212, "refused"],
    [0x0122, "misconfigured"],
    [0x0124, "misconfigured"],
    [0x0111, "duplicate"],
    // Pending and cancel have no meaning for C-STORE; nor has what nobody defined.
    [0xff00, "failed-processing"],
    [0xfe00, "failed-processing"],
    [0x0106, "failed-processing"],
    [0xa800, "failed-processing"],
    [0xd000, "failed-processing"],
    [0x1234, "failed-processing"],
  ])("%i is %s", (status, answer) => {
    expect(storeAnswer(status)).toBe(answer);
  });

  it("says what and where it is defined, and prefers the exact row", () => {
    expect(storeStatus(0xb007)).toMatchObject({
      meaning: "stored, does not match its SOP class",
      source: "PS3.4 B.2.3",
    });
  });

  it("success is status 0 and nothing else", () => {
    const accepted = Array.from({ length: 0x10000 }, (_, status) => status).filter(
      (s) => storeAnswer(s) === "accepted",
    );
    expect(accepted).toEqual([0]);
  });
});
