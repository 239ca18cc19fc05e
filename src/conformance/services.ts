/** Section 5: what each service does. */
import type { Settings } from "../config/config.ts";
import { declarationOf } from "../dicom/character-set.ts";
import {
  characterSets,
  clipRungs,
  defaultStillRungs,
  sopClasses,
  stillRungs,
  transferSyntaxes,
} from "../dicom/dicom.ts";
import { ladderOf, type Rung } from "../encoding/encoding.ts";
import { blocks, code, table, yesNo } from "./markdown.ts";
import { stepTables } from "./step-tables.ts";
import { worklistTable } from "./worklist-tables.ts";

export function services(settings: Settings): string {
  return blocks(
    "## 5 Service and Interoperability Description",
    "### 5.1 Mapping of Services to Application Entities",
    "All services are those of the one Application Entity. Which of them a node is used for:",
    table(
      ["Node", "Worklist", "MPPS", "Storage", "Storage Commitment", "Query", "By"],
      settings.nodes.map(({ name, roles, dicomweb, aeTitle }) => [
        name,
        ...(["worklist", "mpps", "storage", "commitment", "query"] as const).map((role) => yesNo(roles.includes(role))),
        [
          ...(aeTitle === undefined ? [] : ["DIMSE"]),
          ...(dicomweb ? [`DICOMweb (${dicomweb.uses.join(", ")})`] : []),
        ].join(", "),
      ]),
    ),
    "### 5.2 DIMSE Services",
    worklist(settings),
    "#### 5.2.2 Modality Performed Procedure Step Service",
    "N-CREATE when a procedure begins with a patient, or gets one; N-SET to COMPLETED when its hold window ends, with every instance that was made, or to DISCONTINUED with a reason, only while it is in progress. There is no N-SET in between, and none after the end. A procedure that turns out to be another patient's is ended as DISCONTINUED with (110514, DCM, Incorrect worklist entry selected), and begun again under another UID. The messages of one step go to a node in their order, on associations of their own: they wait for no image, and no image waits for them. A node without this SOP class is told nothing; its images are sent all the same.",
    stepTables(),
    "#### 5.2.3 Unified Worklist and Procedure Step Service",
    "Not supported.",
    "#### 5.2.4 Instance Availability Notification Service",
    "Not supported.",
    storage(),
    "#### 5.2.6 Storage Commitment Service",
    "As SCU of the push model. N-ACTION (Action Type ID 1) for the instances of one procedure and node, at most 500 in one request: when nothing of that procedure waits for that node any more, or 30 s after the last one was stored. Each request has a Transaction UID of its own that is never used again; it is on the disk before the request leaves. The report is taken on the same association, which is kept open for 5 s, or on one that the node opens to the port of this box, in any order and however late. Without a report in time the node is asked again with another Transaction UID, then, if it has the role query, looked for by query. Only an instance that the report names itself as a success, in the SOP class it was sent in, is committed.",
    "#### 5.2.7 Query/Retrieve Service Class",
    "Study Root C-FIND as SCU, Query/Retrieve Level IMAGE, to verify that an instance is there: keys Study Instance UID and Series Instance UID with single values, SOP Instance UID with a single value or none. Used for nodes with the role query, and to look whether an instance that a node calls a duplicate (0x0111), or took without saying so, is there. No relational queries, no C-MOVE, no C-GET.",
    "#### 5.2.8 Print Management Service",
    "Not supported.",
    web(),
    "### 5.4 Media Services",
    "Not supported.",
    "### 5.5 Real-Time Video Services",
    "Not supported.",
    "### 5.6 Cross-Service Considerations",
    "Study Instance UID, accession number and the attributes of the order are those of the worklist item in the instances and in the performed step; Annex A.D says which goes where. Several items picked for one procedure are one study, that of the first, with an item of the Request Attributes Sequence for each.",
    characters(),
  );
}

function worklist({ worklist: query }: Settings): string {
  const { refreshS, maxItems, keepHours } = query;
  return blocks(
    "#### 5.2.1 Basic Worklist Management Service",
    `C-FIND as SCU every ${refreshS} s, and for one patient when a person searches. At most ${maxItems} answers are taken, then the query is cancelled and the screen says so. When the node is away the last list is shown for ${keepHours} h, with its age.`,
    worklistTable(query),
  );
}

