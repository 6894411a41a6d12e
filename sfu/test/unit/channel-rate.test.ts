import { limits } from '@meridian/protocol';
import { describe, expect, it } from 'vitest';
import { type ChannelRate, channelRules, fullChannelRate, judgeLossyMessage } from '../../src/core/index.ts';

/** Returns the verdicts of `count` equal messages, `perMs` of them in each millisecond; without it, all at once. */
function verdictsOf(o: {
  bytes: number;
  count: number;
  perMs?: number;
  rate?: ChannelRate;
  fromMs?: number;
}): string[] {
  let rate = o.rate ?? fullChannelRate(0);
  return Array.from({ length: o.count }, (_, index) => {
    const judged = judgeLossyMessage(rate, o.bytes, (o.fromMs ?? 0) + Math.floor(index / (o.perMs ?? Infinity)));
    rate = judged.rate;
    return judged.verdict;
  });
}
const countOf = (verdicts: readonly string[], verdict: string): number =>
  verdicts.filter((one) => one === verdict).length;

describe('the traffic of a client over its data channels', () => {
  it.each([
    ['many small messages', 1, channelRules.messages.burst],
    ['empty messages', 0, channelRules.messages.burst],
    ['the largest messages', limits.dataBytesMax, Math.floor(limits.dataBurstBytes / limits.dataBytesMax)],
  ])('is accepted up to a burst, and dropped above it: %s', (_name, bytes, burst) => {
    const verdicts = verdictsOf({ bytes, count: burst + 5 });
    expect(verdicts).toEqual([...Array<string>(burst).fill('take'), ...Array<string>(5).fill('drop')]);
  });

  it('is accepted as long as it keeps to the rate', () => {
    const { bytes, messages } = channelRules;
    const count = 600 * messages.perSecond;
    const size = Math.floor(bytes.perSecond / messages.perSecond);
    const verdicts = verdictsOf({ bytes: size, count, perMs: messages.perSecond / 1000 });
    expect(countOf(verdicts, 'take')).toBe(count);
  });

  it('is accepted again after a pause, because dropped messages do not count towards the rate', () => {
    let rate = fullChannelRate(0);
    for (let index = 0; index < 2 * channelRules.messages.burst; index += 1) rate = judgeLossyMessage(rate, 1, 0).rate;
    expect(judgeLossyMessage(rate, 1, 0).verdict).toBe('drop');
    expect(verdictsOf({ bytes: 1, count: 200, rate, fromMs: 1000 })).toEqual(Array<string>(200).fill('take'));
  });

  it.each([
    ['messages', 1, channelRules.floodMessages.burst],
    ['bytes', limits.dataBytesMax, Math.floor(channelRules.floodBytes.burst / limits.dataBytesMax)],
  ])('ends the session when it is a flood of %s', (_name, bytes, burst) => {
    const verdicts = verdictsOf({ bytes, count: burst + 1 });
    expect(verdicts.indexOf('end')).toBe(burst);
  });

  it('does not end the session in two minutes at four times the rate', () => {
    const { perSecond } = channelRules.floodMessages;
    const verdicts = verdictsOf({ bytes: 1, count: 120 * perSecond, perMs: perSecond / 1000 });
    expect(countOf(verdicts, 'end')).toBe(0);
    expect(countOf(verdicts, 'drop')).toBeGreaterThan(0);
  });
});
