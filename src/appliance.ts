import { statfs } from "node:fs/promises";
import { databaseAlarm, databaseUnread } from "./alarms/alarms.ts";
import { buildApi, healthOf } from "./api/api.ts";
import { checkChain } from "./audit/audit.ts";
import type { Settings } from "./config/config.ts";
import { listDevices } from "./devices/devices.ts";
import { DicomPort } from "./dicom-port.ts";
import type { EventReport } from "./dimse/dimse.ts";
import { FitTests } from "./fit-tests.ts";
import { LastKnown } from "./last-known.ts";
import { type Clock, systemClock } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import { NewsFeed } from "./lib/news.ts";
import { Outbox } from "./outbox/outbox.ts";
import { pressesOf, tellOutcomes } from "./presses.ts";
import { PlaybackCopies } from "./procedures/playback.ts";
import { type ProcedureSource, Procedures, type Station } from "./procedures/procedures.ts";
import { Thumbnails } from "./procedures/thumbnails.ts";
import { Retention } from "./retention/retention.ts";
import { Sounds } from "./sounds/sounds.ts";
import { buildSources, epochsIn } from "./sources.ts";
import { checkStore, holdStorage, openDatabase, openLayout } from "./store/store.ts";
import { Triggers } from "./triggers/triggers.ts";
import { Users } from "./users/users.ts";
import { version } from "./version.ts";
import { Watch } from "./watch.ts";
import { outboxNodes, routingOf, TlsOfSettings, worklistOptions } from "./wiring.ts";
import { Worklist } from "./worklist/worklist.ts";

export interface Appliance {
  /** Where the screen is. */
  readonly url: string;
  /** The port on which C-ECHO is answered; null when switched off. */
  readonly dicomPort: number | null;
  /** Ends everything in reverse order: recordings are finished and saved first. */
  stop(): Promise<void>;
}

export interface ApplianceFolders {
  readonly deviceProfiles: string;
  readonly ui: string;
}