function storage(): string {
  return blocks(
    "#### 5.2.5 Storage Service",
    "##### 5.2.5.1 SCU of the Storage SOP Classes",
    "Every instance is sent as it lies on the disk, streamed, in the transfer syntax it was composed in; text in another character set where that is set (5.7). Association after association: what is due and everything that may be sent instead is proposed, each SOP class with each transfer syntax in a presentation context of its own, so that the negotiation says what the node takes.",
    "##### 5.2.5.1.1 Transcoding of Transfer Syntaxes",
    "Nothing is transcoded on the way. A node that refuses the SOP class or transfer syntax of an instance, in the negotiation or with status 0x0122, gets the next rung of the ladder that it accepts: another instance with a SOP Instance UID of its own, Image Type DERIVED, which names the original as its source. Silence, an abort, a timeout or a full archive never lead to another rung. What a node was found to need is remembered. A person may send the next rung by hand after a refusal of the object itself.",
    table(["Rung of a clip", "Default order", "SOP Class", "Content"], rungRows("clip")),
    table(["Rung of a still", "Default order", "SOP Class", "Content"], rungRows("still")),
    "Of a still that was recorded as JPEG or uncompressed, the rung of that encoding is the picture as recorded; a JPEG of a still without loss is its first loss, and says so. H.264 is made only of a clip that was recorded as HEVC. Stereo pairs go as they were recorded (Stereo Pairs Present YES), and with them to the same node `leftView`, for viewers in two dimensions: another instance, DERIVED, with one view scaled to the whole picture. Whatever is encoded again of stereo pairs holds that one view.",
    "A clip beyond the largest instance that a node takes is split at key frames into instances that each play, without encoding it again, numbered in one series. The parts are ORIGINAL where the clip was never made as a whole, DERIVED where they are made of an original for a node with a smaller limit. A node that takes fragmentable transfer syntaxes gets it whole. Of the rungs as recorded, the class of the original comes first.",
    "##### 5.2.5.2 SCP of the Storage SOP Classes",
    "Not supported.",
  );
}

const ownClass = "as the device profile says";

/** Of an original in a class of no rung and in HEVC, so that each rung says its own. */
function rungRows(kind: "clip" | "still"): string[][] {
  const rungs = kind === "clip" ? clipRungs : stillRungs;
  const original = {
    kind,
    sopClass: "multiFrameTrueColor",
    transferSyntaxUid: transferSyntaxes.hevcMainLevel51,
  } as const;
  const usual: readonly string[] = kind === "clip" ? clipRungs : defaultStillRungs;
  const row = (rung: Rung, place: string): string[][] =>
    ladderOf(original, [rung]).map((step) => {
      const isOfOwnClass = step.sopClass === original.sopClass && rung !== original.sopClass;
      return [code(rung), place, isOfOwnClass ? ownClass : sopClasses[step.sopClass].name, step.content];
    });
  return [
    ...rungs.flatMap((rung) =>
      row(rung, usual.includes(rung) ? String(usual.indexOf(rung) + 1) : "only where it is set"),
    ),
    ...(kind === "clip" ? row("leftView", "beside stereo pairs") : []),
  ];
}

function web(): string {
  return blocks(
    "### 5.3 DICOM Web Services",
    "User Agent only, HTTP/1.1, for nodes with a DICOMweb address.",
    "#### 5.3.2 Studies Web Service",
    table(
      ["Transaction", "Request", "Used for"],
      [
        [
          "Store Instances (PS3.18 10.5)",
          'POST /studies, multipart/related; type="application/dicom", Content-Length known ahead; Accept: application/dicom+json. Clips alone; up to 16 smaller instances, 16 MB together, in one request',
          "storage; DICOM JSON and XML answers are read. Only an instance that the answer names is stored: an empty 200, or 202, is looked up by query",
        ],
        [
          "Search (PS3.18 10.6)",
          "GET /studies/{study}/series/{series}/instances with limit, offset, SOPInstanceUID; Accept: application/dicom+json",
          "to verify that an instance is there",
        ],
        [
          "Retrieve (PS3.18 10.4)",
          'GET /studies/{study}/series/{series}/instances/{instance}; Accept: multipart/related; type="application/dicom"; transfer-syntax=*',
          "the fit test reads back what it stored",
        ],
      ],
    ),
    "Redirections are not followed. Contents are not compressed.",
  );
}

function characters(): string {
  return blocks(
    "### 5.7 Specific Character Sets",
    "Instances are composed in ISO_IR 192. A node that is set to another character set gets the text in that one under the same SOP Instance UID; the same holds for MPPS. An instance or message with text that it cannot hold is held for a person, with the names of the attributes: nothing is replaced. Queries are sent in the default repertoire where that is enough, else in ISO_IR 192. Worklist answers are read in every character set of PS3.3 C.12.1.1.2.",
    table(
      ["Setting", "Specific Character Set (0008,0005) as sent"],
      characterSets.map((set) => [code(set), declarationOf(set).join("\\") || "absent: default repertoire"]),
    ),
  );
}
