// A library node as a whole: HTTP, uploads, and registration in the fleet.
import { readdir } from 'node:fs/promises';
import { type HostedKind, HUB_PATH, makeSink, type Notice, openContentFolder } from '@meridian/distribution';
import {
  ApiLinks,
  addressOf,
  apiTasks,
  Edges,
  Locations,
  locateBy,
  NodeShell,
  openTokens,
  queryEdge,
  TargetAddresses,
} from '@meridian/node-shell';
import { FileThreads, openStore, type Store, storeIdOf } from '@meridian/object-store';
import { nodeKind } from '@meridian/protocol';
import type { ServiceContext } from '@meridian/runtime';
import { Checker } from './checking/checker.ts';
import { foldersOf, type LibraryConfig } from './config.ts';
import { Demand } from './core/demand.ts';
import { Places } from './delivery/places.ts';
import { fetchAtEdge, Warming } from './delivery/warming.ts';
import { Watches } from './delivery/watches.ts';
import { type Distribution, type DistributionParts, startDistribution } from './distribution/start.ts';
import {
  distributionMetrics,
  renditionCounts,
  renditionMetrics,
  uploadCounts,
  uploadMetrics,
  warmingCounts,
  watchMetrics,
} from './metrics.ts';
import { startRenditions } from './renditions/start.ts';
import { insideFence } from './serving/fenced-tokens.ts';
import { type ServedParts, serveHttp } from './serving/serve.ts';
import { Trims } from './trimming/trims.ts';
import { Uploads } from './uploads/uploads.ts';

const PARALLEL_BLOCKS = 4;

export type LibraryDeps = ServiceContext<LibraryConfig>;

/** Starts the node. Everything that it opens is on the close stack. */
export async function start(deps: LibraryDeps) {
  const { config, log, clock, metrics, closeStack } = deps;
  const folders = foldersOf(config);
  const shell = await NodeShell.start({ kind: nodeKind.library, context: deps, diskFolder: folders.spool });
  const api = new ApiLinks(() => clock.nowMs());
  const opened = openTokens(deps, api);
  const { threads, store } = await openFiles(deps, folders.files);
  const checker = new Checker({
    kinds: config.kinds,
    scan: config.scan,
    ffmpegSandbox: config.ffmpegSandbox,
    clock,
    log,
  });
  const counted = uploadCounts(metrics);
  const uploads = await Uploads.open({
    folder: folders.spool,
    freeBytes: config.spoolFreeBytes,
    threads,
    kinds: config.kinds,
    store,
    storeId: storeIdOf(config.id, config.store),
    api,
    check: checker.check,
    cover: (path, atMs, signal) => checker.cover(path, atMs, signal),
    onEnded: (code) => counted.ended(code),
    clock,
    log,
  });
  closeStack.add('uploads', () => uploads.close());
  api.onLink((link) => uploads.serveOn(link));
  const places = makePlaces(deps, shell);
  const counts = watchMetrics(metrics, () => watches.underWay);
  const watches = new Watches({ api, counts, clock, log });
  const served = { tokens: insideFence(opened.tokens, config.region), onEnded: opened.onEnded };
  const distribution = await makeDistribution(deps, {
    opened: served,
    api,
    store,
    uploads,
    folder: folders.distribution,
  });
  const warming = makeWarming(deps, { places, store });
  const onStart: ServedParts['onStart'] = (content, of) => void warming.notePlaybackStart(content, of);
  const { http, senders } = await serveHttp(deps, {
    store,
    opened: served,
    uploads,
    places,
    watches,
    onStart,
    distribution,
  });
  uploadMetrics(metrics, { uploads, senders });
  const linkServer = await shell.listenLinks({ listen: config.controlListen, onLink: (link) => api.take(link) });
  closeStack.add('link server', (cause) => linkServer.close(cause));
  closeStack.add('watches', () => watches.close()); // the last hand-over needs the links to apis
  const trims = await Trims.open({
    folder: folders.trims,
    storeId: storeIdOf(config.id, config.store),
    uploads,
    check: checker.check,
    rng: deps.rng,
    log,
  });
  await makeRenditions(deps, { folder: folders.sources, store, api, trims });
  shell.join({
    describe: () => ({
      addresses: [addressOf('control', 'tcp', config.controlListen, linkServer.port)],
      publicUrl: config.publicUrl,
    }),
    load: () => ({ rssBytes: process.memoryUsage.rss() }),
    onPlan(plan) {
      api.cut(shell.denied, 'shut out by the centre');
      if (plan.nodes.some(({ kind }) => kind === nodeKind.api)) opened.keys.expectApi();
    },
  });
  log.info({ linkPort: linkServer.port }, 'listening');
  return { linkPort: linkServer.port, http, uploads };
}

