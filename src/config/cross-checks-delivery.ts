import { listAt, type Place, textAt, valueAt } from "./place.ts";
import type { Finding } from "./problems.ts";

/** Rules between the settings of delivery: nodes, routing, TLS. Takes a value the schema may have refused. */
export function deliveryFindings(value: unknown): Finding[] {
  return [
    ...addresses(value),
    ...pairs(value),
    ...authentication(value),
    ...clipWindows(value),
    ...routes(value),
    ...listenerTls(value),
  ];
}

const finding = (place: Place, message: string, at: "key" | "value" = "key"): Finding => ({ place, at, message });
const has = (value: unknown, place: Place): boolean => valueAt(value, place) !== undefined;

function nodePlaces(value: unknown): Place[] {
  return listAt(value, ["nodes"]).map((_node, index): Place => ["nodes", index]);
}

/** Only what DICOMweb does needs no DIMSE address. */
function addresses(value: unknown): Finding[] {
  return nodePlaces(value).flatMap((place): Finding[] => {
    const byWeb = listAt(value, [...place, "dicomweb", "uses"]);
    const roles = listAt(value, [...place, "roles"]);
    const byDimse = roles.filter(
      (role) => !(role === "storage" && byWeb.includes("store")) && !(role === "query" && byWeb.includes("query")),
    );
    const web = byWeb.flatMap((use): Finding[] => {
      const role = use === "store" ? "storage" : "query";
      if (roles.includes(role)) return [];
      return [
        finding([...place, "dicomweb", "uses"], `has ${String(use)}, but the node has not the role ${role}`, "value"),
      ];
    });
    if (byDimse.length === 0) return web;
    const missing = ["aeTitle", "host", "port"].filter((key) => !has(value, [...place, key]));
    return [
      ...web,
      ...missing.map((key) => finding([...place, key], `is missing; add it. The role ${String(byDimse[0])} needs it`)),
    ];
  });
}

/** A certificate is of no use without its key, and the other way round. */
function pairs(value: unknown): Finding[] {
  const sections = nodePlaces(value).flatMap((place): Place[] => [
    [...place, "tls"],
    [...place, "dicomweb"],
  ]);
  return sections.flatMap((place): Finding[] => {
    const certificate = has(value, [...place, "certificateFile"]);
    if (certificate === has(value, [...place, "keyFile"])) return [];
    const missing = certificate ? "keyFile" : "certificateFile";
    return [finding([...place, missing], "is missing; a certificate and its key belong together")];
  });
}

function authentication(value: unknown): Finding[] {
  const sections = nodePlaces(value).map((place): Place => [...place, "dicomweb"]);
  const email: Place = ["alarms", "email"];
  return [
    ...sections.flatMap((place): Finding[] => {
      if (!has(value, [...place, "tokenFile"]) || !has(value, [...place, "user"])) return [];
      return [finding([...place, "tokenFile"], "and user are both given; keep one of them")];
    }),
    ...[...sections, email].flatMap((place): Finding[] => {
      const user = has(value, [...place, "user"]);
      if (user === has(value, [...place, "passwordFile"])) return [];
      return [finding([...place, user ? "passwordFile" : "user"], "is missing; user and passwordFile belong together")];
    }),
    ...(has(value, [...email, "user"]) && valueAt(value, [...email, "security"]) === "none"
      ? [finding([...email, "security"], "none would send the password in the clear; use starttls or tls", "value")]
      : []),
  ];
}

function clipWindows(value: unknown): Finding[] {
  return nodePlaces(value).flatMap((place): Finding[] => {
    const from = textAt(value, [...place, "sending", "clipsFrom"]);
    const until = textAt(value, [...place, "sending", "clipsUntil"]);
    if ((from === undefined) !== (until === undefined)) {
      const missing = from === undefined ? "clipsFrom" : "clipsUntil";
      return [finding([...place, "sending", missing], "is missing; clipsFrom and clipsUntil belong together")];
    }
    if (from === undefined || from !== until) return [];
    return [
      finding(
        [...place, "sending", "clipsUntil"],
        "is the same as clipsFrom; remove both to send at any time",
        "value",
      ),
    ];
  });
}

function routes(value: unknown): Finding[] {
  const takers = nodePlaces(value)
    .filter((place) => listAt(value, [...place, "roles"]).includes("storage"))
    .map((place) => textAt(value, [...place, "name"]));
  const rules = listAt(value, ["routing", "rules"]).map((_rule, index): Place => ["routing", "rules", index]);
  const sources = listAt(value, ["sources"]).map((_source, index) => textAt(value, ["sources", index, "id"]));
  const profiles = listAt(value, ["sources"]).map((_source, index) => textAt(value, ["sources", index, "profile"]));
  const unknown = (place: Place, known: readonly (string | undefined)[], message: string): Finding[] =>
    listAt(value, place).flatMap((name, index): Finding[] =>
      typeof name !== "string" || known.includes(name) ? [] : [finding([...place, index], message, "value")],
    );
  return [...rules, ["routing", "otherwise"]].flatMap((place): Finding[] => {
    const to = listAt(value, [...place, "to"]);
    const twice = listAt(value, [...place, "secondary"]).flatMap((name, index): Finding[] =>
      to.includes(name) ? [finding([...place, "secondary", index], "is also under to; keep one of them", "value")] : [],
    );
    if (has(value, [...place, "secondaryAfterMinutes"]) && listAt(value, [...place, "secondary"]).length === 0) {
      twice.push(finding([...place, "secondaryAfterMinutes"], "does nothing without a node under secondary"));
    }
    const noNode = "is not the name of a node with the role storage; correct it, or add that node under nodes";
    const noSource = "is not the id of a source; correct it, or add that source under sources";
    const noProfile = "is not the device profile of a source; correct it, or give a source this profile";
    return [
      ...unknown([...place, "to"], takers, noNode),
      ...unknown([...place, "secondary"], takers, noNode),
      ...unknown([...place, "when", "sources"], sources, noSource),
      ...unknown([...place, "when", "deviceProfiles"], profiles, noProfile),
      ...twice,
    ];
  });
}

function listenerTls(value: unknown): Finding[] {
  const place: Place = ["listener", "tls"];
  if (!has(value, place)) return [];
  const port = valueAt(value, [...place, "port"]);
  const taken = [valueAt(value, ["listener", "port"]), valueAt(value, ["server", "port"])];
  const findings: Finding[] = [];
  if (port !== 0 && taken.includes(port)) {
    findings.push(finding([...place, "port"], "is also listener.port or server.port; choose another", "value"));
  }
  if (has(value, [...place, "caFile"]) && valueAt(value, [...place, "requireClientCertificate"]) !== true) {
    findings.push(finding([...place, "caFile"], "does nothing without requireClientCertificate: true"));
  }
  if (valueAt(value, [...place, "requireClientCertificate"]) === true && !has(value, [...place, "caFile"])) {
    findings.push(finding([...place, "caFile"], "is missing; without it no caller's certificate could be checked"));
  }
  return findings;
}
