// The parts of a media node and what each tells the others. They are made in one go and call back later, so each closure
// may name any other part.
import type { Clock, Logger, Rng } from '@meridian/runtime';
import type { RoomLeaseSeen } from '../core/index.ts';
import type { Engine, EngineFactory } from '../engine.ts';
import { DataRelay } from './data-relay.ts';
import { Doors } from './doors.ts';
import { type EndingParts, endAll, endSession, endTrack } from './endings.ts';
import { type Certificates, checkGrant } from './grants.ts';
import { LeaseWords } from './lease-words.ts';
import { PipeHub, type PipePaths } from './pipes.ts';
import { Publisher } from './publisher.ts';
import { type PullPorts, PullTable } from './pulls.ts';
import { Rooms } from './rooms.ts';
import { Serving } from './serving.ts';
import type { Neighbours, Outbox } from './shapes.ts';
import { Subscriber } from './subscriber.ts';
import type { NodeTrack } from './track.ts';
import { WorkerLife } from './worker-life.ts';

export interface NodePorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rng: Rng;
  readonly engines: EngineFactory;
  readonly outbox: Outbox;
  readonly neighbours: Neighbours;
  readonly certificates: Certificates;
  /** The forwarder under the pipes; undefined: there is none. */
  readonly paths?: PipePaths | undefined;
  doorLinked(doorId: string): boolean;
  doorIncarnation(doorId: string): string;
  consumersMax(): number;
  /** The centre's word on whose a room is: epoch 0 when it does not know the room, undefined when it is away. Never rejects. */
  askLease(roomKey: string): Promise<RoomLeaseSeen | undefined>;
  /** A session is attached: its placement is confirmed. */
  onAttached(decisionId: string): void;
  /** The worker died; everything is closed. Links to neighbours should be cut: they hold halves of dead pipes. */
  onWorkerDied(reason: string): void;
  /** A new worker runs under a new incarnation: register again. */
  onRestarted(): void;
  /** The worker cannot be started any more. */
  onFailed(reason: string): void;
}

export interface NodeParts extends EndingParts {
  worker: WorkerLife;
  outbox: Outbox;
  rooms: Rooms;
  words: LeaseWords;
  doors: Doors;
  pipes: PipeHub;
  pulls: PullTable;
  serving: Serving;
  subscriber: Subscriber;
  publisher: Publisher;
  data: DataRelay;
}

/** Makes the parts. Nothing is started and nothing is opened yet. */
export function wireParts(ports: NodePorts): NodeParts {
  const { nodeId, clock, log, outbox } = ports;
  const engine = (): Engine => parts.worker.engine;
  const rooms = new Rooms({ clock, log, outbox });
  const words = new LeaseWords({
    log,
    leaseOf: (roomKey) => rooms.leaseOf(roomKey),
    ask: (roomKey) => ports.askLease(roomKey),
  });
  const worker = new WorkerLife({
    ...ports,
    onDied: (reason) => {
      endAll(parts, 'WORKER_DIED');
      ports.onWorkerDied(reason);
    },
  });
  const doors = new Doors({
    clock,
    log,
    rooms,
    linked: (id) => ports.doorLinked(id),
    incarnationOf: (id) => ports.doorIncarnation(id),
    onAbandoned: (session) => endSession(parts, session, 'SESSION_UNKNOWN'),
  });
  const pipes = new PipeHub({
    nodeId,
    log,
    neighbours: ports.neighbours,
    paths: ports.paths,
    engine,
    incarnation: () => worker.incarnation,
    onLost: (remoteId, reason) => {
      parts.serving.nodeLost(remoteId);
      for (const pull of parts.pulls.from(remoteId)) pull.end('lost', reason);
    },
  });
  const pulls = new PullTable(pullPorts(ports, () => parts));
  const serving = wireServing(ports, () => parts);
  const subscriber = new Subscriber({ nodeId, clock, log, rooms, pulls, outbox, engine });
  const publisher = new Publisher({
    nodeId,
    clock,
    log,
    rooms,
    outbox,
    engine,
    onScore: (track, score) => {
      // What local subscribers get has it in their own score; the nodes below cannot know it.
      track.originScore = Math.max(1, score);
      parts.serving.scored(track);
    },
  });
  const data = new DataRelay({ rooms, outbox, clock, log });
  const parts: NodeParts = { worker, outbox, rooms, words, doors, pipes, pulls, serving, subscriber, publisher, data };
  return parts;
}

function pullPorts(ports: NodePorts, parts: () => NodeParts): PullPorts {
  const { nodeId, clock, log, neighbours, outbox } = ports;
  return {
    nodeId,
    clock,
    log,
    neighbours,
    outbox,
    pipe: (id) => parts().pipes.ensure(id),
    ownerOf: (roomKey) => parts().rooms.leaseOf(roomKey)?.ownerId ?? '',
    onCarried: (track) => enterTrack(parts().rooms, track),
    onScored: (track) => {
      const { rooms, subscriber, serving } = parts();
      const room = rooms.get(track.roomKey);
      if (room !== undefined) subscriber.trackScored(room, track);
      serving.scored(track);
    },
    onDropped: (pull, track, reason) => {
      const { rooms, subscriber, serving } = parts();
      const room = rooms.get(track.roomKey);
      if (room?.book.tracks.get(track.trackId)?.media === track) endTrack(parts(), room, track, reason, true);
      else serving.trackEnded(track, reason); // the old side of a move: the room's book has the new one
      subscriber.moves.pullDropped(pull);
    },
  };
}

function wireServing(ports: NodePorts, parts: () => NodeParts): Serving {
  const { nodeId, clock, log, outbox, certificates } = ports;
  const pullOf = (track: NodeTrack) => (track.origin ? undefined : parts().pulls.find(track.roomKey, track.trackId));
  return new Serving({
    log,
    outbox,
    pipe: (id) => parts().pipes.ensure(id),
    track: (roomKey, trackId) => parts().rooms.get(roomKey)?.book.tracks.get(trackId)?.media,
    refuse: (question) => {
      const { rooms, words } = parts();
      return checkGrant({ nodeId, clock, rooms, words, certificates }, question);
    },
    hold: (track, id) => {
      // Its end reaches the other node through the track.
      pullOf(track)
        ?.want(`node ${id}`)
        .catch(() => undefined);
    },
    release: (track, id) => pullOf(track)?.unwant(`node ${id}`),
  });
}

/** False: the room has gone while the carrier answered, and nobody is left who wanted the track. */
function enterTrack(rooms: Rooms, track: NodeTrack): boolean {
  const book = rooms.get(track.roomKey)?.book;
  if (book === undefined) return false;
  const { trackId, epoch, publisherSessionId } = track;
  if (book.tracks.has(trackId)) book.replaceTrack(trackId, epoch, track);
  else book.addTrack({ trackId, publisherSessionId, origin: false, epoch, media: track });
  return true;
}
