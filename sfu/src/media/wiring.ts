// Creates the parts of a media node and connects them. The closures run only after all parts exist, so each closure may
// name any part.
import { roomEpochFloor } from '@meridian/protocol';
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { OwnerLease } from '../core/index.ts';
import type { Engine, EngineFactory } from '../engine.ts';
import { ChannelRelay } from './channel-relay.ts';
import { DataRelay } from './data-relay.ts';
import { Departures } from './departures.ts';
import { type EndingParts, endAll, endSession, endTrack } from './endings.ts';
import { type Certificates, checkGrant } from './grants.ts';
import { LeaseVerifier } from './lease-verifier.ts';
import { PipeHub, type PipePaths } from './pipes.ts';
import { PublishBudgets } from './publish-budgets.ts';
import { Publisher } from './publisher.ts';
import { type PullPorts, PullTable } from './pulls.ts';
import { Rooms } from './rooms.ts';
import { Serving } from './serving.ts';
import type { Session } from './session.ts';
import type { Neighbours, Outbox } from './shapes.ts';
import { SignalingNodes } from './signaling-nodes.ts';
import { Subscriber } from './subscriber.ts';
import type { NodeTrack } from './track.ts';
import { WorkerLife } from './worker-life.ts';

export interface NodePorts {
  readonly nodeId: string;
  /** Region in this node's certificate; the node refuses rooms whose fence excludes it. */
  readonly region: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly engines: EngineFactory;
  readonly outbox: Outbox;
  readonly neighbours: Neighbours;
  readonly certificates: Certificates;
  readonly paths?: PipePaths | undefined;
  signalingLinked(signalingId: string): boolean;
  signalingIncarnation(signalingId: string): string;
  consumersMax(): number;
  /** Returns epoch 0 when the centre does not know the room, undefined while the centre is away. Never rejects. */
  askLease(roomKey: string): Promise<OwnerLease | undefined>;
  centreTerm(): number;
  /** Returns the highest accepted epoch of the centre that places for the region; 0: the region has no instances. */
  regionEpoch?(): number;
  /** Called when a session is attached, which confirms its placement. */
  onAttached(decisionId: string): void;
  /**
   * Called after a worker's death, when everything is closed. Should end the links to other media nodes, whose pipes
   * have lost this end.
   */
  onWorkerDied(reason: string): void;
  /** Called when a new worker runs under a new incarnation; the node should register again. */
  onRestarted(): void;
  onFailed(reason: string): void;
}

export interface NodeParts extends EndingParts {
  worker: WorkerLife;
  outbox: Outbox;
  rooms: Rooms;
  leaseVerifier: LeaseVerifier;
  signalingNodes: SignalingNodes;
  pipes: PipeHub;
  pulls: PullTable;
  serving: Serving;
  subscriber: Subscriber;
  publisher: Publisher;
  data: DataRelay;
  channels: ChannelRelay;
  departures: Departures;
  publishBudgets: PublishBudgets;
}

export function wireParts(ports: NodePorts): NodeParts {
  const { nodeId, clock, log, outbox } = ports;
  const engine = (): Engine => parts.worker.engine;
  const rooms = new Rooms({ clock, log, outbox });
  const leaseVerifier = new LeaseVerifier({
    log,
    leaseOf: (roomKey) => rooms.leaseOf(roomKey),
    ask: (roomKey) => ports.askLease(roomKey),
    epochFloor: () => roomEpochFloor(ports.centreTerm()),
  });
  const worker = new WorkerLife({
    ...ports,
    onDied: (reason) => {
      endAll(parts, 'WORKER_DIED');
      ports.onWorkerDied(reason);
    },
  });
  const signalingNodes = new SignalingNodes({
    clock,
    log,
    rooms,
    linked: (id) => ports.signalingLinked(id),
    incarnationOf: (id) => ports.signalingIncarnation(id),
    onAbandoned: (session) => endSession(parts, session, 'SESSION_UNKNOWN'),
  });
  const pipes = wirePipes(ports, () => parts);
  const pulls = new PullTable(pullPorts(ports, () => parts));
  const serving = wireServing(ports, () => parts);
  const subscriber = new Subscriber({
    nodeId,
    clock,
    log,
    rooms,
    pulls,
    outbox,
    engine,
    isServed: (track) => parts.serving.pullersOf(track).length > 0,
    endServing: (track, reason) => parts.serving.trackEnded(track, reason),
  });
  const publisher = wirePublisher(ports, rooms, () => parts);
  const data = new DataRelay({ rooms, outbox, clock, log });
  const channels = new ChannelRelay({
    rooms,
    outbox,
    clock,
    log,
    end: (session, code) => endSession(parts, session, code),
  });
  const departures = new Departures({
    clock,
    isIdle: (session) => isIdle(parts, session),
    end: (session) => endSession(parts, session),
  });
  const publishBudgets = new PublishBudgets({ clock, log, parts: () => parts });
  const parts: NodeParts = {
    worker,
    outbox,
    rooms,
    leaseVerifier,
    signalingNodes,
    pipes,
    pulls,
    serving,
    subscriber,
    publisher,
    data,
    channels,
    departures,
    publishBudgets,
  };
  return parts;
}

