import { aptInstall } from "./apt.mjs";
import { findProgram } from "./run.mjs";

/** What the test of the appliance needs to boot a virtual machine, by Debian package. */
const needed = {
  "qemu-system-x86": "qemu-system-x86_64",
  "busybox-static": "busybox",
  cpio: "cpio",
  kmod: "depmod",
  "v4l-utils": "v4l2-ctl",
  e2fsprogs: "mke2fs",
  make: "make",
  // Of the guest's kernel, which a module is built for.
  "gcc-12": "gcc-12",
};

/** Installs what is missing; throws when it cannot: without a virtual machine that test has failed. */
export async function ensureAppliance() {
  const missing = Object.entries(needed).filter(([, program]) => !findProgram(program));
  if (missing.length === 0) return;
  const reason = await aptInstall(missing.map(([name]) => name));
  if (reason) throw new Error(`the test of the appliance needs ${missing.map(([name]) => name).join(", ")}: ${reason}`);
}
