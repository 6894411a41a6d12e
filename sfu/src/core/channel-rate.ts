// How much one client may send over its data channels. What is above its rate is dropped: a channel has no way to ask
// a client to wait. A client that sends far above it for long, so that the node works for what it drops, has to go.
import { type Bucket, type BucketLimits, fullBucket, limits, takeTokens } from '@meridian/protocol';

const bytes: BucketLimits = { perSecond: limits.dataBytesPerSecond, burst: limits.dataBurstBytes };
/** Two channels of a program that sends with every frame of 60 a second; the rest is calls and chat. */
const messages: BucketLimits = { perSecond: 200, burst: 400 };

/** Of all that comes, dropped or not, four times as much, and beyond that a file of 64 MB at once. */
const floodBytes: BucketLimits = { perSecond: 4 * bytes.perSecond, burst: 64 * 1024 * 1024 };
/** Such a file in parts of 6.5 kB. */
const floodMessages: BucketLimits = { perSecond: 4 * messages.perSecond, burst: 10_000 };

export const channelRules = { bytes, messages, floodBytes, floodMessages } as const;

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

/** Judges one message of so many bytes. What is dropped costs nothing of the rate, but counts as flood. */
export function judgeChannel(rate: ChannelRate, byteCount: number, nowMs: number): ChannelVerdict {
  const flooding = {
    bytes: takeTokens(rate.floodBytes, floodBytes, nowMs, byteCount),
    messages: takeTokens(rate.floodMessages, floodMessages, nowMs),
  };
  const after = { ...rate, floodBytes: flooding.bytes.bucket, floodMessages: flooding.messages.bucket };
  if (!flooding.bytes.ok || !flooding.messages.ok) return { rate: after, verdict: 'end' };
  const sent = {
    bytes: takeTokens(rate.bytes, bytes, nowMs, byteCount),
    messages: takeTokens(rate.messages, messages, nowMs),
  };
  if (!sent.bytes.ok || !sent.messages.ok) return { rate: after, verdict: 'drop' };
  return { rate: { ...after, bytes: sent.bytes.bucket, messages: sent.messages.bucket }, verdict: 'take' };
}