/** Builds every module in order and runs it. Throws StoreError, SettingsError or the port's error when it cannot. */
export async function startAppliance(settings: Settings, folders: ApplianceFolders, log: Log): Promise<Appliance> {
  const clock: Clock = systemClock;
  const startedAt = clock();
  const ending = new AbortController();
  await using cleanUp = new AsyncDisposableStack();

  const layout = await openLayout(settings.storage.directory);
  cleanUp.use(holdStorage(layout.directory));
  const database = cleanUp.adopt(openDatabase(layout.databaseFile), (open) => open.close());
  const news = new NewsFeed();
  const shared = { database, storageDirectory: layout.directory, clock, log, news };
  const freeSpace = async () => {
    const { bavail, blocks, bsize } = await statfs(layout.directory);
    return { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
  };

  const { sources, profileOf, ffmpegPath } = await buildSources(settings, folders.deviceProfiles, log, (id) =>
    epochsIn(database, id),
  );
  const tls = new TlsOfSettings(settings);
  const worklist = new Worklist({ ...worklistOptions(settings, tls), database, clock, log, news });
  const { aeTitle, stationName } = settings.station;
  const outbox = new Outbox({
    ...shared,
    nodes: outboxNodes(settings, tls),
    routing: routingOf(settings),
    station: { aeTitle, stationName },
  });
  const firstProfile = profileOf([...sources.values()][0]?.profileId ?? "");
  const station: Station = {
    stationName: settings.station.stationName,
    institutionName: settings.station.institutionName ?? "",
    departmentName: settings.station.departmentName ?? "",
    serialNumber: settings.station.serialNumber ?? "",
    softwareVersion: version,
  };
  const procedureSources = new Map<string, ProcedureSource>(
    [...sources].map(([id, { source, profileId }]) => [id, { source, profileId }]),
  );
  const tellHealth = (): void => news.tell({ topic: "health" });
  const { device: soundDevice = null } = settings.sounds;
  const sounds = new Sounds({ ...settings.sounds, device: soundDevice, log, onChange: tellHealth });
  const onOutcome = tellOutcomes(sounds, news);
  const procedures = new Procedures({
    ...shared,
    outbox,
    profileOf,
    ffmpegPath,
    station,
    modality: firstProfile?.modality ?? "OT",
    tellsSteps: settings.nodes.some((node) => node.roles.includes("mpps")),
    recipientAttribute: settings.routing.recipientAttribute,
    uidRoot: settings.station.uidRoot,
    sources: procedureSources,
    onOutcome,
    worklistItem: (id) => worklist.get(id),
    resumeAfterGap: settings.capture.resumeAfterGap,
    holdWindowMs: settings.procedures.holdWindowMinutes * 60_000,
    minimumFreeBytes: settings.storage.minimumFreeBytes,
    freeBytes: async () => (await freeSpace()).freeBytes,
  });

  const { idleMinutes, sessionHours } = settings.users;
  const limits = { idleMs: idleMinutes * 60_000, mostMs: sessionHours * 3_600_000 };
  const users = new Users({ database, clock, sessions: limits });
  const presses = pressesOf({
    wished: (action) => {
      try {
        return users.accounts.wishesOf(procedures.open()?.performingPhysicianName ?? "").pedal?.[action] ?? action;
      } catch (error) {
        log.error({ error: String(error) }, "the database does not say what the surgeon wants of the pedal");
        return action;
      }
    },
    ...{ sources: procedureSources, worklist, onOutcome, sounds, news, log },
    procedures: () => procedures,
  });
  const triggers = new Triggers({ ...shared, ...settings.triggers, presses });

  const rescued = await procedures.rescue();
  void rescued.finished.then((clips) => {
    if (clips.length > 0) news.tell({ topic: "health" });
  });
  const check = await checkStore(database, layout.directory, {
    full: false,
    scope: "unsettled",
    now: clock(),
    // What is not owed yet is owed in a moment, when the outbox starts.
    hasStorageNodes: false,
  });
  const chain = checkChain(database, { last: 10_000 });
  const findings = [...check.findings, ...chain.findings];
  for (const finding of findings) log.error(finding, "an invariant does not hold");
  // A log kept elsewhere is what a rewritten audit is found by.
  if (chain.head !== null) log.info({ row: chain.head.id, hash: chain.head.hash }, "the head of the audit");

  const retention = new Retention({
    ...shared,
    keepMs: settings.retention.keepDays * 86_400_000,
    deleteAbovePercent: settings.retention.deleteAbovePercent,
    withoutProof: settings.retention.withoutProof,
    freeSpace,
    isRecording: () => [...sources.values()].some(({ source }) => source.state().recording !== null),
  });
  const watch = new Watch({
    settings,
    database,
    outbox,
    retention,
    tls,
    freeSpace,
    checkFindings: findings.length,
    notSavedYet: () => procedures.notSavedYet,
    version,
    startedAt,
    clock,
    log,
    news,
    sources,
  });
  const fitTests = new FitTests(
    {
      settings,
      tls,
      ffmpegPath,
      storageDirectory: layout.directory,
      softwareVersion: version,
      profiles: [...sources.values()].flatMap(({ profileId }) => profileOf(profileId) ?? []),
      clock,
      signal: ending.signal,
    },
    settings.listener.enabled,
  );
  const onEventReport = async (report: EventReport) => (fitTests.take(report) ? 0 : outbox.report(report));
  const dicomPort = cleanUp.use(new DicomPort({ settings, tls: tls.listener, onEventReport, log }));
  const books = new LastKnown(log);
  const health = async () => {
    const alarms = await watch.current();
    const openProcedureId = books.read("open", () => procedures.open()?.id ?? null, null);
    const worklistStates = books.read("worklist", () => worklist.state(), []);
    const owed = books.read("owed", () => outbox.counts(), { pending: 0, sending: 0, held: 0, oldestAt: null });
    const rescuedClips = books.read("rescued", () => procedures.rescued(), []);
    const isToldOf = alarms.some(({ id }) => id === databaseAlarm);
    return healthOf({
      version,
      startedAt,
      now: clock(),
      stationName: station.stationName,
      openProcedureId,
      sources: [...sources.values()].map(({ name, source }) => ({ name, status: source.state() })),
      alarms,
      hasStorageNodes: settings.nodes.some((node) => node.roles.includes("storage")),
      worklistErrors: worklistStates.flatMap(({ node, error }) => (error === null ? [] : [{ node, error }])),
      owed,
      disk: await freeSpace(),
      checkProblems: [
        ...findings.map(({ subject, message }) => `${message} (${subject})`),
        ...(books.isRead || isToldOf ? [] : [databaseUnread]),
      ],
      rescued: rescuedClips,
      leftovers: rescued.leftovers,
      dicomProblems: dicomPort.problems,
      triggerProblems: triggers.problems(),
      sounds: { isPlayedByBox: sounds.isWorking, problem: sounds.problem },
      screen: { ...settings.screen, panelInches: settings.screen.panelInches ?? null },
    });
  };

  const playback = new PlaybackCopies({
    ...{ database, ffmpegPath, log, storageDirectory: layout.directory },
    minimumFreeBytes: settings.storage.minimumFreeBytes,
    freeBytes: async () => (await freeSpace()).freeBytes,
  });
  cleanUp.defer(() => playback.stop());
  if (!users.accounts.isSetUp()) {
    const { setupCode } = users;
    log.warn(
      { setupCode },
      "no administrator is set yet: do it at the screen of this box, or elsewhere with this code",
    );
  }
  const server = await buildApi(
    {
      procedures,
      worklist,
      outbox,
      thumbnails: new Thumbnails(layout.directory, ffmpegPath),
      playback,
      sources,
      videoDevices: () => listDevices({ ffmpeg: ffmpegPath }),
      performingPhysicians: settings.procedures.performingPhysicians,
      health,
      metrics: () => watch.metrics(),
      fitTest: (name) => fitTests.run(name),
      database,
      stationName,
      retention,
      triggers,
      nodes: settings.nodes.map(({ name, roles }) => ({ name, roles })),
      storageDirectory: layout.directory,
      uiDirectory: folders.ui,
      origin: { host: settings.server.host, allowedOrigins: settings.server.allowedOrigins },
      users,
      site: settings.users,
      news,
      clock,
      log,
    },
    version,
  );
  const running = [
    outbox.run(ending.signal),
    procedures.run(ending.signal),
    worklist.start(ending.signal),
    retention.run(ending.signal),
    watch.run(ending.signal),
    triggers.run(ending.signal),
    sounds.run(ending.signal),
  ];
  for (const { source } of sources.values()) {
    source.onState(() => news.tell({ topic: "source", id: source.id }));
    source.start();
  }
  cleanUp.defer(async () => {
    // Order matters: first the recordings are finished and saved, then the children that make them end.
    ending.abort();
    for (const ended of await Promise.allSettled(running)) {
      if (ended.status === "rejected") log.error({ error: String(ended.reason) }, "a part of the box failed");
    }
    await Promise.allSettled([...sources.values()].map(({ source }) => source.stop()));
  });
  await dicomPort.open();
  // Last, so that it ends first: while the recordings are finished no press is taken any more.
  cleanUp.defer(() => server.close());
  const url = await server.listen({ host: settings.server.host, port: settings.server.port });
  const stack = cleanUp.move();
  return { url, dicomPort: dicomPort.port, stop: () => stack.disposeAsync() };
}
