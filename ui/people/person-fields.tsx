import { type Key, ToggleButton, ToggleButtonGroup } from "react-aria-components";
import { roles as allRoles, type Role } from "../../src/users/roles.ts";
import { t } from "../i18n/i18n.ts";
import button from "../kit/button.module.css";
import css from "./people.module.css";

/** What is said of a user, but for the PIN. */
export interface Person {
  readonly displayName: string;
  readonly physicianName: string;
  readonly roles: readonly Role[];
}

export const nobody: Person = { displayName: "", physicianName: "", roles: [] };

/** Whether the box can take it: a name, a role, and of a surgeon the name for the archive. */
export const isComplete = ({ displayName, physicianName, roles }: Person): boolean =>
  displayName.trim() !== "" && roles.length > 0 && (!roles.includes("surgeon") || physicianName.trim() !== "");

interface PersonFieldsProps {
  readonly person: Person;
  readonly onChange: (person: Person) => void;
  /** A role that this person has whatever is chosen. */
  readonly fixed?: Role;
}

/** Name and roles; a surgeon has a name for the archive, too. */
export function PersonFields({ person, onChange, fixed }: PersonFieldsProps) {
  const choose = (keys: Set<Key>): void =>
    onChange({ ...person, roles: allRoles.filter((role) => role === fixed || keys.has(role)) });
  return (
    <>
      <Field
        label={t("people.name")}
        value={person.displayName}
        onChange={(displayName) => onChange({ ...person, displayName })}
        testId="person-name"
      />
      <ToggleButtonGroup
        aria-label={t("people.roles")}
        className={css.roles ?? ""}
        selectionMode="multiple"
        selectedKeys={[...person.roles]}
        onSelectionChange={choose}
      >
        {allRoles
          .filter((role) => role !== fixed)
          .map((role) => (
            <ToggleButton key={role} id={role} className={button.button ?? ""} data-testid={`role-${role}`}>
              {t(`people.role.${role}`)}
            </ToggleButton>
          ))}
      </ToggleButtonGroup>
      {person.roles.includes("surgeon") ? (
        <Field
          label={t("people.physicianName")}
          value={person.physicianName}
          onChange={(physicianName) => onChange({ ...person, physicianName })}
          testId="person-physician"
        />
      ) : null}
    </>
  );
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly testId: string;
}

const AT_MOST = 64;

/** A line of text that somebody types. */
export function Field({ label, value, onChange, testId }: FieldProps) {
  return (
    <label className={css.field}>
      <span>{label}</span>
      <input
        value={value}
        onChange={({ target }) => onChange(target.value)}
        maxLength={AT_MOST}
        autoComplete="off"
        spellCheck={false}
        dir="auto"
        data-testid={testId}
      />
    </label>
  );
}
