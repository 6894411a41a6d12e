// Reports on the traffic over pipes to other nodes: the mean of each minute, reported once.
import { describe, expect, test } from 'vitest';
import { SentReport, sentPeriodMs } from '../../src/core/index.ts';

const [pipe, other] = [{}, {}];
const minute = (at: number): number => at * sentPeriodMs;

describe('the report of a minute', () => {
  test('has the mean bitrate of all pipes to a node over the elapsed time', () => {
    const sent = new SentReport(0);
    sent.count('b', pipe, 1_000_000);
    sent.endMinuteIfOver(minute(1));
    sent.count('b', pipe, 1_000_000);
    sent.count('b', pipe, 1_150_000);
    sent.count('b', other, 30_000);
    sent.count('c', {}, 0);
    sent.endMinuteIfOver(minute(2.5));
    expect(sent.takeReport().sent?.rows).toEqual([
      { nodeId: 'b', bps: 16_000 },
      { nodeId: 'c', bps: 0 },
    ]);
  });

  test('includes a closed pipe up to its last count; of the empty reports after it only one is sent', () => {
    const sent = new SentReport(0);
    sent.count('b', pipe, 60_000);
    const reports = [1, 2, 3, 4].map((at) => {
      sent.endMinuteIfOver(minute(at));
      return sent.takeReport();
    });
    expect(reports).toEqual([{ sent: { rows: [{ nodeId: 'b', bps: 8000 }] } }, { sent: { rows: [] } }, {}, {}]);
  });

  test('is sent once, if it is the newest, and again after `resend`', () => {
    const sent = new SentReport(0);
    sent.resend();
    expect(sent.takeReport()).toEqual({});
    for (const at of [1, 2]) {
      sent.count('b', {}, at * 60_000);
      sent.endMinuteIfOver(minute(at));
    }
    const newest = { sent: { rows: [{ nodeId: 'b', bps: 16_000 }] } };
    expect([sent.takeReport(), sent.takeReport()]).toEqual([newest, {}]);
    sent.resend();
    expect([sent.takeReport(), sent.takeReport()]).toEqual([newest, {}]);
  });
});
