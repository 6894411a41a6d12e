import type { createLogger } from '@meridian/runtime';
import { describe, expect, it } from 'vitest';
import { collectingLog } from '../support/log.ts';

const SECRET = 'hunter2-hunter2';

/** Returns the line that a call writes, as text and parsed. */
function logged(write: (log: ReturnType<typeof createLogger>) => void): {
  text: string;
  line: Record<string, unknown>;
} {
  const { log, lines } = collectingLog();
  write(log);
  return { text: JSON.stringify(lines), line: lines.at(-1) ?? {} };
}

describe('the logger hides secrets', () => {
  it.each([
    'token',
    'accessToken',
    'access_token',
    'secret',
    'clusterSecret',
    'clusterSecretBefore',
    'clusterTokenBefore',
    'password',
    'Authorization',
    'key',
    'keyPem',
    'certPem',
    'x-api-key',
    'apiKey',
    'Cookie',
    'set-cookie',
    'privateKey',
    'credentials',
  ])('under the name %s at every depth', (name) => {
    const deep = { a: { b: [{ c: { [name]: SECRET } }] }, [name]: SECRET };
    const { text } = logged((log) => log.info(deep, 'hello'));
    expect(text).not.toContain(SECRET);
    expect(text.split('[redacted]')).toHaveLength(3);
  });

  it.each<[string, (log: ReturnType<typeof createLogger>) => void]>([
    ['in the bindings of a child', (log) => log.child({ request: { token: SECRET } }).info('hello')],
    ['in the bindings of a child of a child', (log) => log.child({ a: 1 }).child({ password: SECRET }).info('hello')],
    [
      'in bindings set later',
      (log) => {
        const child = log.child({});
        child.setBindings({ secret: SECRET });
        child.info('hello');
      },
    ],
    [
      'in the fields of an error',
      (log) => log.error({ err: Object.assign(new Error('failed'), { options: { password: SECRET } }) }, 'hello'),
    ],
    ['in a text with an invitation', (log) => log.info(`meridian-join:a:7000#mti1.${SECRET}.${SECRET}.x`)],
    ['in an error logged by itself', (log) => log.error(Object.assign(new Error('failed'), { token: SECRET }))],
    [
      'in the cause of an error',
      (log) => log.error({ err: new Error('failed', { cause: new Error(`met1.${SECRET}.${SECRET}.x`) }) }),
    ],
    ['in a map', (log) => log.info({ headers: new Map([['authorization', SECRET]]) })],
    ['as an object under a secret name', (log) => log.info({ credentials: { user: SECRET } })],
    ['as an enrolment token inside a text', (log) => log.info(`enrolling with met1.${SECRET}.${SECRET}.abc`)],
    ['as an enrolment token inside a field', (log) => log.info({ note: `met1.${SECRET}.${SECRET}.abc` })],
    ['as a bearer header inside a text', (log) => log.info({ header: `Bearer ${SECRET}` })],
    [
      'as a password inside a URL',
      (log) => log.info({ url: `redis://user:${SECRET}@host:1` }, `redis://:${SECRET}@host`),
    ],
    ...[
      `postgres://u:ab/${SECRET}@127.0.0.1/x`,
      `rediss://:ab/${SECRET}@h:6379`,
      `rediss://:1/${SECRET}@h:6379`,
      `postgres://u:a@b/${SECRET}@h/x`,
      `postgres://h/x?user=u&password=${SECRET}`,
    ].map((url): [string, (log: ReturnType<typeof createLogger>) => void] => [
      `as the password in ${url}`,
      (log) => log.info({ at: url, list: [url] }, `cannot dial "${url}"`),
    ]),
    ...[`redis:/:${SECRET}@h`, `postgresql//u:${SECRET}@h`, `${SECRET}@h`, `postgres://u:${SECRET}`].map(
      (url): [string, (log: ReturnType<typeof createLogger>) => void] => [
        `as the password in ${url} under the name of a URL`,
        (log) => log.info({ databaseUrl: url, redisUrls: [url] }),
      ],
    ),
    [
      'as the input of a URL that cannot be read',
      (log) => {
        try {
          new URL(`postgresql//u:${SECRET}@h`);
        } catch (error) {
          log.error({ err: error }, 'start failed');
        }
      },
    ],
    [
      'as a private key inside an error text',
      (log) => log.error(new Error(`bad key -----BEGIN PRIVATE KEY-----\n${SECRET}\n-----END PRIVATE KEY-----`)),
    ],
    ['as a web token', (log) => log.info(`token eyJhbGciOiJIUzI1NiJ9.${SECRET}.${SECRET}`)],
    ['in an object put into a format', (log) => log.info('%j', { token: SECRET })],
    ['in an argument of a format', (log) => log.info('%s', `met1.${SECRET}.${SECRET}.x`)],
  ])('%s', (_where, write) => {
    const { text } = logged(write);
    expect(text).toContain('[redacted]');
    expect(text).not.toContain(SECRET);
  });

  it('leaves texts that are not secret, and flags about a secret', () => {
    const { line } = logged((log) =>
      log.info(
        { tokens: 5, hasToken: true, token: undefined, keyboard: 'x', monkey: 'y', at: new Date(0), big: 5n },
        'hello',
      ),
    );
    expect(line).toMatchObject({
      tokens: 5,
      hasToken: true,
      keyboard: 'x',
      monkey: 'y',
      at: '1970-01-01T00:00:00.000Z',
      big: '5',
      msg: 'hello',
      level: 'info',
      name: 'test',
    });
  });
});

it('leaves addresses without passwords', () => {
  const addresses = {
    centreUrl: 'wss://10.0.0.1:7000,wss://[fd00::1]:7000',
    entryUrls: ['https://meet.example.org:8443', 'http://localhost'],
    publicUrl: 'meet.example.org:443',
    databaseUrl: 'sqlite:meridian.db',
    url: '/users/mira@example.org',
    at: 'http://10.0.0.1:7880/users/mira@example.org',
  };
  expect(logged((log) => log.info(addresses)).line).toMatchObject(addresses);
});

describe('the logger survives', () => {
  it('an object that contains itself', () => {
    const loop: Record<string, unknown> = {};
    loop['self'] = loop;
    expect(logged((log) => log.info({ loop })).text).toContain('[too deep]');
  });

  it('bytes are counted, not printed', () => {
    expect(logged((log) => log.info({ payload: new Uint8Array(1_000) })).line['payload']).toBe('[1000 bytes]');
  });

  it('a very wide object is cut', () => {
    const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, at) => [`field${at}`, at]));
    expect(Object.keys(logged((log) => log.info({ wide })).line['wide'] as object)).toHaveLength(200);
  });

  it('an error keeps its type, message, stack and code', () => {
    const { line } = logged((log) =>
      log.error({ err: Object.assign(new TypeError('failed'), { code: 'E_X' }) }, 'hello'),
    );
    expect(line['err']).toMatchObject({
      type: 'TypeError',
      message: 'failed',
      code: 'E_X',
      stack: expect.stringContaining('TypeError: failed'),
    });
  });
});

it('writes nothing below its level', () => {
  const { log, lines } = collectingLog('warn');
  log.info('no');
  log.child({}).debug('no');
  log.warn('yes');
  expect(lines.map((line) => line['msg'])).toEqual(['yes']);
});
