/** What dcmjs-dimse can do inside and offers no way to, or does wrong: all of it in one place. */
import type dimse from "dcmjs-dimse";

type Network = InstanceType<typeof dimse.Scp>;
type PresentationContext = InstanceType<typeof dimse.association.PresentationContext>;
type Response = InstanceType<typeof dimse.responses.Response>;

/** Sends a response at any time, on this presentation context: its own callbacks come only with the whole request. */
export function sendOn(network: Network, context: PresentationContext, command: Response): void {
  const send: unknown = Reflect.get(network, "_sendDimse");
  if (typeof send !== "function") throw new Error("dcmjs-dimse has no _sendDimse any more");
  Reflect.apply(send, network, [{ context, command }]);
}

/** It keeps the bytes of a command without a data set, and would put the next command behind them. */
export function forgetCommand(network: Network): void {
  Object.assign(network, { dimseStream: undefined });
}

/** Elements of a command that it has no setter for, such as Error ID. */
export function setCommandElements(response: Response, elements: Readonly<Record<string, unknown>>): void {
  Object.assign(response.getCommandDataset().getElements(), elements);
}
