/** Section 8 and Annexes A.B, A.C, A.D, A.E. */
import type { Settings } from "../config/config.ts";
import { tlsProfile } from "../dimse/tls-profile.ts";
import { discontinuationReasons, wrongEntrySelected } from "../procedures/procedures.ts";
import { blocks, code, list, table } from "./markdown.ts";
import { mappingTable } from "./worklist-tables.ts";

export function security(settings: Settings): string {
  const { listener, nodes, server } = settings;
  return blocks(
    "## 8 Security",
    "### 8.1 Introduction",
    "Scopeline is meant for the hospital's own network. It sends to no other system than the nodes, and the webhook and mail server of the alarms, which get no patient data.",
    "### 8.2 External Network Requirements",
    "IP, name resolution where nodes are given by name, and a clock that the operating system keeps right. No DHCP, LDAP or SSO of its own.",
    "### 8.3 TCP Port Configuration",
    table(
      ["Port", "For", "Direction"],
      [
        ...(listener.enabled ? [[String(listener.port), "DICOM (C-ECHO, N-EVENT-REPORT)", "in"]] : []),
        ...(listener.tls === undefined ? [] : [[String(listener.tls.port), "DICOM over TLS", "in"]]),
        [String(server.port), "HTTP: screen, API, metrics", "in"],
        ...nodes.flatMap(({ name, port, tls }) =>
          port === undefined ? [] : [[String(port), `${name}, DICOM${tls ? " over TLS" : ""}`, "out"]],
        ),
        ...nodes.flatMap(({ name, dicomweb }) =>
          dicomweb === undefined ? [] : [[webPort(dicomweb.url), `${name}, DICOMweb`, "out"]],
        ),
      ],
    ),
    "### 8.4 DICOM Security Profiles Support",
    list([
      "8.4.1 Secure Use and User Identity: none.",
      "8.4.2 Secure Transport Connection: BCP 195 (RFC 9325) as requestor and as acceptor, where it is set; see A.C.2.",
      "8.4.3 Media Storage Security: none. 8.4.4 Attribute Confidentiality: none. 8.4.5 Digital Signature: none.",
      "8.4.6 Additional: the audit rows of the box are chained by SHA-256; `scopeline check` finds a changed row.",
    ]),
    "### 8.5 User Identity Negotiation Support",
    "None, as initiator and as acceptor.",
    "### 8.6 Web Services Security Features",
    "As User Agent: HTTPS with TLS 1.2 or 1.3, the server's certificate and name always checked against the system's authorities or a given one; a client certificate; a bearer token or basic authentication, read from a file for each request and sent to the address of the node only.",
    "### 8.7 Other Security Features",
    "Instances lie unencrypted on the disk of the box, readable by its account only: encryption of the disk is the operating system's. The log holds no patient data.",
  );
}

function webPort(url: string): string {
  const { port, protocol } = new URL(url);
  return port === "" ? (protocol === "https:" ? "443" : "80") : port;
}

export function annexB(): string {
  return blocks("## Annex A.B: Structured Report Content Encoding", "None: no Structured Reports are created.");
}

export function annexC({ listener }: Settings): string {
  const client = listener.tls?.requireClientCertificate === true ? "required" : "not asked for";
  return blocks(
    "## Annex A.C: Security Details",
    "### A.C.1 External Network Requirement Details",
    "Time synchronisation, address management and name resolution are those of the operating system. No DICOM Application Configuration Management.",
    "### A.C.2 DICOM Security Profile Details",
    table(
      ["Secure Transport Connection", "DIMSE, as requestor", "DIMSE, as acceptor"],
      [
        ["Versions", ...both(`${tlsProfile.minVersion} to ${tlsProfile.maxVersion}`)],
        ["Cipher suites (OpenSSL)", ...both(tlsProfile.ciphers.split(":").map(code).join(", "))],
        ["Certificate of the peer", "always checked, with its name", client],
        ["Own certificate", "where it is set for the node", "always"],
        ["Authorities", "of the system, or of a file of the node", "of a file"],
        ["New files", ...both("count from the next association on")],
        ["Expiry", ...both("an alarm is raised before: alarms.certificateDays")],
        [
          "Port",
          "as set for the node",
          listener.tls === undefined ? "none in these settings" : String(listener.tls.port),
        ],
      ],
    ),
  );
}

const both = (text: string): [string, string] => [text, text];

export function annexD(): string {
  return blocks(
    "## Annex A.D: Mapping of Attributes",
    "Found by composing: an attribute that changes when the worklist's answer does is mapped from it.",
    mappingTable(),
  );
}

export function annexE(): string {
  return blocks(
    "## Annex A.E: Code Set Usage",
    table(
      ["Attribute", "Codes"],
      [
        [
          "Anatomic Region Sequence",
          "of the device profile, any scheme; else (123037004, SCT, Body structure) in video",
        ],
        [
          "Purpose of Reference Code Sequence of contributing equipment (CID 7005)",
          "(109101, DCM, Acquisition Equipment)",
        ],
        [
          "Purpose of Reference Code Sequence of source images (CID 7202)",
          "(121322, DCM, Source image for image processing operation)",
        ],
        ["Derivation Code Sequence (CID 7203)", "(113040, DCM, Lossy Compression), (113085, DCM, Spatial resampling)"],
        [
          "Performed Procedure Step Discontinuation Reason Code Sequence (CID 9301)",
          [...discontinuationReasons, wrongEntrySelected]
            .toSorted((a, b) => a.codeValue.localeCompare(b.codeValue))
            .map(
              ({ codeValue, codingSchemeDesignator, codeMeaning }) =>
                `(${codeValue}, ${codingSchemeDesignator}, ${codeMeaning})`,
            )
            .join(", "),
        ],
        ["Codes of the order", "as the worklist sends them"],
      ],
    ),
  );
}
