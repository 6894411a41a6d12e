import type { MediaKind } from '@meridian/protocol';
import type { StatsEntry } from './stats.ts';

export interface ReceiverRecord {
  readonly kind: MediaKind;
  readonly packetsReceived: number;
  readonly packetsLost: number;
  readonly bytesReceived: number;
  readonly jitterMs: number;
  readonly framesDecoded: number;
  readonly framesPerSecond: number;
  readonly frameWidth: number;
  readonly frameHeight: number;
  readonly freezeCount: number;
  readonly totalFreezesMs: number;
  readonly totalAudioEnergy: number;
  /** Audio samples that have left the jitter buffer, audible or not. */
  readonly samplesPlayed: number;
  readonly mimeType: string;
}

/** Returns the statistics of a receiver. Fields that a browser does not report are 0 or ''. */
export function receiverStatsOf(kind: MediaKind, entries: readonly StatsEntry[]): ReceiverRecord {
  const inbound = entries.find(
    (entry) => entry.type === 'inbound-rtp' && (entry.kind === undefined || entry.kind === kind),
  );
  const codec = entries.find((entry) => entry.type === 'codec' && entry.id === inbound?.['codecId']);
  const read = (field: string): number => {
    const value = inbound?.[field];
    return typeof value === 'number' && Number.isFinite(value) ? value : 0;
  };
  return {
    kind,
    packetsReceived: read('packetsReceived'),
    packetsLost: read('packetsLost'),
    bytesReceived: read('bytesReceived'),
    jitterMs: read('jitter') * 1000,
    framesDecoded: read('framesDecoded'),
    framesPerSecond: read('framesPerSecond'),
    frameWidth: read('frameWidth'),
    frameHeight: read('frameHeight'),
    freezeCount: read('freezeCount'),
    totalFreezesMs: read('totalFreezesDuration') * 1000,
    totalAudioEnergy: read('totalAudioEnergy'),
    samplesPlayed: read('jitterBufferEmittedCount'),
    mimeType: typeof codec?.['mimeType'] === 'string' ? codec['mimeType'] : '',
  };
}
