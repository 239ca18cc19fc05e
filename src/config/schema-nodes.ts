import { Type } from "typebox";
import { dicomweb, encoding, nodeCommitment, nodeTls, sending } from "./schema-node-parts.ts";
import { aeTitle, closed, remoteHost, section } from "./schema-parts.ts";

/** A deadline in milliseconds, from a tenth of a second to ten minutes. */
function deadline(description: string, byDefault: number) {
  return Type.Integer({ default: byDefault, minimum: 100, maximum: 600_000, description });
}

const deadlines = section(
  {
    connectMs: deadline("To open the connection, in milliseconds.", 10_000),
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
      description: "Sending: the pause after the first failure, in seconds; it doubles with each further one.",
    }),
    maxS: Type.Integer({
      default: 300,
      minimum: 1,
      maximum: 86_400,
      description: "Sending: the longest pause, in seconds.",
    }),
    heldAfterAttempts: Type.Integer({
      default: 20,
      minimum: 1,
      maximum: 10_000,
      description:
        "After so many failed answers about one instance it is held for a person. A node that cannot be reached is tried without end.",
    }),
  },
  "How sending to this node is tried again; for nodes with the roles storage, mpps or commitment. A worklist is asked again every worklist.refreshS.",
);

const node = closed(
  {
    name: Type.String({
      pattern: "^[A-Za-z0-9][A-Za-z0-9 ._-]*$",
      maxLength: 32,
      patternErrorMessage: "must begin with a letter or digit and hold only letters, digits, spaces and . _ -",
      description: "What people call this node; shown on the screen, at most 32 characters. No two nodes share one.",
    }),
    aeTitle: Type.Optional(aeTitle("The AE title of the node (the called AE title). Needed for all but DICOMweb.")),
    host: Type.Optional(remoteHost("The node's host name or IP address. Needed for all but DICOMweb.")),
    port: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65535,
        description: "The node's DICOM port, often 104 or 11112. Needed for all but DICOMweb.",
      }),
    ),
    roles: Type.Array(Type.Enum(["worklist", "storage", "mpps", "commitment", "query"]), {
      minItems: 1,
      uniqueItems: true,
      description:
        "What the node is used for: worklist (it says who is scheduled), storage (it takes the instances), mpps (it is told when a procedure begins and ends), commitment (it confirms that it keeps the instances), query (it can be asked whether it has them).",
    }),
    deadlines,
    maxPduBytes: Type.Integer({
      default: 131_072,
      minimum: 4096,
      maximum: 1_048_576,
      description: "The longest PDU this box tells the node it takes, in bytes.",
    }),
    retry,
    tls: Type.Optional(nodeTls),
    dicomweb: Type.Optional(dicomweb),
    sending,
    encoding,
    commitment: nodeCommitment,
  },
  "One remote node: an archive, a worklist, or both.",
);

export const nodes = Type.Array(node, {
  default: [],
  maxItems: 16,
  description: "The remote nodes. Without one with the role storage captures stay on this box.",
});
