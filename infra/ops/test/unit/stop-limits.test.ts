import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { stopLimitsFit } from '../../src/checks/stop-limits.ts';
import { type Service, serviceOf, unitOf } from '../../src/core/services.ts';
import { timeSpanMs } from '../../src/core/time-span.ts';
import { temporaryFolder } from '../support/little-release.ts';

const repository = join(import.meta.dirname, '../../../..');

function setUp(files: Readonly<Record<string, string>>, limits: Readonly<Record<string, number>> | undefined) {
  const etc = temporaryFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(etc, `${name}.yaml`), text);
  const services = Object.keys(files).map((name) => serviceOf(name) as Service);
  return stopLimitsFit(services, { folders: { etc, state: etc } }, async (unit) => limits?.[unit]);
}

const units = { 'meridian-sfu@1.service': 135_000, 'meridian-sfu@2.service': 910_000, 'meridian-api.service': 15_000 };

it('a service with enough time gives no warning, nor does a service that does not drain', async () => {
  const files = { 'sfu-1': 'drainLimitMs: 120000\n', 'sfu-2': 'drainLimitMs: 900000\n', api: 'closeLimitMs: 60000\n' };
  expect(await setUp(files, units)).toEqual([expect.objectContaining({ level: 'ok' })]);
});

it('a unit with a shorter limit than the file gives a warning with the unit and the needed time', async () => {
  const files = { 'sfu-1': 'drainLimitMs: 900000\n', 'sfu-2': 'drainLimitMs: 900000\ncloseLimitMs: 20000\n' };
  expect(await setUp(files, units)).toEqual([
    {
      level: 'warn',
      what: 'sfu-1 drains up to 900 s (drainLimitMs), and systemd kills it after 135 s',
      cure: '`systemctl edit meridian-sfu@1.service`, with `[Service]` and `TimeoutStopSec=915`; in containers `stop_grace_period: 915s`',
    },
    expect.objectContaining({ level: 'warn', cure: expect.stringContaining('`TimeoutStopSec=925`') }),
  ]);
});

it('a unit without a limit gives no warning', async () => {
  const endless = { 'meridian-gateway.service': Number.POSITIVE_INFINITY };
  expect(await setUp({ gateway: 'drainLimitMs: 86400000\n' }, endless)).toMatchObject([{ level: 'ok' }]);
});

it('without systemd a longer drain than the wait of our compose.yaml gives a warning', async () => {
  const [finding] = await setUp({ gateway: 'drainLimitMs: 900000\n' }, undefined);
  expect(finding).toMatchObject({ level: 'warn', cure: expect.stringContaining('`stop_grace_period: 915s`') });
  expect(finding?.what).toContain('our compose.yaml waits 135 s');
  expect(await setUp({ gateway: 'drainLimitMs: 120000\n' }, undefined)).toMatchObject([{ level: 'ok' }]);
});

it('units and compose.yaml have the limits that the check assumes', async () => {
  const compose = parse(readFileSync(join(repository, 'infra/container/compose.yaml'), 'utf8')) as {
    services: Record<string, { stop_grace_period?: string }>;
  };
  for (const name of ['sfu-1', 'gateway', 'recorder']) expect(compose.services[name]?.stop_grace_period).toBe('135s');
  for (const name of ['sfu-1', 'gateway', 'recorder']) {
    const unit = unitOf(serviceOf(name) as Service).replace(/@\d+/, '@');
    const [file = ''] = globSync(`infra/ops/systemd/${unit}`, { cwd: repository });
    const seconds = Number(/^TimeoutStopSec=(\d+)$/m.exec(readFileSync(join(repository, file), 'utf8'))?.[1]);
    const limits = { [unitOf(serviceOf(name) as Service)]: seconds * 1000 };
    expect(await setUp({ [name]: 'drainLimitMs: 120000\n' }, limits)).toMatchObject([{ level: 'ok' }]);
  }
});

it.each([
  ['2min 15s', 135_000],
  ['15s', 15_000],
  ['1h 30min', 5_400_000],
  ['1min 30.500s', 90_500],
  ['1month 1d', 2_716_200_000],
  ['infinity', Number.POSITIVE_INFINITY],
  ['', undefined],
  ['15', undefined],
  ['2 fortnights', undefined],
])('the time span of systemd is read: %s', (text, ms) => {
  expect(timeSpanMs(text)).toBe(ms);
  expect(timeSpanMs(`${text}\n`)).toBe(ms);
});
