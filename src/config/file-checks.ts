import { access, constants, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { listAt, type Place, textAt } from "./place.ts";
import type { Finding } from "./problems.ts";

/** What the disk says about the paths in the settings. Takes absolute paths; writes nothing. */
export async function fileFindings(value: unknown): Promise<Finding[]> {
  const findings: Finding[] = [];
  const directory = textAt(value, ["storage", "directory"]);
  if (directory !== undefined && directory !== "") {
    const reason = await whyNotWritable(directory);
    if (reason !== undefined) findings.push({ place: ["storage", "directory"], at: "value", message: reason });
  }
  const logFile = textAt(value, ["log", "file"]);
  if (logFile !== undefined && logFile !== "") {
    const reason = await whyNotWritable(dirname(logFile));
    if (reason !== undefined) findings.push({ place: ["log", "file"], at: "value", message: reason });
    else if (await isDirectory(logFile)) {
      findings.push({ place: ["log", "file"], at: "value", message: `must be a file; ${logFile} is a folder` });
    }
  }
  const ffmpeg = textAt(value, ["ffmpeg", "path"]);
  if (ffmpeg !== undefined && ffmpeg !== "" && !(await isProgram(ffmpeg))) {
    const message = `is not a program that can be run: ${ffmpeg}. Correct the path, or remove the line to use the system's ffmpeg`;
    findings.push({ place: ["ffmpeg", "path"], at: "value", message });
  }
  for (const place of readFilePlaces(value)) {
    const file = textAt(value, place);
    if (file === undefined || file === "") continue;
    const reason = await whyNotReadable(file);
    if (reason !== undefined) findings.push({ place, at: "value", message: reason });
  }
  return findings;
}

/** The places of certificates, keys, tokens and passwords. */
export function readFilePlaces(value: unknown): Place[] {
  const credentials = ["caFile", "certificateFile", "keyFile", "tokenFile", "passwordFile"];
  const sections: Place[] = [
    ["listener", "tls"],
    ["alarms", "webhook"],
    ["alarms", "email"],
    ...listAt(value, ["nodes"]).flatMap((_node, index): Place[] => [
      ["nodes", index, "tls"],
      ["nodes", index, "dicomweb"],
    ]),
  ];
  return sections.flatMap((section) => credentials.map((key): Place => [...section, key]));
}

async function whyNotReadable(file: string): Promise<string | undefined> {
  const refused = await access(file, constants.R_OK).then(
    async () => ((await isDirectory(file)) ? "is a folder" : undefined),
    (error: unknown) => `cannot be read (${codeOf(error)})`,
  );
  return refused && `${refused}: ${file}. Correct the path, or give Scopeline's user the right to read it`;
}

/** Undefined when the folder is there and writable, or can be made. */
async function whyNotWritable(folder: string): Promise<string | undefined> {
  let here = folder;
  while (true) {
    const found = await stat(here).catch((error: unknown) => codeOf(error));
    if (typeof found !== "string") {
      if (!found.isDirectory()) return `must be a folder; ${here} is a file`;
      break;
    }
    if (found === "ENOTDIR" || found === "ENOENT") {
      if (dirname(here) === here) return `cannot be reached (${found}): ${here}`;
      here = dirname(here);
    } else return `cannot be reached (${found}): ${here}. Correct the path or its permissions`;
  }
  const refused = await access(here, constants.W_OK | constants.X_OK).then(
    () => undefined,
    (error: unknown) => codeOf(error),
  );
  if (refused === undefined) return undefined;
  return `is not writable (${refused}): ${here}. Choose another folder or give Scopeline's user the right to write there`;
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    async () => !(await isDirectory(path)),
    () => false,
  );
}

export function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : "unknown error";
}
