import type { LocalTrackPublication, Participant, RemoteTrackPublication, Room } from '@meridian/sdk-web';
import {
  codecOf,
  type StatsEntry,
  senderReadingOf,
  type TrackReading,
  type TrackSourceName,
} from '../core/call-stats.ts';

const sources: readonly TrackSourceName[] = ['camera', 'screen_share', 'microphone', 'screen_share_audio'];

/** Reads all tracks sent and received now; omits a track that ends meanwhile. */
export async function readTracks({ localParticipant, remoteParticipants }: Room): Promise<TrackReading[]> {
  const people: Participant[] = [localParticipant, ...remoteParticipants.values()];
  const read = people.flatMap((one) => sources.map((source) => readTrack(one, source)));
  return (await Promise.all(read)).filter((one) => one !== undefined);
}

async function readTrack(one: Participant, source: TrackSourceName): Promise<TrackReading | undefined> {
  const publication = one.getTrackPublication(source);
  if (publication?.track === undefined || publication.isMuted) return undefined;
  const { trackId } = publication;
  const about = { sessionId: one.sessionId, source, trackId };
  try {
    const counters = one.isLocal
      ? await sentBy(publication as LocalTrackPublication)
      : await receivedBy(publication as RemoteTrackPublication);
    return counters && { ...about, ...counters };
  } catch (error) {
    console.debug('No counters of a track:', error);
    return undefined;
  }
}

type Counters = Omit<TrackReading, 'sessionId' | 'source' | 'trackId'>;

async function sentBy({ track }: LocalTrackPublication): Promise<Counters> {
  const entries = [...(await track.getStats()).values()] as StatsEntry[];
  return { ...senderReadingOf(entries), takenMs: performance.now(), freezes: 0, freezeMs: 0 };
}

async function receivedBy(publication: RemoteTrackPublication): Promise<Counters | undefined> {
  const stats = await publication.track?.receiverStats();
  if (stats === undefined) return undefined;
  const { spatialLayer } = publication.currentLayers;
  const layers = publication.layers.length;
  return {
    takenMs: performance.now(),
    bytes: stats.bytesReceived,
    packets: stats.packetsReceived,
    lost: stats.packetsLost,
    width: stats.frameWidth,
    height: stats.frameHeight,
    fps: stats.framesPerSecond,
    codec: codecOf(stats.mimeType),
    layer: layers > 1 && spatialLayer !== undefined ? `${spatialLayer + 1}/${layers}` : '',
    jitterMs: stats.jitterMs,
    freezes: stats.freezeCount,
    freezeMs: stats.totalFreezesMs,
    holdReason: publication.pausedReason,
  };
}
