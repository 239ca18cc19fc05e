/**
 * `npm run test:appliance`: Scopeline against a V4L2 device of a real kernel, in a virtual machine whose power is cut in
 * the middle of a clip. Ends with 1 and the reason when anything is not so, and when the machine cannot be started.
 * With the argument `formats` only the last boot: the other formats that cards deliver.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { buildInitramfs, fetchKernel } from "./kernel.ts";
import { buildLoopback } from "./loopback.ts";
import { type Phase, steps } from "./report.ts";
import { run } from "./run.ts";
import { type Said, Vm } from "./vm.ts";

const project = resolve(import.meta.dirname, "../..");
/** A camera and an HDMI input; as most cards it cannot scale: what arrives by HDMI has the size of the signal. */
const vivid = "n_devs=1 node_types=0x1 num_inputs=2 input_types=0xc ccs_cap_mode=0";
/** A USB grabber: what it gives is written into it by `grabber.ts`. */
const loopback = "video_nr=9 exclusive_caps=1 max_buffers=32 card_label=Grabber";
/** A step may take so long: the processor is emulated, and the host may have other work. */
const patienceMs = 480_000;
/** Of recording before the power is cut. */
const recordSeconds = 6;

const tell = (text: string): void => {
  process.stdout.write(`${text}\n`);
};

async function main(): Promise<void> {
  const cache = join(project, ".cache/appliance");
  await mkdir(cache, { recursive: true });
  const kernel = await fetchKernel(cache);
  tell(`kernel ${kernel.version}, vivid ${vivid}`);
  const directory = await mkdtemp(join(cache, "run-"));
  const init = join(import.meta.dirname, "init.sh");
  const initramfs = await buildInitramfs(directory, {
    ...{ kernel, vivid, node: process.execPath, project, init },
    loopback: { file: await buildLoopback(kernel, cache), parameters: loopback },
  });
  const disk = join(directory, "disk.img");
  await run("mke2fs", ["-q", "-t", "ext4", disk, "512M"]);
  const boot: Boot = (phase, more = "") =>
    new Vm(
      {
        ...{ kernelImage: kernel.image, initramfs, disk, append: `appliance.phase=${phase} ${more}` },
        consoleFile: join(directory, `${phase}.console`),
      },
      (line) => tell(`    ${line}`),
    );

  const [only] = process.argv.slice(2);
  if (only !== "formats") await withPowerCut(boot);
  tell("a boot for other formats");
  await poweredOff(boot("formats"), toItsEnd("formats"));
  await rm(directory, { recursive: true });
  tell("passed: a V4L2 device, its plug, its mode, its formats, and a power cut");
}

type Boot = (phase: Phase, more?: string) => Vm;

async function withPowerCut(boot: Boot): Promise<void> {
  tell("first boot");
  const last = await poweredOff(boot("first"), async (vm) => {
    await follow(vm, "first");
    // The guest goes on telling how far it has recorded; at some moment the power goes.
    for (const endAt = recordSeconds + Math.random(); ; ) {
      const said = await heard(vm);
      if (Number(said.seconds) >= endAt) return said;
    }
  });
  tell(`  the power is cut ${Number(last.seconds).toFixed(1)} s into clip ${String(last.clipId)}, frame ${last.seq}`);
  tell("second boot");
  await poweredOff(boot("second", `appliance.seq=${String(last.seq)}`), toItsEnd("second"));
}

/** Every step of the phase, and the machine switches itself off. */
function toItsEnd(phase: Phase): (vm: Vm) => Promise<void> {
  return async (vm) => {
    await follow(vm, phase);
    const { step } = await heard(vm);
    if (step !== "end") throw new Error(`the guest said ${step} where it should have ended`);
    await vm.ended(30_000);
  };
}

/** The machine is off when this ends, in whatever way. */
async function poweredOff<T>(vm: Vm, work: (vm: Vm) => Promise<T>): Promise<T> {
  try {
    return await work(vm);
  } finally {
    await vm.kill();
  }
}

/** Waits for each step of the phase, in its order. */
async function follow(vm: Vm, phase: Phase): Promise<void> {
  for (const wanted of steps[phase]) {
    const said = await heard(vm);
    if (said.step !== wanted) throw new Error(`the guest said ${said.step} where ${wanted} was due`);
    const { step, ...facts } = said;
    tell(`  ok ${step} ${JSON.stringify(facts)}`);
  }
}

async function heard(vm: Vm): Promise<Said> {
  const said = await vm.next(patienceMs);
  if (said.step === "failed") throw new Error(`in the guest: ${String(said.reason)}`);
  return said;
}

try {
  await main();
} catch (error) {
  tell(`FAILED: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
