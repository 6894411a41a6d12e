// Assembles a gateway without its listeners. Everything opened is on the close stack.
import { type OpenedTokens, TargetAddresses, type TokenOrigin } from '@meridian/node-shell';
import type { SignalingLinks } from '@meridian/room-media';
import { FfmpegSupervisor, findSandbox, LackWatch, RtpSockets, transcodeMetrics } from '@meridian/room-media';
import type { ServiceContext } from '@meridian/runtime';
import { StreamKeys } from './adapters/stream-keys.ts';
import { Cdn } from './cdn/cdn.ts';
import { OrderedStreams } from './cdn/ordered-streams.ts';
import type { GatewayConfig } from './config.ts';
import { WAITING_BYTES_MAX, WaitingBytes } from './core/waiting-bytes.ts';
import { Hooks } from './live/hooks.ts';
import { keySetting } from './live/key-settings.ts';
import { LiveRooms } from './live/live-rooms.ts';
import { Publications } from './live/publications.ts';
import { ViewerReports } from './live/viewer-reports.ts';
import { rtmpMetrics, waitingMetrics } from './metrics.ts';
import { Compositions } from './room/compositions.ts';
import { h264Converters } from './room/pictures.ts';
import { Programmes } from './room/programmes.ts';
import { PublishPoints } from './room/publish-points.ts';
import { opusConverters, voiceMixers } from './room/sound.ts';
import { Renditions } from './transcoding/renditions.ts';

export type GatewayDeps = ServiceContext<GatewayConfig>;

export interface Base {
  readonly links: SignalingLinks;
  readonly sockets: RtpSockets;
  readonly opened: OpenedTokens;
  readonly keys: StreamKeys;
  readonly supervisor: FfmpegSupervisor;
}

export interface Live {
  readonly live: LiveRooms;
  readonly publications: Publications;
  readonly waiting: WaitingBytes;
  /** Counts a dropped RTMP message. */
  readonly onDrop: ReturnType<typeof rtmpMetrics>;
}

export interface Rooms {
  readonly points: PublishPoints;
  readonly programmes: Programmes;
  readonly renditions: Renditions;
}

export interface Parts extends Base, Live, Rooms {
  readonly converters: ReturnType<typeof opusConverters>;
  readonly cdn: Cdn;
  readonly ordered: OrderedStreams;
}

export function makeParts(
  deps: GatewayDeps,
  { links, opened, supervisor }: Pick<Base, 'links' | 'opened' | 'supervisor'>,
): Parts {
  const { config, clock, rng, log } = deps;
  const isRevoked = (origin: TokenOrigin): boolean => opened.revocations.isRevoked(origin);
  const keys = new StreamKeys(opened.keys, { rng, wallMs: () => clock.wallMs(), isRevoked });
  const sockets = new RtpSockets({ listen: config.plainListen, log });
  const base: Base = { links, sockets, opened, keys, supervisor };
  const live = makeLive(deps, base);
  const converters = opusConverters({ supervisor, clock, log });
  const rooms = makeRooms(deps, base, live.live, converters);
  const streams = makeCdn(deps, base, live, rooms);
  return { ...base, ...live, ...rooms, ...streams, converters };
}

/** Finds out what ffmpeg may and can do on this host; `watch` reports changes. */
export async function findTranscoders(deps: GatewayDeps) {
  const { config, clock, log, metrics, closeStack } = deps;
  const sandbox = await findSandbox(log, { mode: config.ffmpegSandbox });
  const watch = await LackWatch.open({ sandbox, clock, log });
  closeStack.add('look for ffmpeg', () => watch.close());
  const supervisor = new FfmpegSupervisor({
    sandbox,
    get lacks() {
      return watch.lacks;
    },
    get isSandboxed() {
      return watch.isSandboxed;
    },
    capacity: config.transcodeMillicores,
    clock,
    log,
    metrics: transcodeMetrics(metrics),
  });
  closeStack.add('transcoders', () => supervisor.close());
  return { supervisor, watch };
}

