import { spawn } from "node:child_process";
import { once } from "node:events";
import { createReadStream, createWriteStream } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { sopClasses } from "../../src/dicom/dicom.ts";
import { type Bench, bounded, compared, type Figure } from "./figure.ts";
import { type BenchInstance, makeInstances, quick } from "./instances.ts";
import { measureChild, run } from "./run.ts";

const boundary = "bench5f0c7a52e2d14a5b";

/** The request's body as a file, for curl: it cannot put one together from files without buffering or a form. */
async function multipartFile(directory: string, instances: readonly BenchInstance[]): Promise<string> {
  const path = join(directory, "body");
  const out = createWriteStream(path);
  for (const { file } of instances) {
    out.write(`--${boundary}\r\nContent-Type: application/dicom\r\n\r\n`);
    for await (const chunk of createReadStream(file)) if (!out.write(chunk)) await once(out, "drain");
    out.write("\r\n");
  }
  out.end(`--${boundary}--\r\n`);
  await once(out, "close");
  return path;
}

/** curl, streaming, with the largest buffer it has; its own account of the time, without its start. */
async function curl(url: string, body: string): Promise<number> {
  const type = `Content-Type: multipart/related; type="application/dicom"; boundary=${boundary}`;
  const request = ["-X", "POST", "-T", body, "-H", type, "-H", "Accept: application/dicom+json", "-H", "Expect:"];
  const { stdout } = await run("curl", [
    "-sSf",
    "-o",
    "/dev/null",
    "-w",
    "%{time_total}",
    ...request,
    `${url}/studies`,
  ]);
  return Number(stdout) * 1000;
}

async function startReceiver(directory: string, kind: "still" | "clip", instances: readonly BenchInstance[]) {
  const sopClass = kind === "still" ? sopClasses.secondaryCapture : sopClasses.videoMicroscopic;
  const list = join(directory, "references");
  await writeFile(list, instances.map(({ sopInstanceUid }) => `${sopClass.uid} ${sopInstanceUid}\n`).join(""));
  const script = new URL("children/stow-receiver.py", import.meta.url).pathname;
  const child = spawn("/usr/bin/python3", [script, list], { stdio: ["ignore", "pipe", "inherit"] });
  const [port] = (await once(createInterface(child.stdout), "line")) as [string];
  return { url: `http://127.0.0.1:${port}`, [Symbol.dispose]: () => void child.kill() };
}

function stowBench(name: string, kind: "still" | "clip", count: number, sizeBytes: number): Bench {
  return {
    name,
    what: `STOW-RS of ${count} × ${sizeBytes / 1e6} MB in one POST, against curl with the same body to the same receiver`,
    run: (rounds, isQuick) => {
      const size = isQuick ? quick(count, sizeBytes) : { count, sizeBytes };
      return measure(name, kind, size.count, size.sizeBytes, rounds);
    },
  };
}

async function measure(
  name: string,
  kind: "still" | "clip",
  count: number,
  sizeBytes: number,
  rounds: number,
): Promise<Figure[]> {
  const directory = await mkdtemp(join(tmpdir(), "scopeline-bench-"));
  try {
    const instances = await makeInstances(directory, kind, count, sizeBytes);
    const body = await multipartFile(directory, instances);
    using receiver = await startReceiver(directory, kind, instances);
    const ours: number[] = [];
    const theirs: number[] = [];
    let peakMb = 0;
    // The first of each warms the page cache and is not counted.
    for (let round = -1; round < rounds; round += 1) {
      const measured = await measureChild("stow-child.ts", [receiver.url, ...instances.map(({ file }) => file)]);
      const reference = await curl(receiver.url, body);
      if (round < 0) continue;
      ours.push(measured.ms);
      theirs.push(reference);
      peakMb = Math.max(peakMb, measured.peakMb);
    }
    return [compared(name, "ms", ours, theirs, 1.1), bounded(`${name}.memory`, "MB", peakMb, 150)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const stowBenches: readonly Bench[] = [
  stowBench("stow.1gb", "clip", 1, 1_000_000_000),
  stowBench("stow.200x400kb", "still", 200, 400_000),
];