async function openFiles({ config, clock, closeStack }: LibraryDeps, folder: string) {
  const threads = new FileThreads();
  closeStack.add('file threads', () => threads.close());
  const store = await openStore(config.store, { folder, sealKeys: config.sealKeys, clock, threads });
  closeStack.add('store', (cause) => store.close(cause));
  return { threads, store };
}

function makePlaces({ config, clock, log, closeStack }: LibraryDeps, shell: NodeShell): Places {
  const edges = new Edges({ config: config.edges, ask: queryEdge, clock, log });
  closeStack.add('edges', () => edges.close());
  const locations = new Locations({ nowMs: () => clock.nowMs(), locate: locateBy(() => shell.centre.registered) });
  const { id: nodeId, publicUrl, latitude, longitude } = config;
  return new Places({ edges, locations, self: { nodeId, publicUrl, latitude, longitude }, log });
}

/** Returns undefined when the configuration has no channels. */
async function makeDistribution(
  deps: LibraryDeps,
  of: Pick<DistributionParts, 'opened' | 'api' | 'store' | 'uploads'> & { readonly folder: string },
): Promise<Distribution | undefined> {
  const { config, clock, log, metrics, closeStack } = deps;
  if (config.distribution === undefined) return undefined;
  const { opened, api, store, uploads } = of;
  const bytesMax = config.distributionBytesMax;
  const folder = await openContentFolder({ folder: of.folder, bytesMax, parallel: PARALLEL_BLOCKS, clock, log });
  closeStack.add('contents on their way', () => folder.close());
  const addresses = new TargetAddresses({
    allowed: config.distributionTargets,
    key: 'distributionTargets',
    clock,
    log,
  });
  const counts = distributionMetrics(metrics, {
    polls: () => distribution?.polls.size ?? 0,
    hosted: () => distribution?.hosted.size ?? 0,
  });
  const { publicUrl: origin } = config;
  const receiptUrl = ({ token, receiver, delivery }: Notice): string =>
    `${origin}${HUB_PATH}/arrivals/${token}/${receiver}/${delivery}`;
  const forSinks = { clock, addresses, folder, origin, receiptUrl };
  const distribution = startDistribution(deps, {
    opened,
    api,
    store,
    uploads,
    folder,
    held: () => readdir(of.folder),
    counts,
    makeSink: ({ kind, settings }) => makeSink(kind as HostedKind, settings, forSinks),
  });
  return distribution;
}

function makeWarming(
  { clock, log, rng, metrics, closeStack }: LibraryDeps,
  of: { readonly places: Places; readonly store: Store },
): Warming {
  const demand = new Demand(Buffer.from(rng.bytes(4)).readUInt32LE());
  const { onWarmed } = warmingCounts(metrics);
  const warming = new Warming(Object.assign({ demand, ask: fetchAtEdge, clock, log, onWarmed }, of));
  closeStack.add('fetching ahead at edges', () => warming.close());
  return warming;
}

/** The renditions come after the link server on the close stack, so that an api hears which tasks are abandoned. */
async function makeRenditions(
  { config, log, clock, metrics, closeStack }: LibraryDeps,
  of: { readonly folder: string; readonly store: Store; readonly api: ApiLinks; readonly trims: Trims },
): Promise<void> {
  const { enabled, cores, threads, sourceBytesMax, h264Preset, av1Preset } = config.renditions;
  if (!enabled) return;
  const { ended } = renditionCounts(metrics);
  const { folder, store, trims } = of;
  const port = apiTasks(of.api);
  const { ffmpegSandbox } = config;
  const settings = { ffmpegSandbox, cores, threads, sourceBytesMax, h264Preset, av1Preset };
  const renditions = await startRenditions(
    Object.assign({ store, port, folder, trims, clock, log, onEnded: ended }, settings),
  );
  renditionMetrics(metrics, renditions);
  closeStack.add('renditions', () => renditions.close());
}
