import { useState } from "react";
import type { Procedure, WorklistEntry } from "../../src/api/schemas.ts";
import { assignPatient, beginProcedure } from "../api/actions.ts";
import { useProcedure, useWorklist } from "../api/queries.ts";
import { useAction } from "../kit/use-action.ts";
import { daOf } from "../lib/dates.ts";
import { boxNow } from "../lib/now.ts";
import { go } from "../lib/route.ts";
import { type Chosen, Confirm } from "./confirm.tsx";
import { WorklistView } from "./worklist-view.tsx";

interface PatientScreenProps {
  /** The procedure that is to get a patient; without it a new one is begun. */
  readonly assignTo: string | undefined;
  readonly open: Procedure | undefined;
}

const AT_MOST = 200;

/** An open procedure without a confirmed patient takes the one chosen here; nobody has to say which. */
function needsPatient(procedure: Procedure | undefined): procedure is Procedure {
  return procedure !== undefined && (procedure.patient === null || procedure.temporaryIdentity);
}

/** Choose from the worklist, compare, start; or assign to pictures that were taken before anybody knew for whom. */
export function PatientScreen({ assignTo, open }: PatientScreenProps) {
  const [search, setSearch] = useState("");
  const [allDays, setAllDays] = useState(false);
  const [tapped, setTapped] = useState<WorklistEntry | null>(null);
  const action = useAction();
  const list = useWorklist({
    search: search.trim(),
    ...(allDays ? {} : { date: daOf(boxNow()) }),
    limit: AT_MOST,
  });
  const asked = useProcedure(assignTo ?? null).data;
  const target = asked ?? (needsPatient(open) ? open : undefined);
  const busy = target === undefined && open !== undefined;

  const take = async ({ worklistItemIds, performingPhysicianName, timeOutConfirmed }: Chosen) => {
    const body = {
      worklistItemIds,
      timeOutConfirmed,
      ...(performingPhysicianName ? { performingPhysicianName } : {}),
    };
    const done = await action.run(() => (target ? assignPatient(target.id, body) : beginProcedure(body)));
    if (!done) return;
    const elsewhere = target !== undefined && target.id !== open?.id;
    go(elsewhere ? { screen: "history", procedureId: target.id } : { screen: "live" });
  };
  const emergency = async () => {
    if (await action.run(() => beginProcedure({ emergency: {} }))) go({ screen: "live" });
  };

  if (tapped) {
    return (
      <Confirm
        entry={tapped}
        list={list.data}
        assigning={target !== undefined}
        action={action}
        onTake={take}
        onOther={() => setTapped(null)}
      />
    );
  }
  return (
    <WorklistView
      list={list}
      search={search}
      onSearch={setSearch}
      allDays={allDays}
      onAllDays={setAllDays}
      target={target}
      busy={busy}
      action={action}
      onTap={setTapped}
      onEmergency={emergency}
    />
  );
}
