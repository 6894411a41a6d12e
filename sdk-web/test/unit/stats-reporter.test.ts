// Reports to the service every two seconds about a client's media and events.
import type { wire } from '@meridian/protocol';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { StatsEntry } from '../../src/core/stats.ts';
import type { MediaSession } from '../../src/media/session.ts';
import { StatsReporter } from '../../src/media/stats-reporter.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function setUp() {
  const sent: wire.SessionStats.$Properties[] = [];
  const socket = { takes: true };
  const reporter = new StatsReporter({
    send: (stats) => {
      if (socket.takes) sent.push(stats);
      return socket.takes;
    },
    device: () => 'Chrome 131',
  });
  let readings = 0;
  const media = {
    closed: false,
    readStats: async () => {
      readings += 1;
      const recv: StatsEntry[] = [
        { id: 'A', type: 'inbound-rtp', totalSamplesReceived: 96_000 * readings, concealedSamples: 9600 * readings },
        { id: 'V', type: 'inbound-rtp', bytesReceived: 250_000 * readings, frameWidth: 640, frameHeight: 360 },
      ];
      const send: StatsEntry[] = [{ id: 'O', type: 'outbound-rtp', bytesSent: 500_000 * readings, frameHeight: 0 }];
      return { takenMs: performance.now(), recv, send };
    },
  } as unknown as MediaSession;
  const reports = (count: number) => vi.advanceTimersByTimeAsync(2000 * count);
  return { reporter, media, sent, socket, reports };
}

test('rates, heights and concealed audio are those of the period', async () => {
  const { reporter, media, sent, reports } = setUp();
  reporter.start(media);
  await reports(2);
  expect(sent[1]).toMatchObject({
    periodMs: 2000,
    sentBps: 2_000_000,
    receivedBps: 1_000_000,
    receivedHeight: 360,
    sentHeight: 0,
    concealed: 0.1,
  });
  reporter.stop();
});

test('the client’s description is in the first report, in every fifth after it, and after a change of network', async () => {
  const connection = Object.assign(new EventTarget(), { type: 'wifi' });
  vi.stubGlobal('navigator', { connection });
  const { reporter, media, sent, reports } = setUp();
  reporter.start(media);
  await reports(7);
  connection.type = 'cellular';
  await reports(1);
  expect(sent.map(({ network, device }) => (device === undefined ? '' : `${network} ${device}`))).toEqual([
    'wifi Chrome 131',
    ...['', '', '', ''],
    'wifi Chrome 131',
    '',
    'cellular Chrome 131',
  ]);
  reporter.stop();
});

test('events are reported once, as soon as a report can be sent', async () => {
  const { reporter, media, sent, socket, reports } = setUp();
  reporter.recordEvent('page', '', 'hidden'); // without a session
  reporter.start(media);
  socket.takes = false;
  reporter.recordEvent('network', '', 'offline');
  await reports(1);
  socket.takes = true;
  reporter.recordEvent('network', '', 'online');
  await reports(2);
  expect(sent.map(({ events }) => events)).toEqual([
    [
      { kind: 'network', source: '', detail: 'offline', agoMs: 4000 },
      { kind: 'network', source: '', detail: 'online', agoMs: 2000 },
    ],
    [],
  ]);
  reporter.stop();
});
