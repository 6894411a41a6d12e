import { seededRng } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { piecesOf, variantOf } from '../../../src/dial/core/hls.ts';
import { extraTestOf, pauseMsOf, stayMsOf } from '../../../src/dial/core/schedule.ts';
import {
  DEAD_FORGOTTEN_AFTER_MS,
  deadGatewayOf,
  playbackGatewayOf,
  targetsOf,
} from '../../../src/dial/core/targets.ts';
import { testerMessageOf } from '../../../src/dial/core/tester-messages.ts';

describe('rounds', () => {
  it('of two testers overlap for half of each period, whenever they begin', () => {
    for (const everyMs of [10_000, 20_000, 300_000])
      for (let phase = 0; phase < 1; phase += 0.01) {
        const [stay, begins] = [stayMsOf(everyMs), phase * everyMs];
        const together = Math.max(0, stay - begins) + Math.max(0, begins + stay - everyMs);
        expect(together).toBeGreaterThanOrEqual(everyMs / 2 - 1e-6);
      }
  });

  it('begin a period apart, with a random part', () => {
    const rng = seededRng('pauses');
    const pauses = Array.from({ length: 100 }, () => pauseMsOf(20_000, 15_500, () => rng.next()));
    expect(Math.min(...pauses)).toBeGreaterThanOrEqual(2500);
    expect(Math.max(...pauses)).toBeLessThanOrEqual(6500);
    expect(new Set(pauses).size).toBeGreaterThan(50);
  });

  it('that took longer than their period are still followed by a pause', () => {
    expect(pauseMsOf(10_000, 25_000, () => 0.5)).toBe(1000);
  });

  it('include a booking in the second of three rounds, and a stream in the third', () => {
    expect([0, 1, 2, 3, 4, 5].map(extraTestOf)).toEqual([
      undefined,
      'booking',
      'stream',
      undefined,
      'booking',
      'stream',
    ]);
  });
});

describe('targets', () => {
  const rtmp = { purpose: 'rtmp', ip: '10.0.0.1', announced: 'gw.example', port: 1935 };
  const signaling = {
    nodeId: 'sig-1',
    kind: 'signaling',
    region: 'fra',
    state: 'alive',
    publicUrl: 'wss://sig.example',
  };
  const gateway = {
    ...signaling,
    nodeId: 'gw-1',
    kind: 'gateway',
    publicUrl: 'https://gw.example/',
    addresses: [rtmp],
  };

  it('are the signaling nodes and gateways of the plan that can accept clients', () => {
    const nodes = [
      gateway,
      signaling,
      { ...signaling, nodeId: 'sig-2', state: 'dead' },
      { ...signaling, nodeId: 'sig-3', state: 'draining' },
      { ...signaling, nodeId: 'sig-4', publicUrl: '' },
      { ...signaling, nodeId: 'sig-5' },
      { ...signaling, nodeId: 'sfu-1', kind: 'sfu' },
      { ...gateway, nodeId: 'gw-2', addresses: [] },
      { ...gateway, nodeId: 'gw-3', publicUrl: 'nonsense' },
    ];
    expect(targetsOf({ nodes, deniedIds: ['sig-5'] })).toEqual({
      signaling: [{ region: 'fra', url: 'wss://sig.example' }],
      gateways: [{ region: 'fra', url: 'https://gw.example', rtmpUrl: 'rtmp://gw.example:1935' }],
    });
  });

  it('are at most 16 signaling nodes of a region', () => {
    const nodes = Array.from({ length: 100 }, (_, at) => ({ ...signaling, nodeId: `sig-${at}` }));
    expect(targetsOf({ nodes, deniedIds: [] }).signaling.length).toBe(16);
  });

  it('for playback are the gateways of other regions in rotation, or of the own region if no other has one', () => {
    const [fra, sgp, iad] = ['fra', 'sgp', 'iad'].map((region) => ({
      region,
      url: `https://${region}`,
      rtmpUrl: 'rtmp://x',
    }));
    if (fra === undefined || sgp === undefined || iad === undefined) throw new Error('three');
    const turns = [0, 1, 2].map((turn) => playbackGatewayOf([fra, sgp, iad], 'fra', turn)?.region);
    expect(turns).toEqual(['sgp', 'iad', 'sgp']);
    expect([playbackGatewayOf([fra], 'fra', 5), playbackGatewayOf([], 'fra', 5)]).toEqual([fra, undefined]);
  });
});

