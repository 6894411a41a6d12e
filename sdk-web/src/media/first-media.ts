// Waits until a consumer has something to show: its first decoded frame, or its first audio. Reads the receiver's
// statistics, because callbacks of a video element do not come while the page is hidden.
import type { types } from 'mediasoup-client';
import { receiverStatsOf } from '../core/receiver-stats.ts';
import type { StatsEntry } from '../core/stats.ts';
import { entriesOfReport } from './report.ts';

const pollMs = 40; // about one frame

/** Audio leaves the jitter buffer within this time after its first packet, unless the page plays nothing. */
const soundStartMs = 400;

/** Returns true when media came within the deadline, false when not (or the consumer was closed). */
export async function firstMedia(consumer: types.Consumer, deadlineMs: number): Promise<boolean> {
  const untilMs = performance.now() + deadlineMs;
  let firstPacketMs: number | undefined;
  while (performance.now() < untilMs) {
    if (consumer.closed) return false;
    const stats = receiverStatsOf(consumer.kind, await entriesOf(consumer));
    if (stats.packetsReceived > 0) firstPacketMs ??= performance.now();
    if (consumer.kind === 'video' ? stats.framesDecoded > 0 : stats.samplesPlayed > 0) return true;
    const hasSound = consumer.kind === 'audio' && firstPacketMs !== undefined;
    if (hasSound && performance.now() - (firstPacketMs ?? 0) > soundStartMs) return true;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
  return false;
}

async function entriesOf(consumer: types.Consumer): Promise<StatsEntry[]> {
  try {
    return entriesOfReport(await consumer.getStats());
  } catch (error) {
    if (!consumer.closed) throw error;
    return [];
  }
}
