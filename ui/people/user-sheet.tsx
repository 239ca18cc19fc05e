import { ArrowLeft, ArrowRight, Check } from "lucide-react";
import { useState } from "react";
import type { User } from "../../src/api/schemas-people.ts";
import { changeUser, makeUser, resetPin } from "../api/people.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { NewPin } from "./new-pin.tsx";
import css from "./people.module.css";
import { isComplete, nobody, type Person, PersonFields } from "./person-fields.tsx";

interface UserSheetProps {
  /** null: a new one. */
  readonly user: User | null;
  readonly onChanged: () => void;
  readonly onClose: () => void;
}

/** One user: the name, the roles, another PIN, and whether they may sign in at all. */
export function UserSheet({ user, onChanged, onClose }: UserSheetProps) {
  const [person, setPerson] = useState<Person>(user ?? { ...nobody, roles: ["operator"] });
  const [atPin, setAtPin] = useState(false);
  const action = useAction();
  const { displayName, physicianName, roles } = person;
  const said = { displayName, roles: [...roles], ...(roles.includes("surgeon") ? { physicianName } : {}) };
  const run = async (work: () => Promise<unknown>): Promise<void> => {
    if (!(await action.run(work))) return;
    onChanged();
    onClose();
  };
  const givePin = (pin: string) => run(() => (user === null ? makeUser({ ...said, pin }) : resetPin(user.id, pin)));
  const title = user === null ? t("people.add") : t("people.changeTitle", { name: user.displayName });
  if (atPin) {
    return (
      <Sheet
        key="pin"
        title={t("people.pinOf", { name: displayName })}
        onClose={onClose}
        topActions={
          <Button icon={<ArrowLeft aria-hidden />} onClick={() => setAtPin(false)}>
            {t("common.back")}
          </Button>
        }
      >
        <NewPin busy={action.busy} error={action.error} onPin={(pin) => void givePin(pin)} />
      </Sheet>
    );
  }
  return (
    <Sheet
      key="who"
      title={title}
      onClose={onClose}
      topActions={
        <>
          {user === null ? (
            <Button
              look="primary"
              icon={<ArrowRight aria-hidden />}
              disabled={!isComplete(person)}
              onClick={() => setAtPin(true)}
              data-testid="choose-pin"
            >
              {t("people.next")}
            </Button>
          ) : (
            <Button
              look="primary"
              icon={<Check aria-hidden />}
              disabled={!isComplete(person) || action.busy}
              onClick={() => void run(() => changeUser(user.id, said))}
              data-testid="save-user"
            >
              {t("people.save")}
            </Button>
          )}
          <Button icon={<ArrowLeft aria-hidden />} onClick={onClose}>
            {t("common.back")}
          </Button>
        </>
      }
    >
      {action.error === null ? null : <Notice level="caution">{action.error}</Notice>}
      <PersonFields person={person} onChange={setPerson} />
      {user === null ? null : (
        <div className={css.roles}>
          <Button disabled={action.busy} onClick={() => setAtPin(true)} data-testid="give-pin">
            {t("people.giveMade")}
          </Button>
          <Button
            disabled={action.busy}
            onClick={() => void run(() => changeUser(user.id, { isDisabled: !user.isDisabled }))}
            data-testid="disable-user"
          >
            {user.isDisabled ? t("people.enable") : t("people.disable")}
          </Button>
        </div>
      )}
    </Sheet>
  );
}