describe('a dead gateway', () => {
  const rtmp = { purpose: 'rtmp', ip: '10.0.0.1', announced: '', port: 1935 };
  const node = (region: string, state: string, name = region) => ({
    nodeId: `gw-${name}`,
    kind: 'gateway',
    region,
    state,
    publicUrl: `https://${name}.example`,
    addresses: [rtmp],
  });
  const gatewaysOf = (...nodes: ReturnType<typeof node>[]) => targetsOf({ nodes, deniedIds: [] }).gateways;
  const seen = (before: ReturnType<typeof deadGatewayOf>, nowMs: number, ...nodes: ReturnType<typeof node>[]) =>
    deadGatewayOf(before, gatewaysOf(...nodes), { region: 'fra', nowMs });

  it('is tried while its region has no living gateway, even when the centre has forgotten it', () => {
    const dead = seen(undefined, 10, node('fra', 'dead'), node('sgp', 'alive'));
    expect(dead?.gateway.url).toBe('https://fra.example');
    expect(seen(dead, 500, node('sgp', 'alive'))).toBe(dead);
    expect(seen(dead, 500, node('fra', 'dead'))).toBe(dead);
    expect(seen(dead, 10 + DEAD_FORGOTTEN_AFTER_MS - 1)).toBe(dead);
    expect(seen(dead, 10 + DEAD_FORGOTTEN_AFTER_MS)).toBeUndefined();
  });

  it('is not tried if its region has a living gateway, if it drains or is not in the plan, or from another region', () => {
    expect(seen(undefined, 0, node('fra', 'dead'), node('fra', 'alive', 'other'))).toBeUndefined();
    const dead = seen(undefined, 0, node('fra', 'dead'));
    expect(seen(dead, 0, node('fra', 'alive'))).toBeUndefined();
    expect(seen(undefined, 0, node('fra', 'draining'))).toBeUndefined();
    expect(seen(undefined, 0)).toBeUndefined();
    expect(seen(undefined, 0, node('sgp', 'dead'))).toBeUndefined();
  });

  it('is not used for playback', () => {
    const gateways = gatewaysOf(node('fra', 'alive'), node('iad', 'dead'), node('sgp', 'alive'));
    expect([0, 1, 2].map((turn) => playbackGatewayOf(gateways, 'fra', turn)?.region)).toEqual(['sgp', 'sgp', 'sgp']);
    expect(playbackGatewayOf(gatewaysOf(node('iad', 'dead')), 'fra', 0)).toBeUndefined();
  });
});

describe('playlists', () => {
  it('name their first variant', () => {
    expect(variantOf('#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nmedia.m3u8\nlow/media.m3u8\n')).toBe('media.m3u8');
    expect(variantOf('#EXTM3U\n')).toBeUndefined();
  });

  it('list segments and parts, without preload hints', () => {
    const text = [
      '#EXTM3U',
      '#EXT-X-MAP:URI="init-1.mp4"',
      '#EXTINF:2.0,',
      'seg-1.m4s',
      '#EXT-X-PART:DURATION=0.3,URI="part-2.0.m4s",INDEPENDENT=YES',
      '#EXT-X-PRELOAD-HINT:TYPE=PART,URI="part-2.1.m4s"',
    ];
    expect(piecesOf(text.join('\r\n'))).toEqual(['seg-1.m4s', 'part-2.0.m4s']);
  });
});

it('a tester accepts only messages of kind `settings` or `targets`', () => {
  expect(['beat', null, 1, {}, { kind: 'other' }].map(testerMessageOf)).toEqual(
    Array.from({ length: 5 }, () => undefined),
  );
  const targets = { signaling: [], gateways: [] };
  expect(testerMessageOf({ kind: 'targets', targets })).toEqual({ kind: 'targets', targets });
});
