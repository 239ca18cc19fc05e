import { Type } from "typebox";
import { aeTitle, closed, remoteHost, section } from "./schema-parts.ts";

/** A deadline in milliseconds, from a tenth of a second to ten minutes. */
function deadline(description: string, byDefault: number) {
  return Type.Integer({ default: byDefault, minimum: 100, maximum: 600_000, description });
}

const deadlines = section(
  {
    connectMs: deadline("To open the TCP connection, in milliseconds.", 10_000),
    associationMs: deadline("For the answer to the association request, in milliseconds.", 15_000),
    readMs: deadline("Without a byte from the node in the middle of a message, in milliseconds.", 30_000),
    writeMs: deadline("Without the node taking a byte while sending, in milliseconds.", 30_000),
    responseMs: deadline("For the answer to one request once it is sent, in milliseconds.", 120_000),
  },
  "How long this node may take before the attempt counts as failed.",
);

const retry = section(
  {
    firstS: Type.Integer({
      default: 5,
      minimum: 1,
      maximum: 3600,
      description:
        "Sending (role storage): the pause after the first failure, in seconds; it doubles with each further one.",
    }),
    maxS: Type.Integer({
      default: 300,
      minimum: 1,
      maximum: 86_400,
      description: "Sending (role storage): the longest pause, in seconds.",
    }),
    heldAfterAttempts: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 10_000,
      description:
        "After so many failed answers about one instance it is held for a person. A node that cannot be reached is tried without end.",
    }),
  },
  "How sending to this node is tried again; for nodes with the role storage. A worklist is asked again every worklist.refreshS.",
);

const node = closed(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]*$",
      maxLength: 32,
      patternErrorMessage: "must begin with a letter or digit and hold only letters, digits, spaces and . _ -",
      description: "What people call this node; shown on the screen, at most 32 characters. No two nodes share one.",
    }),
    aeTitle: aeTitle("The AE title of the node (the called AE title)."),
    host: remoteHost("The node's host name or IP address."),
    port: Type.Integer({ minimum: 1, maximum: 65535, description: "The node's DICOM port, often 104 or 11112." }),
    roles: Type.Array(Type.Enum(["worklist", "storage"]), {
      minItems: 1,
      uniqueItems: true,
      description: "What the node is used for: worklist (it says who is scheduled), storage (it takes the instances).",
    }),
    deadlines,
    maxPduBytes: Type.Integer({
      default: 131_072,
      minimum: 4096,
      maximum: 1_048_576,
      description: "The longest PDU this box tells the node it takes, in bytes.",
    }),
    retry,
  },
  "One remote node: an archive, a worklist, or both.",
);

export const nodes = Type.Array(node, {
  default: [],
  maxItems: 16,
  description: "The remote nodes. Without one with the role storage captures stay on this box.",
});
