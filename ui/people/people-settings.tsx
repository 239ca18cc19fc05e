import { KeyRound, Users } from "lucide-react";
import type { User } from "../../src/api/schemas-people.ts";
import { listUsers } from "../api/people.ts";
import { useSession } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { useAction } from "../kit/use-action.ts";

interface PeopleSettingsProps {
  readonly onUsers: (users: readonly User[]) => void;
  readonly onOwnPin: () => void;
}

/** The users for an administrator, who is asked for the PIN; one's own PIN for whoever is signed in. */
export function PeopleSettings({ onUsers, onOwnPin }: PeopleSettingsProps) {
  const session = useSession();
  const action = useAction();
  const show = async (): Promise<void> => {
    let users: readonly User[] = [];
    const isShown = await action.run(async () => {
      users = await listUsers();
    });
    if (isShown) onUsers(users);
  };
  return (
    <>
      <Button icon={<Users aria-hidden />} disabled={action.busy} onClick={() => void show()} data-testid="users">
        {t("people.users")}
      </Button>
      {session?.user ? (
        <Button icon={<KeyRound aria-hidden />} onClick={onOwnPin} data-testid="own-pin">
          {t("people.ownPin")}
        </Button>
      ) : null}
      {action.error === null ? null : <Notice level="caution">{action.error}</Notice>}
    </>
  );
}
