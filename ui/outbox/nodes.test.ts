import { expect, test } from "vitest";
import { kindOfOriginal, proofOfNode } from "./nodes.ts";

test("a node's proof is the strongest that its roles give, and none where it stores nothing", () => {
  expect(proofOfNode(["storage", "query", "commitment"])).toBe("commitment");
  expect(proofOfNode(["storage", "query"])).toBe("query");
  expect(proofOfNode(["storage"])).toBe("none");
  expect(proofOfNode(["worklist", "mpps"])).toBeNull();
});

test("a video class is a clip, a class of one picture a still", () => {
  expect(kindOfOriginal("1.2.840.10008.5.1.4.1.1.77.1.2.1")).toBe("clip");
  expect(kindOfOriginal("1.2.840.10008.5.1.4.1.1.77.1.2")).toBe("still");
});
