// The service as a process: from a configuration file to the centre, and its ends.
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Cloud, codeOf, until } from './kit/cloud.ts';
import { startProcess, withSession } from './kit/process.ts';

let cloud: Cloud;
const children: ChildProcess[] = [];

beforeEach(async () => {
  cloud = await Cloud.open();
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await cloud.close();
});

/** Children of a process, by /proc: the worker, and pathd. */
const childrenOf = (pid: number): number[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
        return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid ? [Number(name)] : [];
      } catch (error) {
        // ended while we looked
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
    // The worker, and the forwarder where the set-up has built one.
    const hasPathd = !['', 'none'].includes(process.env['MERIDIAN_PATHD_BIN'] ?? '');
    const workers = childrenOf(child.pid ?? 0);
    expect(workers).toHaveLength(hasPathd ? 2 : 1);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    await until('its worker is gone', () => !workers.some(alive));
  });

  test('lets its sessions go elsewhere on SIGTERM, takes no other, and ends when the last one has left', async () => {
    const { child, exited, attach, detach } = await withSession(cloud, children, { drainLimitMs: 600_000 });
    child.kill('SIGTERM');
    await until('it says so', () => cloud.reports.at(-1)?.leaving);
    expect(cloud.reports.at(-1)).toMatchObject({ state: 'draining', sessionCount: 1 });
    expect(await codeOf(attach(2))).toBe('NODE_DRAINING');
    await attach(1); // in place of the first: the worker serves on
    expect(child.exitCode).toBeNull();
    await detach(1);
    expect(await exited).toEqual([0, null]);
  });

  test('that is killed takes its worker along', async () => {
    const { child } = await startProcess(cloud, children);
    await until('it registers', () => cloud.registrations[0]);
    const workers = childrenOf(child.pid ?? 0);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await until('its worker is gone', () => !workers.some(alive));
  });

  test('whose worker cannot be started ends with the reason', async () => {
    const { child, output } = await startProcess(cloud, children, { workerBin: '/nowhere/mediasoup-worker' });
    expect(await once(child, 'exit')).toEqual([1, null]);
    expect(output()).toContain('ENOENT');
  });

  test('with a key that is not known, or a value that is not allowed, does not start and says which', async () => {
    const { child, output } = await startProcess(cloud, children, { colour: 'red', mediaListen: [] });
    expect(await once(child, 'exit')).toEqual([2, null]);
    expect(output()).toContain('colour');
    expect(output()).toContain('mediaListen');
  });
});