function wirePipes({ nodeId, log, neighbours, paths }: NodePorts, parts: () => NodeParts): PipeHub {
  return new PipeHub({
    nodeId,
    log,
    neighbours,
    paths,
    engine: () => parts().worker.engine,
    incarnation: () => parts().worker.incarnation,
    onLost: (remoteId, fence, reason) => {
      const { serving, pulls } = parts();
      serving.pipeLost(remoteId, fence);
      for (const pull of pulls.pullsFrom(remoteId)) if (pull.request.fence === fence) pull.end('lost', reason);
    },
  });
}

function wirePublisher({ nodeId, clock, log, outbox }: NodePorts, rooms: Rooms, parts: () => NodeParts): Publisher {
  return new Publisher({
    nodeId,
    clock,
    log,
    rooms,
    outbox,
    engine: () => parts().worker.engine,
    onScore: (track, score) => {
      // A local subscriber's consumer score includes the origin's score; nodes that pull the track have to be informed.
      track.originScore = Math.max(1, score);
      parts().serving.reportState(track);
    },
    onShared: (track) => parts().serving.reportState(track),
    replace: (room, track) => parts().subscriber.moves.settle(room, track),
    dropPull: (room, { trackId }) => parts().pulls.find(room.key, trackId)?.end('close', 'it is published here now'),
  });
}

function pullPorts(ports: NodePorts, parts: () => NodeParts): PullPorts {
  const { nodeId, clock, log, neighbours, outbox } = ports;
  return {
    nodeId,
    clock,
    log,
    neighbours,
    outbox,
    pipe: (id, fence) => parts().pipes.ensure(id, fence),
    ownerOf: (roomKey) => parts().rooms.leaseOf(roomKey)?.ownerId ?? '',
    onCarried: (track) => enterTrack(parts(), track),
    onScored: (track) => {
      const { rooms, subscriber, serving } = parts();
      const room = rooms.get(track.roomKey);
      if (room !== undefined) subscriber.reportScore(room, track);
      serving.reportState(track);
    },
    onShared: (track) => parts().serving.reportState(track),
    onDropped: (pull, track, reason) => {
      const { rooms, subscriber, serving } = parts();
      const room = rooms.get(track.roomKey);
      if (room?.members.tracks.get(track.trackId)?.media === track) endTrack(parts(), room, track, reason, true);
      else serving.trackEnded(track, reason); // the old track of a move: the room already has the new one
      subscriber.moves.sourceLost(pull);
    },
  };
}

function isIdle({ rooms, serving, subscriber }: NodeParts, session: Session): boolean {
  const book = rooms.get(session.roomKey)?.members;
  const published = [...(book?.sessions.get(session.sessionId)?.publishes ?? [])];
  const isInUse = published.some((trackId) => {
    const entry = book?.tracks.get(trackId);
    return entry !== undefined && (entry.subscribers.size > 0 || serving.pullersOf(entry.media).length > 0);
  });
  return !isInUse && !subscriber.moves.hasOldSubscribers(session);
}

function wireServing(ports: NodePorts, parts: () => NodeParts): Serving {
  const { nodeId, clock, log, outbox, certificates } = ports;
  const pullOf = (track: NodeTrack) => (track.origin ? undefined : parts().pulls.find(track.roomKey, track.trackId));
  return new Serving({
    log,
    outbox,
    pipe: (id, fence) => parts().pipes.ensure(id, fence),
    track: (roomKey, trackId) => parts().rooms.get(roomKey)?.members.tracks.get(trackId)?.media,
    refuse: (question) => {
      const { rooms, leaseVerifier } = parts();
      return checkGrant({ nodeId, clock, rooms, leaseVerifier, certificates }, question);
    },
    hold: (track, id) => {
      // If the pull fails, the track ends, and its end informs the pulling node.
      pullOf(track)
        ?.want(holdKey(track, id))
        .catch(() => undefined);
    },
    release: (track, id) => {
      pullOf(track)?.unwant(holdKey(track, id));
      parts().subscriber.moves.finishIfUnused(track);
    },
  });
}

/** Returns the id under which a pulling node wants this producer of a track from this node's own pull. */
const holdKey = (track: NodeTrack, id: string): string => `node ${id} ${track.epoch}`;

/** Enters a pulled track in its room. Returns false when the room is gone, or the publisher has moved to this node. */
function enterTrack({ rooms, subscriber }: NodeParts, track: NodeTrack): boolean {
  const book = rooms.get(track.roomKey)?.members;
  if (book === undefined) return false;
  const { trackId, epoch, publisherSessionId } = track;
  const existingTrack = book.tracks.get(trackId);
  if (existingTrack?.origin && !subscriber.moves.isWaitingFor(track)) return false;
  if (existingTrack !== undefined) book.replaceTrack(trackId, epoch, track, false);
  else book.addTrack({ trackId, publisherSessionId, origin: false, epoch, media: track });
  return true;
}
