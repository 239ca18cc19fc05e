/** `{ peers, appliance, program }`: `program` is the file to go on with and its arguments, or undefined. Throws on anything else. */
export function parseSetup(argv) {
  const at = argv.indexOf("--then");
  const own = at < 0 ? argv : argv.slice(0, at);
  const program = at < 0 ? undefined : argv.slice(at + 1);
  const unknown = own.filter((argument) => !["--peers", "--appliance"].includes(argument));
  if (unknown.length > 0)
    throw new Error(`set-up does not know ${unknown.join(" ")}; it knows --peers, --appliance and --then FILE`);
  if (program && program.length === 0) throw new Error("--then needs the file to run");
  return { peers: own.includes("--peers"), appliance: own.includes("--appliance"), program };
}
