import { ArrowLeft } from "lucide-react";
import { useState } from "react";
import { signIn } from "../api/people.ts";
import { usePeople } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { initialsOf } from "./initials.ts";
import css from "./people.module.css";
import { sayingWhy } from "./pin-error.ts";
import { PinPad } from "./pin-pad.tsx";
import { SignInCancel } from "./sign-in-cancel.tsx";

interface SignInSheetProps {
  /** The refusal that this is about. */
  readonly why: string | null;
  readonly onSignedIn: () => void;
  readonly onClose: () => void;
}

interface Person {
  readonly id: string;
  readonly displayName: string;
}

/** Who one is, then the PIN. */
export function SignInSheet({ why, onSignedIn, onClose }: SignInSheetProps) {
  const [person, setPerson] = useState<Person | null>(null);
  const { data, error } = usePeople();
  const cancel = <SignInCancel onClose={onClose} />;
  if (person !== null) {
    return (
      <Sheet
        key="pin"
        title={t("people.pinOf", { name: person.displayName })}
        onClose={onClose}
        topActions={
          <>
            <Button icon={<ArrowLeft aria-hidden />} onClick={() => setPerson(null)} data-testid="sign-in-other">
              {t("people.other")}
            </Button>
            {cancel}
          </>
        }
      >
        <Pin person={person} isForAction={why !== null} onSignedIn={onSignedIn} />
      </Sheet>
    );
  }
  return (
    <Sheet key="who" title={t("people.who")} onClose={onClose} topActions={cancel}>
      {why === null ? null : <Notice level="notice">{why}</Notice>}
      {data === undefined ? <p>{error?.message ?? t("common.loading")}</p> : null}
      <div className={css.people}>
        {data?.people.map(({ id, displayName }) => (
          <Button
            key={id}
            className={css.person ?? ""}
            icon={
              <span className={css.initials} aria-hidden>
                {initialsOf(displayName)}
              </span>
            }
            onClick={() => setPerson({ id, displayName })}
            data-testid="person"
          >
            <bdi>{displayName}</bdi>
          </Button>
        ))}
      </div>
    </Sheet>
  );
}

interface PinProps {
  readonly person: Person;
  readonly isForAction: boolean;
  readonly onSignedIn: () => void;
}

function Pin({ person, isForAction, onSignedIn }: PinProps) {
  const action = useAction();
  const prove = async (pin: string): Promise<void> => {
    if (await action.run(() => sayingWhy(signIn({ userId: person.id, pin })))) onSignedIn();
  };
  const next = isForAction ? <p className={css.quiet}>{t("people.thenDone")}</p> : null;
  return (
    <PinPad
      label={t("people.pinOf", { name: person.displayName })}
      words={action.error === null ? next : <Notice level="caution">{action.error}</Notice>}
      busy={action.busy}
      onPin={(pin) => void prove(pin)}
    />
  );
}
