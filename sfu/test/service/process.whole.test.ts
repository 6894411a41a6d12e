// The service as a process: its start from a configuration file, its registration, and its ends.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cloud, until } from './kit/cloud.ts';
import { startProcess } from './kit/process.ts';

let cloud: Cloud;
const children: ChildProcess[] = [];

beforeEach(async () => {
  cloud = await Cloud.open();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cloud.close();
});

/** Returns the children of a process by /proc: the worker, and pathd. */
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(name)] : [];
      } catch (error) {
        // ended meanwhile
        if (['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) return [];
        throw error;
      }
    });
const alive = (pid: number): boolean => readdirSync('/proc').includes(String(pid));

describe('the process of a media node', () => {
  test('enrols, registers with its addresses, and ends in order on SIGTERM', async () => {
    const { child, output } = await startProcess(cloud, children);
    const { node } = await until('it registers', () => cloud.registrations[0]);
    expect(node).toMatchObject({ nodeId: 'node-p', kind: 'sfu', region: 'fra', hostId: 'host-node-p' });
    expect(node?.addresses?.every(({ port }) => (port ?? 0) > 0)).toBe(true);
    expect(output()).not.toContain('met1.');
    // The worker, and the forwarder if the set-up has built one.
    const hasPathd = !['', 'none'].includes(process.env['MERIDIAN_PATHD_BIN'] ?? '');
    const workers = childrenOf(child.pid ?? 0);
    expect(workers).toHaveLength(hasPathd ? 2 : 1);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('its worker is gone', () => !workers.some(alive));
  });

  test('takes its worker along when it is killed', async () => {
    const { child } = await startProcess(cloud, children);
    await until('it registers', () => cloud.registrations[0]);
    const workers = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('its worker is gone', () => !workers.some(alive));
  });
});
