import { describe, expect, it, vi } from 'vitest';
import {
  bitrateOf,
  type LivePublisher,
  mergedLive,
  partsOf,
  pushedText,
  readLiveStreams,
  warningsOf,
  watchedText,
  withAway,
} from '../../src/core/live-streams.ts';
import { translatorOf } from '../../src/core/messages/translate.ts';
import { fetchLiveStreams } from '../../src/room/gateway.ts';

const video = { codec: 'h264', width: 1280, height: 720, fps: 29.97, bitrateKbps: 2400, keyFrameIntervalMs: 8341 };
const publisher: LivePublisher = {
  identity: 'obs',
  protocol: 'rtmp',
  warnings: ['KEYFRAME_INTERVAL'],
  video,
  audio: { codec: 'aac', bitrateKbps: 128 },
};
const [en, zh] = [translatorOf('en'), translatorOf('zh')];

describe('readLiveStreams', () => {
  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an answer without publishers', { outputs: [] }],
    ['outputs that are no list', { publishers: [], outputs: {} }],
  ])('refuses %s', (_name, value) => expect(readLiveStreams(value)).toBeUndefined());
  it('leaves out entries that it cannot show', () => {
    const publishers = [
      7,
      { identity: 'a' },
      {
        identity: 'b',
        protocol: 'whip',
        warnings: 'x',
        video: { codec: 'h264', fps: 'many' },
        audio: { codec: 'aac' },
      },
      publisher,
    ];
    const outputs = [
      null,
      { protocol: 'flv', viewers: '1', bitrateKbps: 1 },
      { protocol: 'hls', viewers: 2, bitrateKbps: 3 },
    ];
    expect(readLiveStreams({ room: 'lobby', publishers, outputs })).toEqual({
      publishers: [{ identity: 'b', protocol: 'whip', warnings: [] }, publisher],
      outputs: [{ protocol: 'hls', viewers: 2, bitrateKbps: 3 }],
    });
  });
});

describe('mergedLive', () => {
  it('names each publisher once and adds up the viewers', () => {
    const a = { publishers: [publisher], outputs: [{ protocol: 'flv', viewers: 1, bitrateKbps: 10 }] };
    const publisher2 = { identity: 'obs', protocol: 'whip', warnings: [] };
    const b = { publishers: [publisher2], outputs: [{ protocol: 'flv', viewers: 2, bitrateKbps: 20 }] };
    expect(mergedLive([a, b])).toEqual({
      publishers: [publisher],
      outputs: [{ protocol: 'flv', viewers: 3, bitrateKbps: 30 }],
    });
  });
});

describe('the text', () => {
  it('of sent media', () => {
    expect(partsOf(publisher, en, 'en')).toEqual(['1280 × 720', '30 fps', '2.5 Mbit/s', 'H.264 + AAC']);
    expect(partsOf(publisher, zh, 'zh-CN')).toContain('30 帧/秒');
    expect(partsOf({ ...publisher, video: { codec: 'h264', fps: 29.97, bitrateKbps: 0 } }, en, 'en')).toEqual([
      '30 fps',
      '128 kbit/s',
      'H.264 + AAC',
    ]);
    expect(partsOf({ identity: 'a', protocol: 'whip', warnings: [] }, en, 'en')).toEqual([]);
  });
  it('of warnings, in both languages, without unknown ones', () => {
    expect(warningsOf(publisher, en, 'en')).toEqual([expect.stringMatching(/^Key frames are 8\.3 s apart/)]);
    expect(warningsOf(publisher, zh, 'zh-CN')).toEqual([expect.stringMatching(/^关键帧间隔为 8\.3 秒/)]);
    expect(warningsOf({ ...publisher, warnings: ['LATER'] }, en, 'en')).toEqual([]);
    const keyless = { ...publisher, warnings: ['OPEN_GOP', 'INTRA_REFRESH'] };
    expect(warningsOf(keyless, en, 'en')).toEqual([
      expect.stringMatching(/open GOP.*-g/),
      expect.stringMatching(/intra-refresh.*2 s/),
    ]);
    expect(warningsOf(keyless, zh, 'zh-CN')).toEqual([
      expect.stringMatching(/开放 GOP/),
      expect.stringMatching(/不产生关键帧/),
    ]);
    const lacking = { ...publisher, warnings: ['NO_SOUND_TRANSCODER', 'NO_PICTURE_TRANSCODER'] };
    expect(warningsOf(lacking, en, 'en')).toEqual([
      expect.stringMatching(/hear.*ffmpeg/),
      expect.stringMatching(/see.*ffmpeg/),
    ]);
    expect(warningsOf(lacking, zh, 'zh-CN')).toEqual([
      expect.stringMatching(/听不到.*ffmpeg/),
      expect.stringMatching(/看不到.*ffmpeg/),
    ]);
  });
  it('of viewers', () => {
    const outputs = [
      { protocol: 'flv', viewers: 1, bitrateKbps: 1240 },
      { protocol: 'hls', viewers: 1233, bitrateKbps: 1_558_760 },
      { protocol: 'push', viewers: 2, bitrateKbps: 2480 },
    ];
    const live = { publishers: [], outputs };
    expect(watchedText(live, en, 'en')).toBe('1,234 viewers: 1,233 HLS, 1 FLV · 1,560 Mbit/s');
    expect(pushedText(live, en, 'en')).toBe('Pushed to other servers: 2 · 2.5 Mbit/s');
    const withoutPublishers = { publishers: [], outputs: [{ protocol: 'hls', viewers: 1, bitrateKbps: 0 }] };
    expect(watchedText(withoutPublishers, en, 'en')).toBe('1 viewer: 1 HLS');
    const none = [undefined, { publishers: [], outputs: [] }, { publishers: [], outputs: outputs.slice(2) }];
    expect(none.map((live) => watchedText(live, en, 'en'))).toEqual([undefined, undefined, undefined]);
    expect(pushedText({ publishers: [], outputs: outputs.slice(0, 2) }, en, 'en')).toBeUndefined();
    expect([bitrateOf(0, 'en'), bitrateOf(999, 'en'), bitrateOf(1000, 'en')]).toEqual([
      '0 kbit/s',
      '999 kbit/s',
      '1 Mbit/s',
    ]);
  });
});

