import { FixedKeys, noOrigin, type OpenedTokens } from '@meridian/node-shell';
import type { FfmpegSupervisor, SignalingLinks } from '@meridian/room-media';
import { CloseStack, createMetrics } from '@meridian/runtime';
import { expect, it } from 'vitest';
import type { GatewayConfig } from '../../src/config.ts';
import { makeParts } from '../../src/parts.ts';
import { ScriptedRoom, streamKey } from '../support/scripted-room.ts';

it('viewers end when their token or link is revoked, and others stay', async () => {
  const room = await ScriptedRoom.open();
  const { clock, log, rng, tokens, links } = room.base;
  const stack = new CloseStack({ log, clock, stepLimitMs: 5000 });
  const revoke: Parameters<OpenedTokens['onEnded']>[0][] = [];
  const opened = { tokens, keys: new FixedKeys([room.apiKey]), onEnded: revoke.push.bind(revoke) } as unknown;
  const config = { id: 'gw', region: 'fra', apiKeys: [], cdnAllowed: [] } as unknown as GatewayConfig;
  const { programmes } = makeParts(
    { config, clock, log, rng, metrics: createMetrics({ service: 'gateway' }), closeStack: stack },
    {
      links: links as unknown as SignalingLinks,
      opened: opened as OpenedTokens,
      supervisor: { lacks: [], check: () => undefined } as unknown as FfmpegSupervisor,
    },
  );
  const ended: string[] = [];
  for (const via of ['link-1', 'link-2']) {
    const key = streamKey({ use: 'play', identity: via, origin: { ...noOrigin, via } });
    const source = () => ({ watch: () => () => undefined });
    const seat = await programmes.seat(key, { protocol: 'flv', clientIp: '' }, { sound: 'aac', source });
    seat.watch({ ended: (code) => ended.push(`${via} ${code}`) });
  }
  for (const listener of revoke) listener(({ tenant, via }) => tenant === 'dev' && via === 'link-1');
  expect(ended).toEqual(['link-1 TOKEN_REVOKED']);
  await stack.close('the test is over');
  room.close();
});
