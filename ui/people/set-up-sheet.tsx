import { ArrowLeft, ArrowRight } from "lucide-react";
import { useState } from "react";
import { setAdministrator } from "../api/people.ts";
import { t } from "../i18n/i18n.ts";
import { Button } from "../kit/button.tsx";
import { Notice } from "../kit/notice.tsx";
import { Sheet } from "../kit/sheet.tsx";
import { useAction } from "../kit/use-action.ts";
import { NewPin } from "./new-pin.tsx";
import { Field, isComplete, nobody, type Person, PersonFields } from "./person-fields.tsx";
import { sayingWhy } from "./pin-error.ts";
import { SignInCancel } from "./sign-in-cancel.tsx";

interface SetUpSheetProps {
  /** This is not the box's own screen: the code of its log shows who has it. */
  readonly needsCode: boolean;
  readonly onDone: () => void;
  readonly onClose: () => void;
}

const first: Person = { ...nobody, roles: ["administrator"] };

/** The first administrator of a box without users: who, then a PIN. */
export function SetUpSheet({ needsCode, onDone, onClose }: SetUpSheetProps) {
  const [person, setPerson] = useState(first);
  const [setupCode, setSetupCode] = useState("");
  const [atPin, setAtPin] = useState(false);
  const action = useAction();
  const set = async (pin: string): Promise<void> => {
    const { displayName, physicianName } = person;
    const roles = person.roles.filter((role) => role !== "administrator");
    const body = {
      ...{ displayName, pin, roles: [...roles] },
      ...(roles.includes("surgeon") ? { physicianName } : {}),
      ...(needsCode ? { setupCode } : {}),
    };
    if (await action.run(() => sayingWhy(setAdministrator(body)))) onDone();
  };
  const cancel = <SignInCancel onClose={onClose} />;
  if (atPin) {
    return (
      <Sheet
        key="pin"
        title={t("people.pinOf", { name: person.displayName })}
        onClose={onClose}
        topActions={
          <>
            <Button icon={<ArrowLeft aria-hidden />} onClick={() => setAtPin(false)}>
              {t("common.back")}
            </Button>
            {cancel}
          </>
        }
      >
        <NewPin busy={action.busy} error={action.error} onPin={(pin) => void set(pin)} />
      </Sheet>
    );
  }
  return (
    <Sheet
      key="who"
      title={t("people.setUpTitle")}
      onClose={onClose}
      topActions={
        <>
          <Button
            look="primary"
            icon={<ArrowRight aria-hidden />}
            disabled={!isComplete(person) || (needsCode && setupCode.trim() === "")}
            onClick={() => setAtPin(true)}
            data-testid="choose-pin"
          >
            {t("people.next")}
          </Button>
          {cancel}
        </>
      }
    >
      <Notice level="notice">{t("people.setUpMeans")}</Notice>
      <PersonFields person={person} onChange={setPerson} fixed="administrator" />
      {needsCode ? (
        <Field label={t("people.setupCode")} value={setupCode} onChange={setSetupCode} testId="setup-code" />
      ) : null}
    </Sheet>
  );
}
