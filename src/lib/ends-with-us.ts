import { existsSync } from "node:fs";

/** util-linux: has the kernel end the child with us, even where it waits for a device and no pipe tells it. */
const setpriv = ["/usr/bin/setpriv", "/bin/setpriv"].find((path) => existsSync(path));

/** The command line that starts a program so that it never outlives this process; without setpriv, its own. */
export function endsWithUs(command: string, args: readonly string[]): readonly [string, readonly string[]] {
  return setpriv === undefined ? [command, args] : [setpriv, ["--pdeathsig", "KILL", "--", command, ...args]];
}
