/** The cover and sections 1 to 4. */
import type { Settings } from "../config/config.ts";
import { characterSets, serviceClasses, sopClasses } from "../dicom/dicom.ts";
import { acceptedContexts } from "./contexts.ts";
import { blocks, list, table, yesNo } from "./markdown.ts";
import { className } from "./uid-names.ts";

export function cover({ station }: Settings, version: string): string {
  return blocks(
    "# DICOM Conformance Statement: Scopeline",
    "<!-- Made from the code and the settings by `node src/conformance/generate.ts`. Do not edit. -->",
    table(
      ["", ""],
      [
        ["Product", "Scopeline, video capture beside the surgical microscope"],
        ["Version", version],
        ["Settings", `of the box ${station.stationName}, AE title ${station.aeTitle}`],
        ["Form", "DICOM PS3.2, Annex N (template since Supplement 209), sections 1 to 8 and Annexes A.A to A.E"],
      ],
    ),
    "What does not apply is said in its place. Names and numbers in tables come from the same code that speaks to the network: `scopeline conformance --config FILE` prints this statement for the settings of a box, and a test compares its tables with what a running box proposes and accepts.",
  );
}

export function overview(): string {
  return blocks(
    "## 1 Overview",
    "Scopeline records stills and clips of a surgical microscope or an endoscopy tower, takes patient and order from a modality worklist, makes DICOM instances of what was recorded, and sends them to archives until each of them has confirmed that it keeps them. It is a modality: it creates instances and sends them, and receives none.",
    "### 1.1 Content and Transfer",
    table(["SOP Class", "UID", "Created", "Sent by C-STORE", "Sent by STOW-RS", "Received", "Displayed"], content()),
    "#### 1.1.1 Structured Reporting root template IDs",
    "None: no Structured Reports.",
    "### 1.2 DIMSE Services",
    table(["Service", "SOP Class", "UID", "SCU", "SCP"], dimse()),
    "No Query/Retrieve retrieval, no printing, no Unified Procedure Step, no Instance Availability Notification.",
    "### 1.3 DICOM Web Services",
    table(
      ["Service", "Transaction", "User Agent", "Origin Server"],
      [
        ["Studies Service", "Store Instances (STOW-RS)", "Y", "N"],
        ["Studies Service", "Search Transaction (QIDO-RS)", "Y", "N"],
        ["Studies Service", "Retrieve Transaction (WADO-RS), for the fit test only", "Y", "N"],
      ],
    ),
    "No URI, Worklist (UPS-RS), Non-Patient Instance, Storage Commitment or Procedure Step Web Service.",
    "### 1.4 Media Services",
    "None: no File-set is created, read or updated.",
    "### 1.5 Real-Time Video Service",
    "None: DICOM-RTV is neither sent nor received.",
    "### 1.6 De-identification Profiles",
    "None.",
    "### 1.7 Specific Character Sets",
    `Created in ISO_IR 192 (UTF-8); sent in any of ${characterSets.length} character sets, as set for each node; see 5.7.`,
  );
}

function content(): string[][] {
  return Object.values(sopClasses).map(({ uid }) => [className(uid), uid, "Y", "Y", "Y", "N", "N"]);
}

function dimse(): string[][] {
  const accepted = acceptedContexts();
  const services = [
    ["Verification", serviceClasses.verification],
    ...Object.values(sopClasses).map(({ uid }) => ["Storage", uid]),
    ["Workflow Management", serviceClasses.modalityWorklist],
    ["Workflow Management", serviceClasses.modalityPerformedProcedureStep],
    ["Storage Commitment", serviceClasses.storageCommitmentPush],
    ["Query/Retrieve", serviceClasses.studyRootFind],
  ];
  return services.map(([service = "", uid = ""]) => {
    const isScp = accepted.some(({ sopClassUid, role }) => sopClassUid === uid && role === "SCP");
    return [service, className(uid), uid, "Y", yesNo(isScp)];
  });
}

