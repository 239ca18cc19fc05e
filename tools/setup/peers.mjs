import { existsSync } from "node:fs";
import { aptInstall } from "./apt.mjs";
import { findProgram, run, say } from "./run.mjs";

/** The software that the tests talk to, by Debian package, and what shows that it is there. */
const peers = {
  dcmtk: () => findProgram("storescp"),
  orthanc: () => findProgram("Orthanc"),
  "orthanc-dicomweb": () => existsSync("/usr/share/orthanc/plugins/libOrthancDicomWeb.so"),
  dicom3tools: () => findProgram("dciodvfy"),
  "libgdcm-tools": () => findProgram("gdcmconv"),
  "python3-pydicom": async () => (await run("/usr/bin/python3", ["-c", "import pydicom"])).code === 0,
  "python3-prometheus-client": async () =>
    (await run("/usr/bin/python3", ["-c", "import prometheus_client"])).code === 0,
  "python3-odil": async () => (await run("/usr/bin/python3", ["-c", "import odil"])).code === 0,
  chromium: () => findProgram("chromium"),
  // Names in the worklist are German, Czech, Vietnamese and Japanese; without a font the screen shows boxes.
  "fonts-dejavu-core": () => existsSync("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf"),
  "fonts-wqy-microhei": () =>
    ["truetype/wqy/wqy-microhei.ttc", "opentype/noto/NotoSansCJK-Regular.ttc"].some((file) =>
      existsSync(`/usr/share/fonts/${file}`),
    ),
  mediainfo: () => findProgram("mediainfo"),
};

/** Installs what is missing where that is possible, and says what is not; the tests that need it say so again. */
export async function ensurePeers() {
  const missing = await missingPeers();
  if (missing.length === 0) return;
  const reason = await aptInstall(missing);
  if (!reason) return;
  // One package that cannot be had must not keep the others away.
  const reasons = missing.length > 1 ? await oneByOne(missing) : [`${missing[0]}: ${reason}`];
  for (const text of reasons) say(`a peer for the tests could not be installed: ${text}`);
}

async function missingPeers() {
  const found = await Promise.all(Object.entries(peers).map(async ([name, isThere]) => [name, await isThere()]));
  return found.filter(([, isThere]) => !isThere).map(([name]) => name);
}

async function oneByOne(names) {
  const reasons = [];
  for (const name of names) {
    const reason = await aptInstall([name]);
    if (reason) reasons.push(`${name}: ${reason}`);
  }
  return reasons;
}
