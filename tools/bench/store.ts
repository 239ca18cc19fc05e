import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startStorescp } from "../../test/support/peers.ts";
import { type Bench, bounded, compared, type Figure } from "./figure.ts";
import { makeInstances } from "./instances.ts";
import { measureChild, run } from "./run.ts";

/** DCMTK's storescu, as fast as it goes: without Nagle, with the largest PDU, proposing only what is sent. */
function storescu(port: number, kind: "still" | "clip", files: readonly string[]) {
  const propose = kind === "still" ? "-xy" : "-xn";
  const args = [
    "-R",
    propose,
    "-pdu",
    "131072",
    "--max-send-pdu",
    "131072",
    "-aec",
    "ANY-SCP",
    "127.0.0.1",
    String(port),
    ...files,
  ];
  return run("storescu", args, { TCP_NODELAY: "1" });
}

function storeBench(name: string, kind: "still" | "clip", count: number, sizeBytes: number): Bench {
  return {
    name,
    what: `C-STORE of ${count} × ${sizeBytes / 1e6} MB on one association, against DCMTK storescu to the same storescp`,
    run: (rounds) => measure(name, kind, count, sizeBytes, rounds),
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
    const files = instances.map((instance) => instance.file);
    const received = join(directory, "received");
    await mkdir(received);
    await using peer = await startStorescp({ directory: received, extraArguments: ["+B", "-pdu", "131072", "+xa"] });
    const ours: number[] = [];
    const theirs: number[] = [];
    let peakMb = 0;
    const forget = async () => {
      await rm(received, { recursive: true });
      await mkdir(received);
    };
    // The first of each warms the page cache and is not counted.
    for (let round = -1; round < rounds; round += 1) {
      const measured = await measureChild("store-child.ts", [String(peer.port), ...files]);
      await forget();
      const reference = await storescu(peer.port, kind, files);
      await forget();
      if (round < 0) continue;
      ours.push(measured.ms);
      theirs.push(reference.ms);
      peakMb = Math.max(peakMb, measured.peakMb);
    }
    return [compared(name, "ms", ours, theirs, 1.1), bounded(`${name}.memory`, "MB", peakMb, 150)];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

export const storeBenches: readonly Bench[] = [
  storeBench("store.1gb", "clip", 1, 1_000_000_000),
  storeBench("store.200x400kb", "still", 200, 400_000),
];
