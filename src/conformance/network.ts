/** Sections 7.1 and 7.2: associations. */
import type { Settings } from "../config/config.ts";
import { scopelineImplementation } from "../dicom/dicom.ts";
import { assumedMaxPduBytes, defaultDeadlines, defaultMaxPduBytes, maxSentPduBytes } from "../dimse/limits.ts";
import { applicationContextName } from "../dimse/names.ts";
import {
  type AcceptedContext,
  acceptedContexts,
  type Node,
  type ProposedContext,
  proposedByFitTest,
  proposedTo,
  storesByDimse,
} from "./contexts.ts";
import { blocks, list, table } from "./markdown.ts";
import { className, syntaxName } from "./uid-names.ts";

/** Of our port, as `listen` has them by default; a test counts the associations and looks at the clock. */
const port = { associations: 16, perAddress: 8, idleS: 60 };

export function network(settings: Settings): string {
  return blocks(
    "## 7 Network and Media Communication Details",
    "### 7.1 General",
    "#### 7.1.1 General Association Parameters",
    table(["Name", "Value"], parameters()),
    "### 7.2 Specifications",
    "#### 7.2.1 Scopeline Application Entity",
    "##### 7.2.1.1 Sequencing of Real-World Activities for Scopeline",
    sequence(),
    "##### 7.2.1.2 Association Parameters of Scopeline",
    "What may be set for each node:",
    table(
      ["Node", "Maximum PDU taken", "Connect", "Association", "Read", "Write", "Response"],
      settings.nodes.map(({ name, maxPduBytes, deadlines }) => [
        name,
        String(maxPduBytes),
        ...[
          deadlines.connectMs,
          deadlines.associationMs,
          deadlines.readMs,
          deadlines.writeMs,
          deadlines.responseMs,
        ].map(seconds),
      ]),
    ),
    "##### 7.2.1.3 Association Initiation",
    initiation(settings),
    "##### 7.2.1.4 Association Acceptance",
    acceptance(settings),
  );
}

const seconds = (ms: number): string => `${ms / 1_000} s`;

function parameters(): string[][] {
  const { classUid, versionName } = scopelineImplementation;
  return [
    ["Application Context Name", applicationContextName],
    ["Implementation Class UID", classUid],
    ["Implementation Version Name", versionName],
    ["Maximum PDU Length taken", `${defaultMaxPduBytes} bytes; as requestor by nodes[].maxPduBytes`],
    [
      "Maximum PDU Length sent",
      `${maxSentPduBytes} bytes, or less as the peer says; ${assumedMaxPduBytes} where it says nothing`,
    ],
    ["ARTIM Timeout", `${seconds(defaultDeadlines.associationMs)}, as requestor and acceptor`],
    ["Asynchronous Operations Window", "not negotiated: one outstanding operation"],
    ["SOP Class Extended Negotiation", "none"],
    ["SOP Class Common Extended Negotiation", "none"],
    ["User Identity Negotiation", "none"],
    ["Role Selection", "not proposed; granted to a caller that proposes SCP for Storage Commitment Push Model"],
    ["IP", "IPv4 and IPv6; host names are looked up for each connection"],
  ];
}

function sequence(): string {
  return list([
    "Worklist: association, C-FIND, release; by itself, whatever else goes on.",
    "Begin of a procedure: MPPS N-CREATE. End of its hold window: N-SET. Each step in this order for each node.",
    "End of the hold window: C-STORE of what is owed, stills before clips; C-STORE association after association until nothing is due. With two or more associations clips have one of their own.",
    "When the instances of a procedure are stored at a node: N-ACTION, and N-EVENT-REPORT from the node; or C-FIND.",
    "A fit test: C-ECHO, one association that proposes everything, C-STORE of synthetic instances, C-FIND, N-ACTION, several associations at the same time.",
  ]);
}

function initiation({ nodes }: Settings): string {
  return blocks(
    "An association is opened when there is something to send or to ask, and released when nothing is left. At the same time, at most:",
    table(["Node", "Storage", "Worklist", "MPPS", "Commitment or query"], nodes.map(associations)),
    "A node that fails is tried again after a pause that doubles (7.3.1). These presentation contexts are proposed, as SCU, without extended negotiation. Of storage: whatever may be due, and what may be sent instead; only what is due at that time and its ladder is proposed in one association.",
    ...nodes.flatMap((node) => {
      const contexts = proposedTo(node, nodes);
      if (contexts.length === 0) return [];
      return [`**Presentation contexts proposed to ${node.name}**`, contextTable(contexts)];
    }),
    "**Presentation contexts proposed by a fit test, to any node**",
    contextTable(proposedByFitTest()),
  );
}

function associations(node: Node): string[] {
  const { name, roles, sending } = node;
  const proves = roles.includes("commitment") || roles.includes("query");
  return [
    name,
    storesByDimse(node) ? String(sending.associations) : "0",
    ...[roles.includes("worklist"), roles.includes("mpps"), proves].map((is) => (is ? "1" : "0")),
  ];
}

export const contextHead: readonly string[] = [
  ...["Activity", "Abstract Syntax", "UID", "Transfer Syntaxes, the preferred one first", "UIDs", "Role", "For"],
];

function contextTable(contexts: readonly ProposedContext[]): string {
  return table(
    contextHead,
    contexts.map(({ activity, sopClassUid, transferSyntaxUids, purposes }) => [
      activity,
      className(sopClassUid),
      sopClassUid,
      transferSyntaxUids.map(syntaxName).join(", "),
      transferSyntaxUids.join(", "),
      "SCU",
      purposes.join(", "),
    ]),
  );
}

function acceptance({ listener, station }: Settings): string {
  if (!listener.enabled) return "No associations are accepted: listener.enabled is false in these settings.";
  return blocks(
    `On port ${listener.port}${listener.tls === undefined ? "" : `, and over TLS on port ${listener.tls.port}`}. The called AE title must be ${station.aeTitle}; any calling AE title may come in. At most ${port.associations} associations on each port, ${port.perAddress} of one address; an association without a request for ${port.idleS} s is aborted.`,
    table(
      ["Association is rejected", "Result", "Source", "Reason"],
      [
        ["protocol version 1 is not among the caller's", "1 permanent", "2 ACSE", "2 protocol version not supported"],
        ["another application context", "1 permanent", "1 service user", "2 application context name not supported"],
        ["another called AE title", "1 permanent", "1 service user", "7 called AE title not recognized"],
        ["too many associations", "2 transient", "3 presentation", "2 local limit exceeded"],
      ],
    ),
    "**Presentation contexts accepted**",
    table(
      ["Service", "Abstract Syntax", "UID", "Transfer Syntaxes, the preferred one first", "UIDs", "Role"],
      acceptedContexts().map(acceptedCells),
    ),
    "Of the transfer syntaxes that a caller proposes the first one of this list is chosen.",
  );
}

function acceptedCells({ service, sopClassUid, transferSyntaxUids, role }: AcceptedContext): string[] {
  return [
    service,
    className(sopClassUid),
    sopClassUid,
    transferSyntaxUids.map(syntaxName).join(", "),
    transferSyntaxUids.join(", "),
    role,
  ];
}
