import { useState } from "react";
import type { Delivery } from "../../src/api/schemas.ts";
import { useDeliveries } from "../api/queries.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { words } from "../words.ts";
import { DeliveryGroup } from "./delivery-group.tsx";
import { groupsOf } from "./groups.ts";
import css from "./outbox-screen.module.css";

const TRANSFERS = ["held", "pending", "sending", "stored", "cancelled"] as const;
const PAGE = 200;

/** What is owed to the archive, why it is not there yet, and what to do about it. */
export function OutboxScreen() {
  const [transfer, setTransfer] = useState<Delivery["transfer"]>();
  const [pages, setPages] = useState<readonly (number | undefined)[]>([undefined]);
  const before = pages.at(-1);
  const { data, error } = useDeliveries({
    ...(transfer ? { transfer } : {}),
    ...(before === undefined ? {} : { before }),
    limit: PAGE,
  });
  const choose = (one: Delivery["transfer"] | undefined) => () => {
    setTransfer(one);
    setPages([undefined]);
  };
  const groups = groupsOf(data?.deliveries ?? []);
  const next = data?.next ?? null;
  return (
    <main className={css.screen}>
      <h1 className="out-of-sight">{words.outbox.title}</h1>
      <div className={css.filters}>
        <Button aria-pressed={transfer === undefined} onClick={choose(undefined)}>
          {words.outbox.all}
        </Button>
        {TRANSFERS.map((one) => (
          <Button key={one} aria-pressed={transfer === one} onClick={choose(one)} data-testid={`outbox-${one}`}>
            {words.outbox.transfer[one]} <b>{data?.counts[one]}</b>
          </Button>
        ))}
      </div>
      {error ? <Notice level="caution">{error.message}</Notice> : null}
      <div className={css.groups}>
        {groups.map((group) => (
          <DeliveryGroup key={group.procedureId} group={group} />
        ))}
        {data && groups.length === 0 ? (
          <p className={css.empty}>{transfer ? words.outbox.emptyFilter : words.outbox.empty}</p>
        ) : null}
        {data === undefined && !error ? <p className={css.empty}>{words.loading}</p> : null}
        <div className={css.pages}>
          {pages.length > 1 ? <Button onClick={() => setPages(pages.slice(0, -1))}>{words.back}</Button> : null}
          {next !== null ? <Button onClick={() => setPages([...pages, next])}>{words.more}</Button> : null}
        </div>
      </div>
    </main>
  );
}
