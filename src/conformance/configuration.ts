/** Section 6: what can be set, and what is set here. */
import type { Settings } from "../config/config.ts";
import { blocks, code, list, table } from "./markdown.ts";

export function configuration(settings: Settings): string {
  const { station, listener, nodes, worklist, procedures } = settings;
  return blocks(
    "## 6 Configuration",
    "### 6.1 General Configuration Parameters",
    "One YAML file, by hand; [settings.md](settings.md) names every key with its range and default. A change takes effect at the next start. No secret is in this statement.",
    table(
      ["Parameter", "Key", "Value here"],
      [
        ["AE title of this box", code("station.aeTitle"), station.aeTitle],
        ["Station Name", code("station.stationName"), station.stationName],
        ["Institution Name", code("station.institutionName"), station.institutionName ?? "none"],
        ["Institutional Department Name", code("station.departmentName"), station.departmentName ?? "none"],
        ["Device Serial Number", code("station.serialNumber"), station.serialNumber ?? "none"],
        ["UID root", code("station.uidRoot"), station.uidRoot ?? "2.25"],
        ["Port", code("listener.port"), listener.enabled ? String(listener.port) : "none"],
        ["Port for TLS", code("listener.tls.port"), listener.tls === undefined ? "none" : String(listener.tls.port)],
        ["Hold window", code("procedures.holdWindowMinutes"), `${procedures.holdWindowMinutes} min`],
      ],
    ),
    "### 6.2 Configuration of DIMSE Services",
    "**Remote Application Entities**",
    table(
      ["Node", "AE title", "Host", "Port", "TLS", "Roles"],
      nodes.map(({ name, aeTitle, host, port, tls, roles }) => [
        name,
        ...[aeTitle ?? "–", host ?? "–", port === undefined ? "–" : String(port), tls ? "Y" : "N", roles.join(", ")],
      ]),
    ),
    "#### 6.2.1 Basic Worklist Management Service",
    table(
      ["Parameter", "Key", "Value here"],
      [
        ["Scheduled Station AE Title", code("worklist.stationAeTitle"), worklist.stationAeTitle],
        ["Modality", code("worklist.modality"), worklist.modality ?? "any"],
        ["Days before today", code("worklist.daysBack"), String(worklist.daysBack)],
        ["Days after today", code("worklist.daysAhead"), String(worklist.daysAhead)],
        ["Interval", code("worklist.refreshS"), `${worklist.refreshS} s`],
        ["Most answers", code("worklist.maxItems"), String(worklist.maxItems)],
      ],
    ),
    "#### 6.2.2 Modality Performed Procedure Step Service",
    "The role `mpps` of a node.",
    "#### 6.2.5 Storage Service",
    "The role `storage`; which node gets which capture is decided by `routing`.",
    table(
      ["Node", "Associations", "Clips", "Character set", "Largest instance", "Fragmentable", "Stills", "Clips as"],
      nodes.filter(({ roles }) => roles.includes("storage")).map(storageCells),
    ),
    "#### 6.2.6 Storage Commitment Service",
    "The role `commitment`. The administrator of the node has to enter AE title, address and port of this box.",
    table(
      ["Node", "Report within", "Asked again"],
      nodes
        .filter(({ roles }) => roles.includes("commitment"))
        .map(({ name, commitment }) => [name, `${commitment.reportWithinMinutes} min`, `${commitment.askAgain} times`]),
    ),
    "#### 6.2.7 Query/Retrieve Service",
    "The role `query`.",
    "### 6.3 Configuration of DICOM Web Services",
    web(settings),
    "### 6.4 Configuration of Media Storage Service",
    "None.",
    "### 6.5 Configuration of Real-Time Video Service",
    "None.",
    "### 6.6 Configuration of Audit Trail - Syslog",
    "None: the audit is kept in the database of the box.",
  );
}

type Node = Settings["nodes"][number];

function storageCells({ name, sending, encoding }: Node): string[] {
  const { associations, clipMegabitsPerS, clipsFrom, clipsUntil } = sending;
  const pace = clipMegabitsPerS === undefined ? "any rate" : `${clipMegabitsPerS} Mbit/s`;
  const window = clipsFrom === undefined || clipsUntil === undefined ? "any time" : `${clipsFrom} to ${clipsUntil}`;
  const { characterSet, maxInstanceBytes, fragmentable, stills, clips } = encoding;
  return [
    ...[name, String(associations), `${pace}, ${window}`, characterSet, `${maxInstanceBytes} bytes`],
    ...[fragmentable ? "Y" : "N", stills.join(", "), clips.join(", ")],
  ];
}

function web({ nodes }: Settings): string {
  const rows = nodes.flatMap(({ name, dicomweb }) => {
    if (dicomweb === undefined) return [];
    const { url, uses, tokenFile, user } = dicomweb;
    const who = tokenFile !== undefined ? "bearer token" : user !== undefined ? "basic" : "none";
    return [[name, url, uses.join(", "), who]];
  });
  if (rows.length === 0) return "No node has a DICOMweb address in these settings (`nodes[].dicomweb`).";
  return blocks(
    table(["Node", "Address", "Uses", "Authentication"], rows),
    list(["Timeouts: as those of the node in 7.2.1.2."]),
  );
}
