import { KeyRound, LogOut, UserRoundCog } from "lucide-react";
import { signOut } from "../api/people.ts";
import { askToSignIn } from "../api/permission.ts";
import { useSession } from "../api/queries.ts";
import { t } from "../i18n/i18n.ts";
import { useAction } from "../kit/use-action.ts";
import css from "./account-button.module.css";
import { initialsOf } from "./initials.ts";

/** Who is signed in, and out with one tap; else in. */
export function AccountButton() {
  const session = useSession();
  const action = useAction();
  if (session === undefined) return null;
  const { user, setup } = session;
  if (user !== null) {
    return (
      <button
        type="button"
        className={css.account}
        onClick={() => void action.run(signOut)}
        aria-label={t("people.signOutOf", { name: user.displayName })}
        data-testid="sign-out"
      >
        <span className={css.who}>
          <b aria-hidden>{initialsOf(user.displayName)}</b>
          <LogOut aria-hidden />
        </span>
        <span>{t("people.signOut")}</span>
      </button>
    );
  }
  const isSetUp = setup === "done";
  return (
    <button
      type="button"
      className={isSetUp ? css.account : `${css.account} ${css.needed}`}
      onClick={() => void askToSignIn(null)}
      data-testid="sign-in"
    >
      {isSetUp ? <KeyRound aria-hidden /> : <UserRoundCog aria-hidden />}
      <span>{isSetUp ? t("people.signIn") : t("people.setUp")}</span>
    </button>
  );
}
