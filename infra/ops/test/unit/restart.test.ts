import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Restarting, restart } from '../../src/commands/restart.ts';
import type { Context } from '../../src/context.ts';

let etc: string;
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'meridian-restart-'));
  for (const name of ['host', 'scheduler', 'signaling', 'sfu-1', 'sfu-2', 'sfu-10', 'gateway', 'api', 'web'])
    writeFileSync(join(etc, `${name}.yaml`), '');
});
afterEach(() => rmSync(etc, { recursive: true, force: true }));

/** `ended` does not run; `broken` does not start again. */
function setUp({ ended = '', broken = '' } = {}) {
  const done: string[] = [];
  const said: string[] = [];
  let underWay = 0;
  const ports: Restarting = {
    isActive: async (unit) => unit !== ended,
    restart: async (unit) => {
      underWay += 1;
      expect(underWay).toBe(1);
      await new Promise<void>((resolve) => void setImmediate(resolve));
      underWay -= 1;
      if (unit === broken) throw new Error('it does not start');
      done.push(unit.replace(/^meridian-(.*)\.service$/, '$1'));
    },
  };
  const context = { folders: { etc, state: etc }, out: (text: string) => said.push(text) } as unknown as Context;
  return { done, said, run: (...names: string[]) => restart(names, context, ports) };
}

it('services restart one at a time, the centre first, media nodes by number', async () => {
  const { done, run } = setUp();
  await run();
  expect(done).toEqual(['scheduler', 'signaling', 'sfu@1', 'sfu@2', 'sfu@10', 'gateway', 'api', 'web']);
});

it('only named services restart, and none if a name is unknown on the host', async () => {
  const { done, run } = setUp();
  await run('sfu-2', 'sfu-1');
  expect(done).toEqual(['sfu@1', 'sfu@2']);
  for (const name of ['sfu-3', 'edge-probe', 'redis', ''])
    await expect(run('sfu-1', name)).rejects.toMatchObject({ code: 'SERVICE_UNKNOWN' });
  expect(done).toHaveLength(2);
});

it('a service that does not start ends the restart: later ones keep running', async () => {
  const { done, said, run } = setUp({ broken: 'meridian-sfu@2.service' });
  await expect(run()).rejects.toThrow('it does not start');
  expect(done).toEqual(['scheduler', 'signaling', 'sfu@1']);
  expect(said.at(-1)).toBe('stopped at sfu-2; not restarted: sfu-10, gateway, api, web');
});

it('a service that the operator has stopped stays stopped', async () => {
  const { done, said, run } = setUp({ ended: 'meridian-gateway.service' });
  await run('gateway', 'web');
  expect([done, said[0]]).toEqual([['web'], 'gateway: is stopped, and stays so']);
});
