// Everything about sending: the tracks that sessions of this node publish.
import { isTrackId, MeridianError, producerIdOf, type RtpParameters } from '@meridian/protocol';
import type { Clock, Logger } from '@meridian/runtime';
import type { Engine, EngineProducer } from '../engine.ts';
import type { Room } from './room.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';
import type { Outbox, TrackShape } from './shapes.ts';
import { NodeTrack } from './track.ts';

/** Key frames cost bandwidth and quality: those asked for within this time are one. Why not longer: ADR 0004. */
const keyFrameDelayMs = 400;

export interface PublisherPorts {
  readonly nodeId: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly rooms: Rooms;
  readonly outbox: Outbox;
  engine(): Engine;
  /** The track arrives better or worse from its publisher. */
  onScore(track: NodeTrack, score: number): void;
}

export class Publisher {
  readonly #ports: PublisherPorts;
  /** Track ids being produced: a second request for one meets TRACK_EXISTS at once. */
  readonly #making = new Set<string>();

  constructor(ports: PublisherPorts) {
    this.#ports = ports;
  }

  /**
   * Produces a track of a session. NOT_PERMITTED, REQUEST_INVALID, TRACK_EXISTS, TRACK_LIMIT, RTP_PARAMETERS_INVALID.
   * Answers the track as others are to see it: layer kind, mime type and node filled in.
   */
  async produce(session: Session, wanted: TrackShape, rtpParameters: RtpParameters): Promise<TrackShape> {
    const room = this.#ports.rooms.get(session.roomKey);
    if (room === undefined) throw new MeridianError('SESSION_UNKNOWN');
    if (!session.info.canPublish) throw new MeridianError('NOT_PERMITTED');
    if (!isTrackId(wanted.trackId)) throw new MeridianError('REQUEST_INVALID', 'not a track id');
    const key = `${room.key}\n${wanted.trackId}`;
    const refused = this.#making.has(key) ? 'TRACK_EXISTS' : room.book.refuseTrack(session.sessionId, wanted.trackId);
    if (refused !== undefined) throw new MeridianError(refused);
    refuseForeignCodecs(wanted, rtpParameters);
    this.#making.add(key);
    try {
      return await this.#stand(room, session, wanted, rtpParameters);
    } finally {
      this.#making.delete(key);
    }
  }

  async #stand(room: Room, session: Session, wanted: TrackShape, rtpParameters: RtpParameters): Promise<TrackShape> {
    const epoch = room.book.nextTrackEpoch(wanted.trackId);
    const stands: { track?: NodeTrack } = {};
    const producer = await this.#engineProduce(session, {
      id: producerIdOf(wanted.trackId, this.#ports.nodeId, epoch),
      kind: wanted.kind,
      rtpParameters,
      paused: wanted.muted,
      keyFrameRequestDelayMs: keyFrameDelayMs,
      onScore: (score) => {
        if (stands.track !== undefined && !stands.track.closed) this.#ports.onScore(stands.track, score);
      },
    });
    const refused = session.closed ? 'SESSION_UNKNOWN' : room.book.refuseTrack(session.sessionId, wanted.trackId);
    if (refused !== undefined) {
      producer.close();
      throw new MeridianError(refused);
    }
    const { layerKind, mimeType } = producer;
    const track: NodeTrack = new NodeTrack({
      roomKey: room.key,
      info: { ...wanted, layerKind, mimeType, nodeId: this.#ports.nodeId },
      publisherSessionId: session.sessionId,
      origin: true,
      epoch,
      producer,
      clock: this.#ports.clock,
      onDemand: (level) => this.#demand(session, track, level),
    });
    stands.track = track;
    room.book.addTrack({
      trackId: wanted.trackId,
      publisherSessionId: session.sessionId,
      origin: true,
      epoch,
      media: track,
    });
    void room.hear(this.#ports.engine(), track);
    return track.info;
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

  #demand(session: Session, track: NodeTrack, level: number): void {
    if (track.producer.kind !== 'video' || session.closed) return; // audio costs little and must start at once
    const { trackId } = track;
    this.#ports.outbox.trackDemand(session.doorId, session.at, { trackId, maxSpatialLayer: level });
  }
}

/** The media library checks most of it; these it would take, or cut to size without a word. */
function refuseForeignCodecs(wanted: TrackShape, rtp: RtpParameters): void {
  const invalid = (what: string): never => {
    throw new MeridianError('RTP_PARAMETERS_INVALID', what);
  };
  for (const { mimeType, payloadType } of rtp.codecs) {
    if (!mimeType.toLowerCase().startsWith(`${wanted.kind}/`)) invalid(`${mimeType} in a track of kind ${wanted.kind}`);
    if (!Number.isInteger(payloadType) || payloadType < 0 || payloadType > 127) invalid('payload types are 0 to 127');
  }
  for (const { id } of rtp.headerExtensions ?? []) {
    if (!Number.isInteger(id) || id < 1 || id > 255) invalid('header extension ids are 1 to 255');
  }
}
