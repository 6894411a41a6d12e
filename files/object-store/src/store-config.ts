// Configuration of a store of objects. Secrets, like all texts of the configuration, may be `${file:PATH}` or
// `${env:NAME}`.
import { createHash } from 'node:crypto';
import type { Clock, ConfigIssue } from '@meridian/runtime';
import { type Static, Type } from 'typebox';
import { openFileStore } from './file-store.ts';
import type { FileThreads } from './file-threads/file-threads.ts';
import { openS3Store } from './s3-store.ts';
import { KEY_ID_CHARS_MAX, SealKeys } from './seal.ts';
import { openSealedStore } from './sealed-store.ts';
import type { Store } from './store.ts';

const s3Fields = {
  endpoint: Type.Optional(
    Type.String({
      pattern: '^https?://',
      maxLength: 2048,
      description: 'For `s3`: URL of the server; without it, Amazon’s endpoint of the region.',
      examples: ['https://s3.example.org'],
    }),
  ),
  region: Type.String({
    minLength: 1,
    maxLength: 64,
    default: 'us-east-1',
    description: 'For `s3`: region of the bucket.',
  }),
  bucket: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$',
      description: 'For `s3`: name of an existing bucket. The server must honour `If-None-Match`.',
      examples: ['recordings'],
    }),
  ),
  prefix: Type.String({
    // S3 names have 1024 bytes; keys and the prefixes of records need the rest.
    pattern: '^([a-z0-9_-][a-z0-9_.-]*/)*$',
    maxLength: 256,
    default: '',
    description: 'For `s3`: prefix of the names of all objects; ends with a slash.',
  }),
  forcePathStyle: Type.Boolean({
    default: false,
    description: 'For `s3`: the bucket is in the path of requests instead of the host name.',
  }),
  accessKeyId: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 256,
      description:
        'For `s3`, with `secretAccessKey`; without both, credentials come from the environment or the role of the machine.',
    }),
  ),
  secretAccessKey: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 1024,
      description: 'The secret of `accessKeyId`.',
      examples: ['$' + '{file:/etc/meridian/s3-secret}'],
    }),
  ),
};

const sealKey = Type.Object({
  id: Type.String({
    pattern: '^[a-z0-9_.-]+$',
    maxLength: KEY_ID_CHARS_MAX,
    description: 'Id of the key, which each object that it sealed contains.',
    examples: ['2026-11'],
  }),
  secret: Type.String({
    pattern: '^[0-9a-f]{64}$',
    description: '32 random bytes, in hexadecimal digits: best from a file of its own.',
    examples: ['9f'.repeat(32)],
  }),
  folder: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9_-][a-z0-9_.-]*$',
      maxLength: 200,
      description:
        'Seals only objects of one tenant: the first part of their keys. Without it, the key is for all tenants without one.',
      examples: ['t-acme'],
    }),
  ),
});

export const storeConfig = Type.Object(
  {
    kind: Type.Union([Type.Literal('files'), Type.Literal('s3')], {
      default: 'files',
      description: '`files`: a folder of this machine, or one that is mounted; `s3`: a bucket.',
    }),
    dir: Type.Optional(
      Type.String({
        minLength: 1,
        maxLength: 1024,
        description:
          'For `files`: folder, which one node alone uses. Without it, in `stateDir`: `recordings` of a recorder, `files` of a library node.',
        examples: ['/srv/recordings'],
      }),
    ),
    ...s3Fields,
  },
  { default: {}, description: 'Store of the objects.' },
);

export const sealKeysConfig = Type.Array(sealKey, {
  maxItems: 10_000,
  default: [],
  description:
    'Keys that seal objects, the oldest first: the last one of a tenant seals new objects, each opens those that it sealed. Without any, objects are not sealed.',
});

export type StoreConfig = Static<typeof storeConfig>;
export type SealKeysConfig = Static<typeof sealKeysConfig>;

/** Checks rules that the schema cannot express. `key` is the store's key in the configuration. */
export function storeIssues(key: string, store: StoreConfig): ConfigIssue[] {
  if (store.kind !== 's3') return [];
  const issues: ConfigIssue[] = [];
  if (store.bucket === undefined)
    issues.push({ key: `${key}.bucket`, value: undefined, allowed: 'the bucket of `s3`', example: 'recordings' });
  if ((store.accessKeyId === undefined) !== (store.secretAccessKey === undefined)) {
    const name = store.accessKeyId === undefined ? 'accessKeyId' : 'secretAccessKey';
    issues.push({
      key: `${key}.${name}`,
      value: undefined,
      allowed: 'both of accessKeyId and secretAccessKey, or neither',
    });
  }
  return issues;
}

/**
 * Opens the store; the caller closes it. `folder` is the root for `files`. Throws RangeError for seal keys with the
 * same id.
 */
export async function openStore(
  config: StoreConfig,
  o: {
    readonly folder: string;
    readonly sealKeys?: SealKeysConfig;
    readonly clock?: Clock;
    readonly threads?: FileThreads;
  },
): Promise<Store> {
  const keys = (o.sealKeys ?? []).map(({ id, secret, folder }) => ({ id, secret: Buffer.from(secret, 'hex'), folder }));
  const sealingKeys = keys.length === 0 ? undefined : new SealKeys(keys);
  const store = await openPlain(config, o);
  return sealingKeys === undefined ? store : openSealedStore({ store, keys: sealingKeys });
}

async function openPlain(
  config: StoreConfig,
  { folder, clock, threads }: { readonly folder: string; readonly clock?: Clock; readonly threads?: FileThreads },
): Promise<Store> {
  const timing = clock === undefined ? {} : { clock };
  const { kind, endpoint, region, bucket, prefix, forcePathStyle, accessKeyId, secretAccessKey } = config;
  if (kind === 'files' || bucket === undefined)
    return await openFileStore({ folder, ...timing, ...(threads && { threads }) });
  const credentials =
    accessKeyId === undefined || secretAccessKey === undefined ? undefined : { accessKeyId, secretAccessKey };
  return openS3Store({ endpoint, region, bucket, prefix, forcePathStyle, credentials, ...timing });
}

/** Returns an id that nodes share when they share a store. */
export function storeIdOf(nodeId: string, store: StoreConfig): string {
  if (store.kind !== 's3') return `node:${nodeId}`;
  const place = JSON.stringify([store.endpoint ?? '', store.bucket, store.prefix]);
  return `s3:${createHash('sha256').update(place).digest('hex').slice(0, 32)}`;
}