describe('publishers that have disappeared', () => {
  const withPublisher = { publishers: [publisher], outputs: [] };
  const none = { publishers: [], outputs: [] };
  const { identity } = publisher;
  it('are listed as away until they are back', () => {
    const afterLoss = withAway(withPublisher, none);
    expect(afterLoss.away).toEqual([identity]);
    expect(withAway(afterLoss, none).away).toEqual([identity]);
    expect(withAway(afterLoss, withPublisher)).toEqual(withPublisher);
  });
  it('are only those of the previous answer', () => {
    expect(withAway(undefined, none)).toEqual(none);
    expect(withAway(undefined, withPublisher)).toEqual(withPublisher);
  });
  it('are unknown when a gateway did not answer', () => {
    expect(withAway(withPublisher, { ...none, partial: true })).toEqual({ ...none, partial: true });
  });
});

describe('fetchLiveStreams', () => {
  async function ask(hosts: Record<string, [number, unknown] | Error>) {
    const asked: unknown[] = [];
    vi.stubGlobal('fetch', async (url: string, { method = 'GET', headers, body }: RequestInit) => {
      asked.push([url, method, (headers as Record<string, string>)['authorization'], body]);
      const response = hosts[new URL(url).hostname];
      if (response === undefined || response instanceof Error) throw response ?? new TypeError('Failed to fetch');
      return { ok: response[0] < 400, status: response[0], json: async () => response[1] };
    });
    const gatewayUrls = Object.keys(hosts).map((host) => `http://${host}`);
    const outcome = await fetchLiveStreams({ gatewayUrls, token: 'a.b.c' }).catch(({ code }: { code: string }) => code);
    vi.unstubAllGlobals();
    return { outcome, asked };
  }
  const one = { publishers: [publisher], outputs: [] };
  it('asks all gateways, and merges the answers of those that answer', async () => {
    const { outcome, asked } = await ask({
      one: [200, one],
      two: new TypeError('Failed to fetch'),
      three: [200, 'no'],
    });
    expect(outcome).toEqual({ ...one, partial: true });
    expect(asked[0]).toEqual(['http://one/v1/addresses', 'GET', 'Bearer a.b.c', undefined]);
    expect(asked).toHaveLength(3);
  });
  it.each([
    ['no gateway answers', { one: new TypeError('Failed to fetch') }, 'GATEWAY_UNREACHABLE'],
    ['there is no gateway', {}, 'GATEWAY_UNREACHABLE'],
    ['a gateway refuses the token', { one: [401, { code: 'TOKEN_EXPIRED' }] }, 'TOKEN_EXPIRED'],
    ['an answer is malformed', { one: [200, {}] }, 'GATEWAY_INVALID'],
  ] as [string, Record<string, [number, unknown] | Error>, string][])('rejects when %s', async (_name, hosts, code) => {
    expect((await ask(hosts)).outcome).toBe(code);
  });
});
