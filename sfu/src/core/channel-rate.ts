// Limits how much one client may send over its data channels. A data channel cannot make a client wait: lossy messages
// above the rate are dropped, reliable messages wait (reliable-queue.ts). The node ends the session of a client that
// floods, because dropping costs work as well.
import { type Bucket, type BucketLimits, fullBucket, limits, takeTokens } from '@meridian/protocol';

const bytes: BucketLimits = { perSecond: limits.dataBytesPerSecond, burst: limits.dataBurstBytes };
/** Enough for two channels of a program that sends a message with each of 60 frames a second, plus calls and chat. */
const messages: BucketLimits = { perSecond: 200, burst: 400 };

/** Flood limit on the bytes of all messages, dropped or not: four times the rate, with a burst of a 64 MB file. */
const floodBytes: BucketLimits = { perSecond: 4 * bytes.perSecond, burst: 64 * 1024 * 1024 };
/** Flood limit on the number of messages; the burst is a 64 MB file in parts of 6.5 kB. */
const floodMessages: BucketLimits = { perSecond: 4 * messages.perSecond, burst: 10_000 };

/**
 * Higher than the rate at which the signaling node forwards, so that files wait there, where the messages of a call can
 * overtake them. Low enough for a link whose 8 MB buffer carries all other messages too.
 */
const reliableBytes: BucketLimits = { perSecond: 2 * 1024 * 1024, burst: limits.dataBurstBytes };

export const reliableRules = {
  bytes: reliableBytes,
  messages,
  /** Twice what may wait at the signaling node, because only that node can end a stream too large for its receivers. */
  sessionBytesMax: 16 * 1024 * 1024,
  allBytesMax: 64 * 1024 * 1024,
  /** Memory of a waiting message beside its payload. */
  overheadBytes: 256,
} as const;

export const channelRules = { bytes, messages, floodBytes, floodMessages } as const;

export interface ReliableRate {
  readonly bytes: Bucket;
  readonly messages: Bucket;
}

export type ChannelRate = { readonly [bucket in keyof typeof channelRules]: Bucket };
export interface ChannelVerdict {
  readonly rate: ChannelRate;
  /** `end` ends the session with RATE_LIMITED. */
  readonly verdict: 'take' | 'drop' | 'end';
}

export const fullChannelRate = (nowMs: number): ChannelRate => ({
  bytes: fullBucket(bytes, nowMs),
  messages: fullBucket(messages, nowMs),
  floodBytes: fullBucket(floodBytes, nowMs),
  floodMessages: fullBucket(floodMessages, nowMs),
});

/** Judges one lossy message. A dropped message takes no tokens of the rate, but tokens of the flood limit. */
export function judgeLossyMessage(rate: ChannelRate, byteCount: number, nowMs: number): ChannelVerdict {
  const flood = judgeFlood(rate, byteCount, nowMs);
  if (flood.verdict === 'end') return flood;
  const sent = takeFromBoth(rate, channelRules, byteCount, nowMs);
  if (sent === undefined) return { rate: flood.rate, verdict: 'drop' };
  return { rate: { ...flood.rate, ...sent }, verdict: 'take' };
}

/** Judges one message by the flood limit alone: its verdict is never `drop`. */
export function judgeFlood(rate: ChannelRate, byteCount: number, nowMs: number): ChannelVerdict {
  const floodCheck = {
    bytes: takeTokens(rate.floodBytes, floodBytes, nowMs, byteCount),
    messages: takeTokens(rate.floodMessages, floodMessages, nowMs),
  };
  const after = { ...rate, floodBytes: floodCheck.bytes.bucket, floodMessages: floodCheck.messages.bucket };
  return { rate: after, verdict: floodCheck.bytes.ok && floodCheck.messages.ok ? 'take' : 'end' };
}

export const fullReliableRate = (nowMs: number): ReliableRate => ({
  bytes: fullBucket(reliableRules.bytes, nowMs),
  messages: fullBucket(reliableRules.messages, nowMs),
});

/** Returns the rate after a reliable message; undefined when the message has to wait. */
export const takeReliable = (rate: ReliableRate, byteCount: number, nowMs: number): ReliableRate | undefined =>
  takeFromBoth(rate, reliableRules, byteCount, nowMs);

function takeFromBoth(
  rate: ReliableRate,
  rules: { readonly bytes: BucketLimits; readonly messages: BucketLimits },
  byteCount: number,
  nowMs: number,
): ReliableRate | undefined {
  const taken = {
    bytes: takeTokens(rate.bytes, rules.bytes, nowMs, byteCount),
    messages: takeTokens(rate.messages, rules.messages, nowMs),
  };
  if (!taken.bytes.ok || !taken.messages.ok) return undefined;
  return { bytes: taken.bytes.bucket, messages: taken.messages.bucket };
}