export function contents(): string {
  const sections = [
    ...["1 Overview", "2 Table of Contents", "3 Introduction", "4 Implementation Model"],
    ...["5 Service and Interoperability Description", "6 Configuration"],
    ...["7 Network and Media Communication Details", "8 Security"],
    ...["Annex A.A: Information Object Definitions", "Annex A.B: Structured Report Content Encoding"],
    ...["Annex A.C: Security Details", "Annex A.D: Mapping of Attributes", "Annex A.E: Code Set Usage"],
  ];
  return blocks("## 2 Table of Contents", list(sections));
}

export function introduction(version: string): string {
  return blocks(
    "## 3 Introduction",
    "### 3.1 Revision History",
    table(["Version", "Change"], [[version, "Made for this version; what changed in it is in CHANGELOG.md"]]),
    "### 3.2 Audience",
    "Those who connect Scopeline to an archive, a worklist or a router: PACS administrators and integrators. They are expected to know DICOM.",
    "### 3.3 Remarks",
    "This statement says what was built. It does not replace a test of the two systems with each other: the fit test of Scopeline tries a node with everything it may be sent and proposes the settings for it.",
    "### 3.4 Terms and Definitions",
    list([
      "**Box**: one Scopeline. **Node**: a remote system of the settings, with roles.",
      "**Capture**: a still or clip on the disk of the box. **Rendition**: what it becomes for a node: the original, or another encoding of it.",
      "**Held**: waits for a person, with the reason on the screen. **Safe**: the node has committed to keep it, or lists it.",
    ]),
    "### 3.5 Abbreviations",
    "AE Application Entity; IOD Information Object Definition; MPPS Modality Performed Procedure Step; MWL Modality Worklist; SCP, SCU Service Class Provider, User; SOP Service-Object Pair; SR Structured Report; UID Unique Identifier.",
    "### 3.6 References",
    "DICOM PS3.1 to PS3.22; RFC 9325 (BCP 195); RFC 9110; RFC 6750 and RFC 7617 (bearer token, basic authentication).",
  );
}

export function model({ station }: Settings): string {
  return blocks(
    "## 4 Implementation Model",
    "### 4.1 Application Entities and Data Flow",
    `One Application Entity, ${station.aeTitle}: as requestor it calls every node under this AE title, as acceptor it answers under it.`,
    [
      "```",
      "  worklist  <----- C-FIND -------------------------  +-------------+",
      "  RIS       <----- MPPS N-CREATE, N-SET -----------  |             |  <--- picture of the",
      "  archive   <----- C-STORE or STOW-RS -------------  |  SCOPELINE  |       microscope",
      "  archive   <----- N-ACTION (commitment) ----------  |     AE      |",
      "  archive   <----- C-FIND or QIDO-RS (proof) ------  |             |",
      "  archive   -----> N-EVENT-REPORT (commitment) --->  |             |",
      "  anybody   -----> C-ECHO ------------------------>  +-------------+",
      "```",
    ].join("\n"),
    "#### 4.1.1 Functional Definition of the Scopeline Application Entity",
    list([
      "**Worklist**: asks the nodes with the role worklist at a set interval, and for one patient when a person searches; keeps the last list when the node is away.",
      "**Procedure**: a person picks an item, several, or types a patient; an MPPS instance begins with it and ends with its completion or discontinuation.",
      "**Send**: after completion and the hold window each capture is composed and owed to the nodes that the rules of routing name. Everything owed is on the disk and survives a restart; a SOP Instance UID never changes, so that sending again is harmless.",
      "**Proof**: what was stored is asked to be committed, or, weaker, looked for by query; what is missing is sent again.",
      "**Port**: answers C-ECHO, and takes the reports of storage commitment.",
      "**Fit test**: when a person asks for it, tries one node with synthetic instances.",
    ]),
  );
}
