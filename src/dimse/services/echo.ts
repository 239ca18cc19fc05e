import { commandField } from "../command-set.ts";
import type { Channel } from "../exchange.ts";
import { verificationSopClass } from "../names.ts";

/** C-ECHO (PS3.7 9.1.5, PS3.4 Annex A): the peer's status, 0 when all is well. */
export async function echo(channel: Channel): Promise<number> {
  const exchange = channel.begin(commandField.echo, verificationSopClass);
  try {
    await exchange.send({
      affectedSopClassUid: verificationSopClass,
      commandField: commandField.echo,
      messageId: exchange.messageId,
    });
    const { command } = await exchange.next();
    return command.status;
  } finally {
    exchange.over();
  }
}
