// Keys that each kind of node shows of its configuration: the test covers every key of the real schemas, so that a new
// key cannot be shown unnoticed.
import { limits, type NodeKind, nodeKind } from '@meridian/protocol';
import type { TSchema } from 'typebox';
import { describe, expect, it } from 'vitest';
import { sharedConfigOf } from '../../../base/node-shell/src/index.ts';
import { probeConfig } from '../../../edge-probe/src/config.ts';
import { libraryConfig } from '../../../files/library/src/config.ts';
import { gatewayConfig } from '../../../media/gateway/src/config.ts';
import { recorderConfig } from '../../../media/recorder/src/config.ts';
import { apiConfig } from '../../../product/api/src/config.ts';
import { sfuConfig } from '../../../sfu/src/config.ts';
import { configSchema as signalingConfig } from '../../../signaling/src/config.ts';

interface View {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
}

/** Makes a configuration with every possible key; each text names its own path. */
function fullConfig(schema: TSchema, path: string): unknown {
  const { type, properties, items, anyOf } = schema as View;
  if (properties !== undefined)
    return Object.fromEntries(
      Object.entries(properties).map(([name, of]) => [name, fullConfig(of, path === '' ? name : `${path}.${name}`)]),
    );
  if (type === 'array') return [fullConfig(items ?? ({} as TSchema), `${path}[]`)];
  if (type === 'boolean') return true;
  if (type === 'number' || type === 'integer') return 7;
  if (type !== 'string' && anyOf === undefined) throw new Error(`${path}: what is a ${type}?`);
  return `text of ${path}`;
}

const kinds: Readonly<Record<Exclude<NodeKind, 'scheduler'>, TSchema>> = {
  sfu: sfuConfig,
  signaling: signalingConfig,
  'edge-probe': probeConfig,
  gateway: gatewayConfig,
  recorder: recorderConfig,
  library: libraryConfig,
  api: apiConfig,
};
const keysOfAll = ['closeLimitMs', 'drainLimitMs', 'logLevel'];
const sharedKeys: Readonly<Record<keyof typeof kinds, readonly string[]>> = {
  sfu: ['downlinkControl', 'linkBudgetBps'],
  signaling: ['allowedOrigins', 'checksMax', 'development', 'turn.lifetimeMs'],
  'edge-probe': ['dial.everyS', 'probeUdp'],
  gateway: ['allowedOrigins', 'cdnAllowed', 'development', 'ffmpegSandbox', 'httpTls', 'turn.lifetimeMs'],
  recorder: [
    'composition.pageDiskBytes',
    'composition.pageMemoryBytes',
    'composition.pagesAllowed',
    'composition.pagesWithoutSandbox',
    'ffmpegSandbox',
    'store.forcePathStyle',
    'store.kind',
    'watchRooms',
  ],
  library: [
    'distributionBytesMax',
    'ffmpegSandbox',
    'filesByProxy',
    'httpTls',
    'kinds',
    'renditions.av1Preset',
    'renditions.enabled',
    'renditions.h264Preset',
    'renditions.sourceBytesMax',
    'renditions.threads',
    'scan.limitMs',
    'spoolFreeBytes',
    'store.forcePathStyle',
    'store.kind',
  ],
  api: [
    'checkTenant',
    'dailyLimits.mailsOfTenant',
    'dailyLimits.mailsOfUser',
    'dailyLimits.meetingsOfTenant',
    'dailyLimits.meetingsOfUser',
    'egressAllow',
    'operatorTenant',
  ],
};

describe('the configuration that a node shows', () => {
  it.each(Object.entries(kinds))('has exactly these keys: %s', (name, schema) => {
    const kind = name as keyof typeof kinds;
    const values = sharedConfigOf(kind, fullConfig(schema, '') as object);
    expect(values.map(({ key }) => key)).toEqual([...sharedKeys[kind], ...keysOfAll].sort());
    const texts = values.filter(({ value }) => value?.includes('text of'));
    for (const { key = '', value } of texts) expect(value).toContain(`text of ${key}`);
  });

  it('names unset keys and switches', () => {
    const values = sharedConfigOf(nodeKind.api, { logLevel: 'info', egressAllow: ['10.0.0.0/8'], drainLimitMs: 0 });
    expect(values).toEqual([
      { key: 'checkTenant', value: 'null' },
      { key: 'drainLimitMs', value: '0' },
      { key: 'egressAllow', value: '["10.0.0.0/8"]' },
      { key: 'logLevel', value: '"info"' },
      { key: 'operatorTenant', value: 'null' },
    ]);
  });

  it('has no secret of any type', () => {
    const secrets = { sealSecret: 1234, key: 7, turn: { password: 3, apiKey: true }, tenants: [{ limit: 3 }] };
    expect(sharedConfigOf(nodeKind.media, { ...secrets, logLevel: 'info' }).map(({ key }) => key)).toEqual([
      'logLevel',
    ]);
  });

  it('stays within the limits', () => {
    const many = Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`figure${at}`, at]));
    const long = { ['x'.repeat(65)]: 1 };
    const values = sharedConfigOf(nodeKind.signaling, {
      ...long,
      ...many,
      allowedOrigins: Array(99).fill('https://a'),
    });
    expect(values).toHaveLength(limits.configValuesMax);
    expect(Math.max(...values.map(({ value }) => value?.length ?? 0))).toBe(limits.configValueCharactersMax);
    expect(values.some(({ key = '' }) => key === null || key.length > limits.configKeyCharactersMax)).toBe(false);
  });
});
