import { ArrowLeft, UserRoundPlus } from "lucide-react";
import { useState } from "react";
import type { User } from "../../src/api/schemas-people.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Sheet } from "../kit/sheet.tsx";
import css from "./people.module.css";
import { UserSheet } from "./user-sheet.tsx";

interface UsersSheetProps {
  /** As the box said when this was opened. */
  readonly users: readonly User[];
  /** Asks the box for them again. */
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** Everybody who may sign in or might once, for an administrator. */
export function UsersSheet({ users, onChanged, onClose }: UsersSheetProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  if (chosen !== null) {
    const close = (): void => setChosen(null);
    return <UserSheet user={users.find(({ id }) => id === chosen) ?? null} onChanged={onChanged} onClose={close} />;
  }
  return (
    <Sheet
      title={t("people.usersTitle")}
      onClose={onClose}
      topActions={
        <>
          <Button icon={<UserRoundPlus aria-hidden />} onClick={() => setChosen("")} data-testid="add-user">
            {t("people.add")}
          </Button>
          <Button icon={<ArrowLeft aria-hidden />} onClick={onClose} data-testid="users-close">
            {t("common.back")}
          </Button>
        </>
      }
    >
      <ul>
        {users.map((user) => (
          <li key={user.id} className={css.user} data-testid="user">
            <div>
              <bdi>{user.displayName}</bdi>
              <p className={css.quiet}>{factsOf(user)}</p>
            </div>
            <Button onClick={() => setChosen(user.id)} data-testid="change-user">
              {t("people.change")}
            </Button>
          </li>
        ))}
      </ul>
    </Sheet>
  );
}

function factsOf({ isDisabled, lockedForMs, roles }: User): string {
  const state = isDisabled ? [t("people.disabled")] : lockedForMs > 0 ? [t("people.locked")] : [];
  return [...state, ...roles.map((role) => t(`people.role.${role}`))].join(" · ");
}
