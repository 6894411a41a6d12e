import { describe, expect, it } from 'vitest';
import { redisTarget } from '../../src/kv/redis-target.ts';

const single = { kind: 'single', group: '', username: undefined, password: undefined, db: 0, tls: false };

describe('the address of Redis', () => {
  it.each([
    '',
    'redis://',
    'http://localhost',
    'redis://a,b',
    'redis://a:0',
    'redis://a:65536',
    'redis://a:port',
    'redis://a/one',
    'redis://a/1/2',
    'redis+sentinel://a',
    'redis+sentinel://a/',
    'redis+sentinel://a/group/one',
    'redis+cluster://a/1',
    'redis+cluster://',
    'redis+cluster://a,,b',
    `redis+cluster://${Array.from({ length: 33 }, () => 'a').join(',')}`,
    'redis+other://a',
    'redis://us er:pass word@a b',
  ])('%j is refused, and the refusal does not repeat it', (url) => {
    expect(() => redisTarget(url)).toThrow(RangeError);
    expect(() => redisTarget(url)).not.toThrow(/pass word/);
  });

  it.each([
    ['redis://localhost', { ...single, hosts: [{ host: 'localhost', port: 6379 }] }],
    ['redis://127.0.0.1:7000/3', { ...single, db: 3, hosts: [{ host: '127.0.0.1', port: 7000 }] }],
    ['redis://[::1]:7000', { ...single, hosts: [{ host: '::1', port: 7000 }] }],
    ['redis://:p%40ss@a', { ...single, password: 'p@ss', hosts: [{ host: 'a', port: 6379 }] }],
    [
      'rediss://me:pass@a',
      { ...single, tls: true, username: 'me', password: 'pass', hosts: [{ host: 'a', port: 6379 }] },
    ],
    [
      'redis+sentinel://:pass@a:1,b/group/2',
      {
        ...single,
        kind: 'sentinel',
        group: 'group',
        password: 'pass',
        db: 2,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 26_379 },
        ],
      },
    ],
    [
      'rediss+cluster://a:1,b:2',
      {
        ...single,
        kind: 'cluster',
        tls: true,
        hosts: [
          { host: 'a', port: 1 },
          { host: 'b', port: 2 },
        ],
      },
    ],
  ])('%s is read', (url, target) => {
    expect(redisTarget(url)).toEqual(target);
  });
});
