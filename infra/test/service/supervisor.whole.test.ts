import { mkdirSync, rmdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { childIds, madeUpCloud } from '../support/made-up-cloud.ts';

const limit = { timeout: 60_000 };

describe('the supervisor', () => {
  it('ends the children of a killed supervisor, and ends in order when its terminal is closed', async () => {
    const cloud = madeUpCloud();
    const first = cloud.start();
    await expect.poll(first.text, limit).toContain('\nready ');
    await expect.poll(() => cloud.running().length, limit).toBe(childIds.length);
    const left = cloud.pids();
    first.supervisor.kill('SIGKILL');
    await first.ended;
    expect(cloud.running()).toEqual(left);
    const second = cloud.start();
    await expect.poll(second.text, limit).toContain('\nready ');
    expect(second.text().match(/left behind by an interrupted run/g)).toHaveLength(childIds.length);
    await expect.poll(() => cloud.running().length, limit).toBe(childIds.length);
    expect(cloud.pids().filter((pid) => left.includes(pid))).toEqual([]);
    second.supervisor.kill('SIGHUP');
    expect(await second.ended).toBe(0);
    expect(cloud.running()).toEqual([]);
    await expect.poll(second.text, limit).toMatch(/\nall 15 processes ended after \d+\.\d s\n$/);
  });

  it('restarts a child as soon as the disk has room for its configuration', async () => {
    const cloud = madeUpCloud();
    const { text } = cloud.start();
    await expect.poll(text, limit).toContain('\nready ');
    await expect.poll(() => cloud.running().length, limit).toBe(childIds.length);
    const inTheWay = join(cloud.stateDir, 'sfu-fra-1/config.json.new');
    mkdirSync(inTheWay);
    process.kill(cloud.pids()[childIds.indexOf('sfu-fra-1')] ?? 0, 'SIGKILL');
    await expect.poll(text, limit).toMatch(/sfu-fra-1 +warn \[supervisor\] could not prepare its start: EISDIR/);
    rmdirSync(inTheWay);
    await expect.poll(text, limit).toMatch(/sfu-fra-1 +\[supervisor\] serves again after \d+\.\d s\n/);
  });

  it('reports when a killed child serves again, and shows only important lines of the others', async () => {
    const cloud = madeUpCloud();
    const { supervisor, ended, text } = cloud.start();
    await expect.poll(text, limit).toContain('\nready ');
    expect(text().split('\nready ')[0]).not.toContain('up pid=');
    await expect.poll(() => cloud.running().length, limit).toBe(childIds.length);
    const victim = cloud.pids()[childIds.indexOf('sfu-fra-1')];
    if (victim === undefined) throw new Error('sfu-fra-1 does not run');
    process.kill(victim, 'SIGKILL');
    await expect.poll(text, limit).toMatch(/sfu-fra-1 +\[supervisor\] serves again after \d+\.\d s\n/);
    expect(text().match(/serves again/g)).toHaveLength(1);
    await expect.poll(() => cloud.log('sfu-fra-1').match(/up pid=/g)?.length, limit).toBe(2);
    await expect.poll(text, limit).toContain(`up pid=${cloud.pids()[childIds.indexOf('sfu-fra-1')]} `);
    supervisor.kill('SIGTERM');
    expect(await ended).toBe(0);
    expect(text()).not.toContain('got SIGTERM');
    for (const id of childIds) expect(cloud.log(id), id).toContain('got SIGTERM');
  });
});
