// Assembles the recorder: its recordings, its watches, and its registration in the fleet.
import { availableParallelism } from 'node:os';
import { ApiLinks, addressOf, NodeShell, openTokens } from '@meridian/node-shell';
import { openStore, type Store, storeIdOf } from '@meridian/object-store';
import { nodeKind, recorderSlotsPerCore, rpc, serve } from '@meridian/protocol';
import { RtpSockets, SignalingLinks, transcodeMetrics } from '@meridian/room-media';
import type { ServiceContext } from '@meridian/runtime';
import { Assembling } from './assembling/assembling.ts';
import { StintPeers } from './assembling/stint-peers.ts';
import { Composing } from './composing/composing.ts';
import { Studio } from './composing/studio.ts';
import { foldersOf, type RecorderConfig } from './config.ts';
import { flushMeter, registerMetrics } from './metrics.ts';
import { Pages } from './pages/pages.ts';
import { Erasing } from './recordings/erasing.ts';
import { Pacing } from './recordings/pacing.ts';
import { Recordings } from './recordings/recordings.ts';
import { Stints } from './recordings/stints.ts';
import { HeldStints } from './stints/held-stints.ts';
import { StintServer } from './stints/stint-server.ts';
import { openWatching } from './watching/open-watching.ts';

export type RecorderDeps = ServiceContext<RecorderConfig>;

export async function start(deps: RecorderDeps) {
  const { config, log, clock, rng, metrics, closeStack } = deps;
  const folders = foldersOf(config);
  const shell = await NodeShell.start({ kind: nodeKind.recorder, context: deps, diskFolder: folders.spool });
  const links = new SignalingLinks({ shell, place: config, clock, rng, log });
  closeStack.add('links to signaling nodes', (cause) => links.close(cause));
  const api = new ApiLinks(() => clock.nowMs());
  const opened = openTokens(deps, api);
  const sockets = new RtpSockets({ listen: config.plainListen, log });
  const store = await openStore(config.store, { folder: folders.files, sealKeys: config.sealKeys, clock });
  const spoolDir = folders.spool;
  const slots = config.slots ?? availableParallelism() * recorderSlotsPerCore;
  const { studio, pages } = await openStudioAndPages(deps, { slots, spoolDir });
  const shared = { spoolDir, store, links, sockets, studio, pages };
  const onFlushed = flushMeter(metrics);
  const stints = await Stints.open(Object.assign({ recorderId: config.id, clock, rng, log, onFlushed }, shared));
  closeStack.add('spool and store', (cause) => stints.close(cause));
  const pacing = openPacing(deps, stints);
  const recordings = new Recordings({
    openStint: (order) => stints.open(order),
    tokens: opened.tokens,
    keys: opened.keys,
    pace: () => pacing.pace,
    nodeId: config.id,
    slots,
    clock,
    canBegin: () => stints.canBegin,
    check: (mode) => {
      if (mode === 'composed') studio.check();
      if (mode === 'page') pages.check();
    },
    log,
  });
  closeStack.add('recordings', () => recordings.close());
  const watching = openWatching(deps, Object.assign({ studio, links, sockets }, opened));
  api.onLink((link) => watching.serveOn(link));
  const made = openAssembling(deps, { shell, api, store, stints, recordings, studio });
  const { stintServer, peers, assembling, composing, erasing } = made;
  const linkServer = await shell.listenLinks({
    listen: config.controlListen,
    onLink: (link) => (link.remote.kind === nodeKind.recorder ? stintServer.serveOn(link) : api.take(link)),
  });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  // Assembling closes before the link server, so that the api hears which task is abandoned.
  closeStack.add('assembling', () => assembling.close());
  closeStack.add('composing', () => composing.close());
  closeStack.add('erasures', () => erasing.close());
  registerMetrics(metrics, { recordings, watching, spool: () => stints.figures, assembling: () => assembling.figures });
  shell.join({
    describe: () => ({ addresses: [addressOf('control', 'tcp', config.controlListen, linkServer.port)] }),
    load: () => ({
      rssBytes: process.memoryUsage.rss(),
      sessions: links.sessions,
      recordSlots: recordings.slots,
      recordSlotsUsed: recordings.usedSlots,
      recordings: recordings.list(),
    }),
    onLeaderLink: (link) =>
      serve(link, rpc.record, async (order) => {
        const { later } = await recordings.begin(order);
        return { state: 'begun', recorderId: config.id, later };
      }),
    onPlan(plan) {
      links.follow(plan);
      peers.follow(plan);
      api.cut(shell.denied, 'shut out by the centre');
      stintServer.cut(shell.denied, 'shut out by the centre');
      if (plan.nodes.some(({ kind }) => kind === nodeKind.api)) opened.keys.expectApi();
    },
    onDrain: (on, reason) => {
      log.info({ on, reason, recordings: recordings.size }, 'drain');
      recordings.drain(on);
      watching.drain(on);
    },
    isEmpty: () => recordings.size === 0,
  });
  log.info({ linkPort: linkServer.port }, 'listening');
  return { recordings, assembling, composing, watching, links, keys: opened.keys, linkPort: linkServer.port };
}

