// The centre's driver `process` and the supervisor's control endpoint, both real, over HTTP: the contract of
// docs/reference.md, kept by both sides.
import { limits } from '@meridian/protocol';
import { createLogger } from '@meridian/runtime';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Control } from '../../infra/local/control.ts';
import { ExtraNodes } from '../../infra/local/extra-nodes.ts';
import { EPOCH_JUMP_MAX } from '../../infra/local/order-fence.ts';
import type { ChildSpec } from '../../infra/local/topology.ts';
import { scaleDriver } from '../../scheduler/src/adapters/scale/drivers.ts';
import type { AutoscaleConfig } from '../../scheduler/src/scaling/config.ts';
import type { ScaleDriver } from '../../scheduler/src/scaling/scale-driver.ts';

const token = 'control-token-0123456789-0123456789-0123456789';
const log = createLogger({ name: 'test', level: 'silent' });
let launched: string[];
let ended: string[];
let heard: number[];
let control: Control;
let driver: ScaleDriver;

beforeEach(async () => {
  launched = [];
  ended = [];
  heard = [];
  const nodes = new ExtraNodes({
    spec: (id, region, number) => ({ id, region, config: { number } }) as unknown as ChildSpec,
    launch: async ({ id }) => void launched.push(id),
    end: async ({ id }) => void ended.push(id),
    serves: async () => true,
    hasFailed: () => false,
  });
  control = new Control(nodes, token);
  const controlUrl = `http://127.0.0.1:${await control.listen({ ip: '127.0.0.1', port: 0 })}`;
  const config = { driver: 'process', controlUrl, controlToken: token } as AutoscaleConfig;
  const made = scaleDriver(config, {
    log,
    drain: async () => undefined,
    heardOf: async (epoch) => void heard.push(epoch),
  });
  if (made === undefined) throw new Error('there is a configuration');
  driver = made;
});
afterEach(() => control.close());

test('what is asked is listed, and ended when that is asked', async () => {
  await driver.start('a', 'frankfurt', 7);
  expect(await driver.list(7)).toEqual([{ nodeId: 'a', region: 'frankfurt', state: 'running' }]);
  await driver.stop('a', 7);
  expect([launched, ended, heard]).toEqual([['a'], ['a'], []]);
});

test('whatever a leader asks after another has led changes nothing, and it learns under which epoch that one did', async () => {
  await driver.start('a', 'frankfurt', 7);
  await driver.list(9);
  const refused = { code: 'EPOCH_STALE' };
  await expect(driver.start('b', 'frankfurt', 8)).rejects.toMatchObject(refused);
  await expect(driver.stop('a', 8)).rejects.toMatchObject(refused);
  await expect(driver.list(8)).rejects.toMatchObject(refused);
  expect([launched, ended, heard]).toEqual([['a'], [], [9, 9, 9]]);
});

test('a refusal of another kind says nothing of epochs', async () => {
  await driver.start('a', 'frankfurt', 7);
  await driver.stop('a', 7);
  await expect(driver.start('-', 'frankfurt', 7)).rejects.toThrow('HTTP 404');
  expect(heard).toEqual([]);
});

test('an epoch may be as far above what was seen as a centre believes of a word', () => {
  expect(EPOCH_JUMP_MAX).toBe(limits.epochJumpMax);
});
