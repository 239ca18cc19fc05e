import { type Action, actions, permissions } from "./permissions.ts";
import { type Role, roles, roleWords } from "./roles.ts";

const begin = "<!-- Made from src/users/permissions.ts by `node src/users/generate.ts`. Do not edit. -->";
const end = "<!-- End of what is made. -->";

/** docs/people.md with its tables made anew. Throws where their place is not marked. */
export function withTables(page: string): string {
  const [from, until] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || until < from) throw new Error("docs/people.md does not say where its tables are");
  return `${page.slice(0, from)}${begin}\n\n${roleTable()}\n\n${actionTable()}\n\n${page.slice(until)}`;
}

function roleTable(): string {
  const rows = roles.map((role) => `| ${role} | ${roleWords[role]} |`);
  return ["| Role | Who |", "|---|---|", ...rows].join("\n");
}

function actionTable(): string {
  const head = ["Action", "To …", "Anyone at the box", ...roles];
  const rows = actions.map((action) => {
    const { what, open } = permissions[action];
    const anyone = open === "always" ? "yes" : open === "never" ? "–" : `unless \`users.${open}: signed-in\``;
    return [`\`${action}\``, what, anyone, ...roles.map((role) => (isOf(action, role) ? "yes" : "–"))];
  });
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

const isOf = (action: Action, role: Role): boolean => (permissions[action].roles as readonly Role[]).includes(role);
