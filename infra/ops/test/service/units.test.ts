import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DRAIN_LIMIT_MS } from '../../src/core/configs.ts';

const units = join(import.meta.dirname, '../../systemd');
const services = [
  ...['meridian-scheduler.service', 'meridian-api.service', 'meridian-web.service', 'meridian-signaling.service'],
  ...['meridian-gateway.service', 'meridian-recorder.service', 'meridian-edge-probe.service', 'meridian-sfu@1.service'],
  ...['meridian-library.service', 'meridian-receiver.service'],
];
/** Exposure in tenths as systemd rates it: 0 is fully isolated, 96 has no hardening. */
const exposureMax = 20;
/** Bound of recorders, where Chromium makes namespaces. */
const recorderExposureMax = 25;
interface Row {
  readonly name: string;
  readonly set: boolean | null;
}

let root = '';

/** Makes a root folder with systemd's own units, ours, and a program in place of the launcher. */
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'meridian-units-'));
  cpSync('/usr/lib/systemd/system', join(root, 'usr/lib/systemd/system'), { recursive: true, verbatimSymlinks: true });
  cpSync(units, join(root, 'etc/systemd/system'), { recursive: true });
  const bin = join(root, 'opt/meridian/current/bin');
  mkdirSync(bin, { recursive: true });
  writeFileSync(join(bin, 'meridian'), '#!/bin/sh\n', { mode: 0o755 });
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Joins the files of a unit as systemd applies them: a key of a later file wins. */
const textOf = (name: string) =>
  [
    name.replace('@1', '@'),
    'meridian-.service.d/10-shared.conf',
    ...['20-ports.conf', '20-pages.conf', '20-files.conf'].map((file) => `${name.replace('@1', '@')}.d/${file}`),
  ]
    .filter((file) => existsSync(join(units, file)))
    .map((file) => readFileSync(join(units, file), 'utf8'))
    .join('\n');

const verify = (...names: string[]) => {
  const o = spawnSync('systemd-analyze', ['verify', '--man=no', `--root=${root}`, ...names], { encoding: 'utf8' });
  return { said: `${o.stdout}${o.stderr}`, status: o.status };
};

test('a unit with an unknown key or a missing program is found', () => {
  const file = join(root, 'etc/systemd/system/planted.service');
  writeFileSync(file, '[Service]\nExecStart=/opt/meridian/none\nRestrt=always\n');
  const { said, status } = verify('planted.service');
  rmSync(file);
  expect(status).not.toBe(0);
  expect(said).toMatch(/Restrt/);
  expect(said).toMatch(/opt\/meridian\/none/);
});

test('systemd accepts every unit without a warning', () => {
  expect(verify('meridian.target', ...services)).toEqual({ said: '', status: 0 });
  expect(readdirSync(units).filter((name) => name.endsWith('.service')).length).toBe(services.length);
});

test('every unit is isolated from the machine', () => {
  const args = ['security', '--offline=true', `--root=${root}`, '--no-pager'];
  const isRecorder = (name: string): boolean => name === 'meridian-recorder.service';
  for (const [names, max] of [
    [services.filter((name) => !isRecorder(name)), exposureMax],
    [services.filter(isRecorder), recorderExposureMax],
  ] as const) {
    const o = spawnSync('systemd-analyze', [...args, `--threshold=${max}`, ...names], { encoding: 'utf8' });
    expect([...o.stdout.matchAll(/Overall exposure level for (\S+):/g)].map(([, name]) => name)).toEqual(names);
    expect(o.status, o.stdout).toBe(0);
  }
});

test('every service has a watchdog, restarts for ever, and has time for its drain', () => {
  for (const name of services) {
    const text = textOf(name);
    const last = (key: string) => [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].at(-1)?.[1];
    const all = { restart: last('Restart'), limit: last('StartLimitIntervalSec'), type: last('Type') };
    expect(all, name).toEqual({ restart: 'always', limit: '0', type: 'notify' });
    const watch = { every: last('WatchdogSec'), signal: last('WatchdogSignal'), partOf: last('PartOf') };
    expect(watch, name).toEqual({ every: '20', signal: 'SIGKILL', partOf: 'meridian.target' });
    const drainMs = /sfu|gateway|recorder/.test(name) ? DRAIN_LIMIT_MS : 0;
    expect(Number(last('TimeoutStopSec')) * 1000, name).toBeGreaterThanOrEqual(drainMs + 12_000);
    expect(last('MemoryDenyWriteExecute'), name).toBeUndefined();
  }
});

test('only media nodes may listen below 1024, and they have no other privilege', () => {
  for (const name of services) {
    const of = (key: string) => [...textOf(name).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);
    const wanted = name.startsWith('meridian-sfu') ? ['', 'CAP_NET_BIND_SERVICE'] : [''];
    // An empty value clears the key, so the order must be systemd's.
    expect([of('CapabilityBoundingSet'), of('AmbientCapabilities')], name).toEqual([wanted, wanted]);
  }
  // systemd itself combines the files here.
  const args = ['security', '--offline=true', `--root=${root}`, '--json=short', '--no-pager', 'meridian-sfu@1.service'];
  const rows = JSON.parse(execFileSync('systemd-analyze', args, { encoding: 'utf8' })) as Row[];
  const said = (name: string) => rows.find((row) => row.name === name)?.set;
  expect(said('CapabilityBoundingSet=~CAP_NET_(BIND_SERVICE|BROADCAST|RAW)')).toBe(false);
  expect(said('AmbientCapabilities=')).toBe(false);
  expect(said('CapabilityBoundingSet=~CAP_NET_ADMIN')).toBe(true);
});

test("only recorders may make namespaces, those of Chromium's sandbox, and drop rights in them", () => {
  for (const name of services) {
    const of = (key: string) => [...textOf(name).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value]) => value);
    const more = (value: string): string[] => (name === 'meridian-recorder.service' ? [value] : []);
    // Later lines allow these namespaces and calls again.
    expect(of('RestrictNamespaces'), name).toEqual(['yes', ...more('user pid net')]);
    expect(of('SystemCallFilter'), name).toEqual([
      ...['@system-service', '~@privileged'],
      'landlock_create_ruleset landlock_add_rule landlock_restrict_self',
      ...more('chroot capset'),
    ]);
  }
  // systemd itself combines the files here.
  const args = [
    'security',
    '--offline=true',
    `--root=${root}`,
    '--json=short',
    '--no-pager',
    'meridian-recorder.service',
  ];
  const rows = JSON.parse(execFileSync('systemd-analyze', args, { encoding: 'utf8' })) as Row[];
  const may = (set: boolean) =>
    rows.flatMap((row) => (row.set === set ? (/^RestrictNamespaces=~(.*)$/.exec(row.name)?.[1] ?? []) : []));
  expect([may(false).toSorted(), may(true).toSorted()]).toEqual([
    ['net', 'pid', 'user'],
    ['cgroup', 'ipc', 'mnt', 'uts'],
  ]);
});

test('each kind has its own account', () => {
  const names = services.map((name) => /^User=(.*)$/m.exec(textOf(name))?.[1] ?? '');
  expect(new Set(names).size).toBe(services.length);
  mkdirSync(join(root, 'etc'), { recursive: true });
  const made = spawnSync('systemd-sysusers', [`--root=${root}`, join(units, 'sysusers.d/meridian.conf')]);
  expect(made.status, made.stderr.toString()).toBe(0);
  const accounts = execFileSync('cut', ['-d:', '-f1,7', join(root, 'etc/passwd')], { encoding: 'utf8' });
  for (const name of names) expect(accounts).toContain(`${name}:/usr/sbin/nologin\n`);
});
