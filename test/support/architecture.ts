import path from "node:path";

export interface SourceFile {
  /** From the root of the project, `src/store/store.ts`. */
  readonly file: string;
  /** Files from the root of the project, or package names as written. */
  readonly imports: readonly string[];
  readonly text?: string;
}

/** The rooms that `api` and `conformance` may look into. */
const everyRoom = ["alarms", "audit", "capture", "devices", "dicom", "dicomweb", "dimse", "encoding", "export"].concat([
  "fit",
  "hl7",
  "lib",
  "outbox",
  "procedures",
  "proof",
  "retention",
  "sounds",
  "store",
  "triggers",
  "users",
  "worklist",
]);

/** The rooms and what each may import: the table in docs/ARCHITECTURE.md. */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  lib: [],
  dicom: ["lib"],
  store: ["lib"],
  config: ["lib", "dicom"],
  audit: ["store", "lib"],
  dimse: ["dicom", "lib"],
  dicomweb: ["dicom", "lib"],
  devices: ["dicom", "lib"],
  capture: ["devices", "store", "lib"],
  encoding: ["capture", "devices", "dicom", "lib"],
  worklist: ["dimse", "dicom", "store", "audit", "lib"],
  hl7: ["worklist", "store", "audit", "lib"],
  outbox: ["dimse", "dicomweb", "encoding", "dicom", "store", "audit", "lib"],
  procedures: ["worklist", "capture", "encoding", "outbox", "devices", "dicom", "store", "audit", "lib"],
  proof: ["dicom", "store", "audit", "lib"],
  retention: ["store", "audit", "lib"],
  sounds: ["lib"],
  triggers: ["capture", "store", "audit", "lib"],
  alarms: ["store", "lib"],
  fit: ["dimse", "dicomweb", "encoding", "capture", "devices", "dicom", "lib"],
  users: ["store", "audit", "lib"],
  export: ["procedures", "dicom", "store", "audit", "lib"],
  hospital: ["dicom", "lib"],
  // The statement tells of the settings as well as of the code.
  conformance: [...everyRoom, "config"],
  api: [...everyRoom, "conformance"],
  // Not part of the product: it composes the simulated hospital and the product, each as a process of its own.
  demo: ["hospital", "lib"],
};

const mayStartProcesses = ["devices", "capture", "encoding", "triggers", "sounds", "demo"];

/** The room of a file under src/; `main` for those directly in src/, which compose and may import everything. */
function roomOf(file: string): string {
  const parts = file.split("/");
  return parts.length > 2 ? (parts[1] ?? "") : "main";
}

const isTest = (file: string): boolean => /\.test\.tsx?$/.test(file);

/** Every breach of the import rule in words; empty when all is well. */
export function violations(files: readonly SourceFile[]): string[] {
  if (files.length === 0) return ["no files were seen under src/: the rule was not tested"];
  return [...files.flatMap(fileViolations), ...cycles(files)];
}

function fileViolations({ file, imports, text }: SourceFile): string[] {
  const room = roomOf(file);
  if (room === "main") return [];
  const allowed = mayImport[room];
  if (!allowed) return [`${file}: src/${room} is not a room; add it to the table in docs/ARCHITECTURE.md and here`];
  const wrong = imports.flatMap((target) => {
    if (isTest(file) && target.startsWith("test/")) return [];
    if (target === "node:child_process" || target === "child_process") {
      const allowedHere = mayStartProcesses.includes(room) || isTest(file);
      return allowedHere ? [] : [`${file} imports node:child_process; only ${mayStartProcesses.join(", ")} may`];
    }
    if (!target.includes("/") || target.startsWith("@") || !/^(src|test|ui|tools|\.\.)\//.test(target)) return [];
    if (!target.startsWith("src/")) return [`${file} imports ${target}, which is outside src/`];
    const other = roomOf(target);
    return other === room || allowed.includes(other) ? [] : [`${file} imports ${target}: ${room} may not use ${other}`];
  });
  const exits = !isTest(file) && text && /\bprocess\.exit\(/.test(text) && !file.endsWith("/main.ts");
  return exits ? [...wrong, `${file} calls process.exit; only a main.ts may`] : wrong;
}

/** Each cycle of imports between files, as `cycle: a -> b -> a`. */
function cycles(files: readonly SourceFile[]): string[] {
  const graph = new Map(files.map(({ file, imports }) => [file, imports]));
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, trail: readonly string[]): void => {
    const at = trail.indexOf(file);
    if (at >= 0) {
      found.push(`cycle: ${[...trail.slice(at), file].join(" -> ")}`);
      return;
    }
    if (done.has(file)) return;
    for (const target of graph.get(file) ?? []) if (graph.has(target)) visit(target, [...trail, file]);
    done.add(file);
  };
  for (const file of graph.keys()) visit(file, []);
  return found;
}

/** What a file imports, in any form TypeScript has; relative paths come back from the root of the project. */
export function importsOf(file: string, text: string): string[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");
  const forms = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)(["'])([^"'\n]+)\1/g;
  return [...code.matchAll(forms)].map((match) => {
    const target = match[2] ?? "";
    return target.startsWith(".") ? path.posix.join(path.posix.dirname(file), target) : target;
  });
}

/** Tests that are switched off: only `describePeer` may skip, and it says why. */
export function skipsWithoutReason(files: readonly SourceFile[]): string[] {
  const switchedOff = /\b(?:it|test|describe)(?:\.\w+)*\.(?:skip|only|todo|fails|skipIf|runIf)\b|\b(?:xit|xdescribe)\(/;
  return files.filter(({ text }) => text && switchedOff.test(text)).map(({ file }) => `${file} switches a test off`);
}

/** The table of rooms in docs/ARCHITECTURE.md: each room and what its last column says. */
export function roomsOf(markdown: string): ReadonlyMap<string, string> {
  const rows = markdown.matchAll(/^\| `(?!src\/)([a-z0-9]+)\/` \|.*\| ([^|\n]*) \|$/gm);
  return new Map([...rows].map((row) => [String(row[1]), String(row[2])]));
}

/** What the last column of that table says of a list of rooms. */
export function inWords(allowed: readonly string[]): string {
  if (allowed.length === 0) return "–";
  const all = Object.keys(mayImport);
  const missing = all.filter((room) => !allowed.includes(room) && !["api", "demo", "conformance"].includes(room));
  return allowed.length >= everyRoom.length ? `all but ${missing.sort().join(", ")}` : allowed.join(", ");
}