function makeLive(deps: GatewayDeps, { links, opened, supervisor }: Base): Live {
  const { config, clock, rng, log, closeStack } = deps;
  const reports = new ViewerReports({ links, tokens: opened.tokens, clock, log, nodeId: config.id });
  closeStack.add('viewer reports', () => reports.close());
  const live = new LiveRooms({ keys: opened.keys, clock, onViewers: (...of) => reports.changed(...of) });
  const hooks = new Hooks({ apiKeys: config.apiKeys, keys: opened.keys, clock, rng, log });
  closeStack.add('hooks', () => hooks.close());
  const publications = new Publications({
    live,
    hooks,
    clock,
    get lacks() {
      return supervisor.lacks;
    },
  });
  return { live, publications, waiting: makeWaiting(deps), onDrop: rtmpMetrics(deps.metrics) };
}

const WAITING_METRIC_MS = 5000;

function makeWaiting({ clock, log, metrics, closeStack }: GatewayDeps): WaitingBytes {
  const show = waitingMetrics(metrics);
  const waiting = new WaitingBytes({
    onRelief: (viewers, bytes) => {
      show.ended(viewers);
      log.warn(
        { viewers, bytes, maxBytes: WAITING_BYTES_MAX },
        'the slowest viewers are ended: too many bytes wait for all viewers together',
      );
    },
  });
  const figure = clock.every(WAITING_METRIC_MS, () => show.waiting(waiting.bytes));
  closeStack.add('metric of waiting bytes', () => figure.cancel());
  return waiting;
}

function makeRooms(
  { config, clock, rng, log, closeStack }: GatewayDeps,
  { links, sockets, opened, supervisor }: Base,
  live: LiveRooms,
  converters: Parts['converters'],
): Rooms {
  const { tokens, keys } = opened;
  const { id: nodeId, region } = config;
  const common = { links, sockets, tokens, clock, rng, log };
  const { apiKeys } = config;
  const bframes = (apiKey: string) => keySetting({ apiKeys, keys }, apiKey, (entry) => entry.bframes) ?? 'transcode';
  const videoConverters = h264Converters({ supervisor, log });
  const points = new PublishPoints({
    ...common,
    apiKeys: keys,
    region,
    converters,
    videoConverters,
    bframes,
    get lacks() {
      return supervisor.lacks;
    },
  });
  closeStack.add('publish points', () => points.close());
  const mixers = voiceMixers({ supervisor, clock, log });
  const compositions = new Compositions({ supervisor, clock, log });
  closeStack.add('composed pictures', () => compositions.close());
  const programmes = new Programmes({ ...common, apiKeys: keys, live, region, mixers, compositions, nodeId });
  closeStack.add('programmes', () => programmes.close());
  // A viewer with a session in the room ends with it: both have the same token or API key.
  opened.onEnded((isEnded) =>
    programmes.endRevoked(({ apiKey, origin }) =>
      isEnded({ ...origin, apiKey, tenant: keys.findKnown(apiKey)?.tenant ?? '' }),
    ),
  );
  const renditions = new Renditions({ ...common, keys, supervisor, nodeId });
  closeStack.add('renditions', () => renditions.close());
  return { points, programmes, renditions };
}

function makeCdn(
  { config, clock, rng, log, closeStack }: GatewayDeps,
  { opened }: Base,
  { live, publications, waiting, onDrop }: Live,
  { points, programmes }: Rooms,
): Pick<Parts, 'cdn' | 'ordered'> {
  const addresses = new TargetAddresses({ key: 'cdnAllowed', allowed: config.cdnAllowed, clock, log });
  const cdn = new Cdn({ programmes, points, publications, live, waiting, addresses, clock, rng, log, onDrop });
  closeStack.add('pushes and pulls', () => cdn.close());
  const ordered = new OrderedStreams({ cdn, apiKeys: opened.keys, clock });
  closeStack.add('ordered pushes and pulls', () => ordered.close());
  return { cdn, ordered };
}
