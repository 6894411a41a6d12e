// How much one client may send over its data channels. A channel has no way to ask a client to wait: of what may be
// lost, what is above the rate is dropped; what is reliable waits (reliable-line.ts). A client that sends far
// above it for long, so that the node works for what it drops, has to go.
import { type Bucket, type BucketLimits, fullBucket, limits, takeTokens } from '@meridian/protocol';

const bytes: BucketLimits = { perSecond: limits.dataBytesPerSecond, burst: limits.dataBurstBytes };
/** Two channels of a program that sends with every frame of 60 a second; the rest is calls and chat. */
const messages: BucketLimits = { perSecond: 200, burst: 400 };

/** Of all that comes, dropped or not, four times as much, and beyond that a file of 64 MB at once. */
const floodBytes: BucketLimits = { perSecond: 4 * bytes.perSecond, burst: 64 * 1024 * 1024 };
/** Such a file in parts of 6.5 kB. */
const floodMessages: BucketLimits = { perSecond: 4 * messages.perSecond, burst: 10_000 };

/**
 * Of what is reliable. It is faster than what the signaling node passes on (`limits.dataBytesPerSecond`), so that
 * files wait there, where a message of a call can go past the parts of a file; and slow enough for a link whose
 * buffer of 8 MB has to hold all else, too: at once it gets no more than before.
 */
const reliableBytes: BucketLimits = { perSecond: 2 * 1024 * 1024, burst: limits.dataBurstBytes };

export const reliableRules = {
  bytes: reliableBytes,
  messages,
  /** Twice what may wait at the signaling node, which alone can end a stream that is too large for its receivers. */
  sessionBytesMax: 16 * 1024 * 1024,
  allBytesMax: 64 * 1024 * 1024,
  /** What a message costs that waits, beside its payload. */
  keepingBytes: 256,
} as const;

export const channelRules = { bytes, messages, floodBytes, floodMessages } as const;

export interface ReliableRate {
  readonly bytes: Bucket;
  readonly messages: Bucket;
}

/** Of one session. */
export type ChannelRate = { readonly [bucket in keyof typeof channelRules]: Bucket };
export interface ChannelVerdict {
  readonly rate: ChannelRate;
  /** `end`: the session, for RATE_LIMITED. */
  readonly verdict: 'take' | 'drop' | 'end';
}

export const fullChannelRate = (nowMs: number): ChannelRate => ({
  bytes: fullBucket(bytes, nowMs),
  messages: fullBucket(messages, nowMs),
  floodBytes: fullBucket(floodBytes, nowMs),
  floodMessages: fullBucket(floodMessages, nowMs),
});

/**
 * Judges one message that may be lost, of so many bytes. What is dropped costs nothing of the rate, but counts as
 * flood.
 */
export function judgeChannel(rate: ChannelRate, byteCount: number, nowMs: number): ChannelVerdict {
  const flood = judgeFlood(rate, byteCount, nowMs);
  if (flood.verdict === 'end') return flood;
  const sent = takeBoth(rate, channelRules, byteCount, nowMs);
  if (sent === undefined) return { rate: flood.rate, verdict: 'drop' };
  return { rate: { ...flood.rate, ...sent }, verdict: 'take' };
}

/** The same of a reliable one, which is never dropped for its rate. */
export function judgeFlood(rate: ChannelRate, byteCount: number, nowMs: number): ChannelVerdict {
  const flooding = {
    bytes: takeTokens(rate.floodBytes, floodBytes, nowMs, byteCount),
    messages: takeTokens(rate.floodMessages, floodMessages, nowMs),
  };
  const after = { ...rate, floodBytes: flooding.bytes.bucket, floodMessages: flooding.messages.bucket };
  return { rate: after, verdict: flooding.bytes.ok && flooding.messages.ok ? 'take' : 'end' };
}

export const fullReliableRate = (nowMs: number): ReliableRate => ({
  bytes: fullBucket(reliableRules.bytes, nowMs),
  messages: fullBucket(reliableRules.messages, nowMs),
});

/** The rate after a reliable message of so many bytes; undefined: it has to wait. */
export const takeReliable = (rate: ReliableRate, byteCount: number, nowMs: number): ReliableRate | undefined =>
  takeBoth(rate, reliableRules, byteCount, nowMs);

function takeBoth(
  rate: ReliableRate,
  rules: { readonly bytes: BucketLimits; readonly messages: BucketLimits },
  byteCount: number,
  nowMs: number,
): ReliableRate | undefined {
  const sent = {
    bytes: takeTokens(rate.bytes, rules.bytes, nowMs, byteCount),
    messages: takeTokens(rate.messages, rules.messages, nowMs),
  };
  if (!sent.bytes.ok || !sent.messages.ok) return undefined;
  return { bytes: sent.bytes.bucket, messages: sent.messages.bucket };
}
