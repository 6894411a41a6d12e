// Assembles the recorder: its recordings, its watches, and its registration in the fleet.
import { availableParallelism } from 'node:os';
import { ApiLinks, addressOf, NodeShell, openTokens } from '@meridian/node-shell';
import { openStore } from '@meridian/object-store';
import { nodeKind, recorderSlotsPerCore, rpc, serve } from '@meridian/protocol';
import { findFfmpeg, RtpSockets, SignalingLinks, transcodeMetrics } from '@meridian/room-media';
import type { ServiceContext } from '@meridian/runtime';
import { Studio } from './composing/studio.ts';
import { foldersOf, type RecorderConfig } from './config.ts';
import { Finishing } from './finishing/finishing.ts';
import { registerMetrics } from './metrics.ts';
import { Pages } from './pages/pages.ts';
import { Recordings } from './recordings/recordings.ts';
import { Stints } from './recordings/stints.ts';
import { serveFiles } from './serving/serve.ts';
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
  const stints = await Stints.open(Object.assign({ recorderId: config.id, clock, rng, log }, shared));
  closeStack.add('spool and store', (cause) => stints.close(cause));
  const recordings = new Recordings({
    openStint: (order) => stints.open(order),
    tokens: opened.tokens,
    keys: opened.keys,
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
  const served = await serveFiles(deps, { store, opened });
  const finishing = new Finishing({
    store,
    isStoreShared: config.store.kind === 's3',
    clock,
    log,
    isRunning: (tenant, recordingId) => recordings.isRunning(tenant, recordingId),
    spool: stints,
    ffmpeg: () => findFfmpeg(log, { mode: config.ffmpegSandbox }),
  });
  closeStack.add('jobs that finish recordings', () => finishing.close());
  api.onLink((link) => finishing.serveOn(link));
  registerMetrics(metrics, { recordings, watching, spool: () => stints.figures, finishing: () => finishing.figures });
  const linkServer = await shell.listenLinks({ listen: config.controlListen, onLink: (link) => api.take(link) });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  shell.join({
    describe: () => ({
      addresses: [addressOf('control', 'tcp', config.controlListen, linkServer.port)],
      publicUrl: config.publicUrl ?? '',
    }),
    load: () => ({
      rssBytes: process.memoryUsage.rss(),
      sessions: links.sessions,
      recordSlots: recordings.slots,
      recordSlotsUsed: recordings.usedSlots,
      recordings: recordings.list(),
    }),
    onLeaderLink: (link) =>
      serve(link, rpc.record, async (order) => {
        await recordings.begin(order);
        return { state: 'begun', recorderId: config.id };
      }),
    onPlan(plan) {
      links.follow(plan);
      api.cut(shell.denied, 'shut out by the centre');
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
  return { recordings, finishing, watching, links, keys: opened.keys, linkPort: linkServer.port, http: served?.http };
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
