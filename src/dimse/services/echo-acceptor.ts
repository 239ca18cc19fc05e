import type { AcceptorService, Caller } from "../acceptor-service.ts";
import { commandField } from "../command-set.ts";
import { explicitLittleEndian, implicitLittleEndian, verificationSopClass } from "../names.ts";

/** C-ECHO as acceptor (PS3.7 9.1.5). */
export function echoService(statusFor: (caller: Caller) => number | Promise<number>): AcceptorService {
  return {
    abstractSyntaxes: [verificationSopClass],
    transferSyntaxes: [explicitLittleEndian, implicitLittleEndian],
    requestField: commandField.echo,
    role: "scp",
    async respond({ caller }) {
      return { affectedSopClassUid: verificationSopClass, status: await statusFor(caller) };
    },
  };
}
