import {
  type ErrorCode,
  isTrackId,
  limits,
  MeridianError,
  mayPublish,
  producerIdOf,
  type RtpParameters,
  type Track,
} from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { DemandLevel } from '../core/index.ts';
import type { Engine, EngineProducer } from '../engine.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Prepared, Session } from './session.ts';
import type { Outbox } from './shapes.ts';
import { NodeTrack } from './track.ts';

/** Requests within this time are merged, because key frames cost bandwidth and quality (bound: ADR 0004). */
const keyFrameDelayMs = 400;

export interface PublisherPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  engine(): Engine;
  onScore(track: NodeTrack, score: number): void;
  onShared(track: NodeTrack): void;
  replace(room: Room, track: NodeTrack): void;
  /** Drops the pull of a track that is published here now. */
  dropPull(room: Room, track: NodeTrack): void;
}

export class Publisher {
  readonly #ports: PublisherPorts;
  /** Keys of tracks being produced; a second request for the same track gets TRACK_EXISTS at once. */
  readonly #producing = new Set<string>();

  constructor(ports: PublisherPorts) {
    this.#ports = ports;
  }

  /**
   * Returns the track with layer kind, mime type and node. Rejects with NOT_PERMITTED, REQUEST_INVALID, TRACK_EXISTS,
   * TRACK_LIMIT or RTP_PARAMETERS_INVALID.
   */
  async produce(session: Session, requestedTrack: Track, rtpParameters: RtpParameters): Promise<Track> {
    const room = this.#ports.rooms.get(session.roomKey);
    if (room === undefined) throw new MeridianError('SESSION_UNKNOWN');
    if (!mayPublish(session.participant, requestedTrack)) throw new MeridianError('NOT_PERMITTED');
    if (!isTrackId(requestedTrack.trackId)) throw new MeridianError('REQUEST_INVALID', 'not a track id');
    const key = `${room.key}\n${requestedTrack.trackId}`;
    const refused = this.#producing.has(key) ? 'TRACK_EXISTS' : publishRefusalOf(room, session, requestedTrack.trackId);
    if (refused !== undefined) throw new MeridianError(refused);
    checkRtpParameters(requestedTrack, rtpParameters);
    this.#producing.add(key);
    try {
      return await this.#createTrack(room, session, requestedTrack, rtpParameters);
    } finally {
      this.#producing.delete(key);
    }
  }

  async #createTrack(
    room: Room,
    session: Session,
    requestedTrack: Track,
    rtpParameters: RtpParameters,
  ): Promise<Track> {
    const epoch = room.members.nextTrackEpoch(requestedTrack.trackId);
    const scoreSink: { onScore(score: number): void } = { onScore: () => undefined };
    const producer = await this.#engineProduce(session, {
      id: producerIdOf(requestedTrack.trackId, this.#ports.nodeId, epoch),
      kind: requestedTrack.kind,
      rtpParameters,
      paused: requestedTrack.muted,
      keyFrameRequestDelayMs: keyFrameDelayMs,
      onScore: (score) => scoreSink.onScore(score),
    });
    const refused = session.closed ? 'SESSION_UNKNOWN' : publishRefusalOf(room, session, requestedTrack.trackId);
    if (refused !== undefined) {
      producer.close();
      throw new MeridianError(refused);
    }
    const { layerKind, mimeType } = producer;
    const info = { ...requestedTrack, layerKind, mimeType, nodeId: this.#ports.nodeId };
    const prepared: Prepared = { info, producer, onScore: () => undefined };
    scoreSink.onScore = (score) => prepared.onScore(score);
    if (session.info.moving) session.prepared.set(requestedTrack.trackId, prepared);
    else this.#addToRoom(room, session, prepared, epoch);
    return info;
  }

  /**
   * Makes a moving session's prepared producers tracks of the room, which replace the tracks pulled from its old node.
   */
  settle(room: Room, session: Session): Track[] {
    const tracks = [...session.prepared];
    session.prepared.clear();
    for (const [trackId, prepared] of tracks)
      this.#addToRoom(room, session, prepared, room.members.nextTrackEpoch(trackId));
    return tracks.map(([, { info }]) => info);
  }

  #addToRoom(room: Room, session: Session, prepared: Prepared, epoch: number): void {
    const { info, producer } = prepared;
    const { trackId } = info;
    const track: NodeTrack = new NodeTrack({
      roomKey: room.key,
      fence: room.fence,
      info,
      publisherSessionId: session.sessionId,
      origin: true,
      epoch,
      producer,
      clock: this.#ports.clock,
      log: this.#ports.log,
      isSharedUpstream: false,
      onDemand: (level) => this.#demand(session, track, level),
      onShared: () => this.#ports.onShared(track),
      onCatchUp: (number) => this.#demand(session, track, track.requestedLevel, number),
    });
    prepared.onScore = (score) => {
      if (!track.closed) this.#ports.onScore(track, score);
    };
    if (room.members.tracks.has(trackId)) this.#ports.replace(room, track);
    else {
      this.#ports.dropPull(room, track);
      const { sessionId: publisherSessionId } = session;
      room.members.addTrack({ trackId, publisherSessionId, origin: true, epoch, media: track });
    }
    void room.observeLevel(this.#ports.engine(), track);
  }

  async #engineProduce(session: Session, o: Parameters<Session['send']['produce']>[0]): Promise<EngineProducer> {
    try {
      return await session.send.produce(o);
    } catch (error) {
      if (error instanceof MeridianError || session.closed) throw error;
      throw new MeridianError('RTP_PARAMETERS_INVALID', error instanceof Error ? error.message : undefined, {
        cause: error,
      });
    }
  }

  #demand(session: Session, track: NodeTrack, level: DemandLevel, catchUp = 0): void {
    if (track.producer.kind !== 'video' || session.closed) return; // audio costs little and must start at once
    const { trackId } = track;
    this.#ports.outbox.trackDemand(session.signalingId, session.at, { trackId, level, catchUp });
  }
}

/**
 * Returns the error code when a session may not publish a track. A session that is moving here may publish a track that
 * this node already pulls from the session's old node.
 */
function publishRefusalOf(room: Room, session: Session, trackId: string): ErrorCode | undefined {
  if (!session.info.moving) return room.members.refuseTrack(session.sessionId, trackId);
  if (session.prepared.has(trackId)) return 'TRACK_EXISTS';
  const existingTrack = room.members.tracks.get(trackId);
  const isOurs =
    existingTrack === undefined || (!existingTrack.origin && existingTrack.publisherSessionId === session.sessionId);
  if (!isOurs) return 'TRACK_EXISTS';
  return session.prepared.size >= limits.tracksPerParticipantMax ? 'TRACK_LIMIT' : undefined;
}

/** Throws for parameters that mediasoup would accept, or silently truncate; mediasoup checks the rest. */
function checkRtpParameters(requestedTrack: Track, rtp: RtpParameters): void {
  const invalid = (reason: string): never => {
    throw new MeridianError('RTP_PARAMETERS_INVALID', reason);
  };
  for (const { mimeType, payloadType } of rtp.codecs) {
    if (!mimeType.toLowerCase().startsWith(`${requestedTrack.kind}/`))
      invalid(`${mimeType} in a track of kind ${requestedTrack.kind}`);
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) invalid('payload types are 0 to 127');
  }
  for (const { id } of rtp.headerExtensions ?? []) {
    if (!Number.isInteger(id) || id < 1 || id > 255) invalid('header extension ids are 1 to 255');
  }
}
