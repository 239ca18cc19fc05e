import { isLoopback } from "./cross-checks.ts";
import type { SettingsProblem } from "./problems.ts";
import type { SettingsFile } from "./schema.ts";

type Delivery = Pick<SettingsFile, "nodes" | "alarms" | "listener">;

/** Settings of nodes, alarms and our own port that work, and do not do what they seem to. */
export function deliveryWarnings(settings: Delivery): SettingsProblem[] {
  return [...plainHttp(settings), ...rolesWithoutStorage(settings), ...reports(settings)];
}

/** Mail refuses to send a password in the clear; a web server inside the box's own network may have no TLS. */
function plainHttp({ nodes, alarms }: Delivery): SettingsProblem[] {
  const places = [
    ...nodes.map(({ name, dicomweb }) => ({ place: `nodes: dicomweb of ${name}`, section: dicomweb })),
    { place: "alarms.webhook", section: alarms.webhook },
  ];
  return places.flatMap(({ place, section }): SettingsProblem[] => {
    if (section === undefined || !/^http:/.test(section.url)) return [];
    const has = (...keys: readonly string[]): boolean => keys.some((key) => Object.hasOwn(section, key));
    const isSecret = has("tokenFile", "passwordFile");
    const isTls = has("caFile", "certificateFile", "keyFile", "serverName");
    return [
      ...(isSecret ? ["its address is http://: the token or password is sent in the clear. Use https://"] : []),
      ...(isTls ? ["its address is http://: its certificates have no effect. Use https://, or remove them"] : []),
    ].map((message) => ({ place, message }));
  });
}

function rolesWithoutStorage({ nodes }: Delivery): SettingsProblem[] {
  return nodes.flatMap(({ name, roles }) => {
    const idle = roles.filter((role) => role === "commitment" || role === "query");
    if (idle.length === 0 || roles.includes("storage")) return [];
    const message = `${name} has the role ${idle.join(" and ")} without storage: a node is asked only for what it was sent, so never`;
    return [{ place: "nodes", message }];
  });
}

/** An archive reports on an association of its own, unless it is one of the few that use ours. */
function reports({ nodes, listener }: Delivery): SettingsProblem[] {
  const remote = nodes.filter(
    ({ roles, host }) => roles.includes("commitment") && host !== undefined && !isLoopback(host),
  );
  const warnings: SettingsProblem[] = [];
  if (listener.enabled && isLoopback(listener.host) && remote.length > 0) {
    const names = remote.map(({ name }) => name).join(", ");
    const message = `is ${listener.host}: reports of storage commitment that ${names} sends to this box cannot arrive. Set the address of this box, or 0.0.0.0`;
    warnings.push({ place: "listener.host", message });
  }
  if (!listener.enabled && listener.tls !== undefined) {
    warnings.push({ place: "listener.tls", message: "has no effect while listener.enabled is false" });
  }
  return warnings;
}