function openPacing({ clock, log, closeStack }: RecorderDeps, stints: Stints): Pacing {
  const threadMs = (): number => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1000;
  };
  const pacing = new Pacing({ waitingMs: () => stints.waitingMs, threadMs, clock, log });
  closeStack.add('pace', () => pacing.close());
  return pacing;
}

async function openStudioAndPages(
  { config, clock, log, metrics, closeStack }: RecorderDeps,
  { slots, spoolDir }: { readonly slots: number; readonly spoolDir: string },
) {
  const { background, browser, pagesAllowed, pagesWithoutSandbox, pageMemoryBytes, pageDiskBytes } = config.composition;
  const { ffmpegSandbox } = config;
  const studio = await Studio.open({
    background,
    slots,
    ffmpegSandbox,
    clock,
    log,
    metrics: transcodeMetrics(metrics),
  });
  closeStack.add('composers', () => studio.close());
  const pages = await Pages.open({
    browser,
    withoutSandbox: pagesWithoutSandbox,
    allowed: pagesAllowed,
    limits: { memoryBytes: pageMemoryBytes, diskBytes: pageDiskBytes },
    spoolDir,
    clock,
    log,
  });
  closeStack.add('browsers', () => pages.close());
  return { studio, pages };
}

function openAssembling(
  { config, clock, rng, log, closeStack }: RecorderDeps,
  o: {
    readonly shell: NodeShell;
    readonly api: ApiLinks;
    readonly store: Store;
    readonly stints: Stints;
    readonly recordings: Recordings;
    readonly studio: Studio;
  },
) {
  const { shell, api, store, stints, recordings, studio } = o;
  const isRunning = (tenant: string, recordingId: string): boolean => recordings.isRunning(tenant, recordingId);
  const held = new HeldStints({
    store,
    storeId: storeIdOf(config.id, config.store),
    clock,
    log,
    isBusy: async ({ tenant, recordingId }) =>
      isRunning(tenant, recordingId) || (await stints.hasSpooled(tenant, recordingId)),
  });
  closeStack.add('lookups of stints', () => held.close());
  api.onLink((link) => held.serveOn(link));
  const stintServer = new StintServer(store);
  const peers = new StintPeers({ shell, clock, rng, log });
  closeStack.add('links to recorders', (cause) => peers.close(cause));
  const assembling = new Assembling({ store, peers, api, clock, log });
  const composing = new Composing({
    store,
    peers,
    api,
    stints,
    slots: recordings,
    check: () => studio.check(),
    openComposer: (ports) => studio.openLaterComposer(ports),
    clock,
    log,
  });
  const erasing = new Erasing({
    store,
    isStoreShared: config.store.kind === 's3',
    log,
    isRunning,
    spool: stints,
    tasks: [assembling, composing],
  });
  api.onLink((link) => erasing.serveOn(link));
  return { stintServer, peers, assembling, composing, erasing };
}
