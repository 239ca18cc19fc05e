import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import path from "node:path";

/** The programs that tests may need, and the Debian package each comes from. */
const packages = {
  storescp: "dcmtk",
  storescu: "dcmtk",
  echoscu: "dcmtk",
  findscu: "dcmtk",
  wlmscpfs: "dcmtk",
  dcmdump: "dcmtk",
  dump2dcm: "dcmtk",
  dcmftest: "dcmtk",
  dcm2pnm: "dcmtk",
  dcmj2pnm: "dcmtk",
  dcmdjpeg: "dcmtk",
  dcmdjpls: "dcmtk",
  Orthanc: "orthanc",
  "orthanc-dicomweb": "orthanc-dicomweb",
  dciodvfy: "dicom3tools",
  dcdump: "dicom3tools",
  gdcminfo: "libgdcm-tools",
  gdcmdump: "libgdcm-tools",
  gdcmconv: "libgdcm-tools",
  pydicom: "python3-pydicom",
  odil: "python3-odil",
  prometheus_client: "python3-prometheus-client",
  chromium: "chromium",
  mediainfo: "mediainfo",
  ffmpeg: "ffmpeg",
  ffprobe: "ffmpeg",
} as const;
export type Peer = keyof typeof packages;

/** Where a program is, Debian's folders for daemons included; undefined when it is not installed. */
function find(peer: Peer): string | undefined {
  if (peer === "pydicom" || peer === "odil" || peer === "prometheus_client") {
    // Debian's own Python, whatever other one comes first in PATH.
    const python = "/usr/bin/python3";
    return spawnSync(python, ["-c", `import ${peer}`]).status === 0 ? python : undefined;
  }
  if (peer === "orthanc-dicomweb") return firstExecutable(["/usr/share/orthanc/plugins/libOrthancDicomWeb.so"]);
  const folders = [...(process.env.PATH ?? "").split(path.delimiter), "/usr/bin", "/usr/sbin", "/usr/local/bin"];
  return firstExecutable(
    folders.filter(Boolean).map((folder) => path.join(folder, peer)),
    constants.X_OK,
  );
}

function firstExecutable(files: readonly string[], mode = constants.R_OK): string | undefined {
  return files.find((file) => {
    try {
      accessSync(file, mode);
      return true;
    } catch {
      return false;
    }
  });
}

const found = new Map<Peer, string | undefined>();

/** Why a peer cannot be used, as one line; undefined when it can. */
export function whyNot(peer: Peer): string | undefined {
  if (!found.has(peer)) found.set(peer, find(peer));
  return found.get(peer) ? undefined : `${peer} is not installed (apt-get install ${packages[peer]})`;
}

/** The path of a peer's program. Throws, with what to install, when there is none. */
export function need(peer: Peer): string {
  const reason = whyNot(peer);
  const program = found.get(peer);
  if (reason || !program) throw new Error(reason);
  return program;
}
