// Kinds of targets that callers name, with their secrets, and what attackers give instead.
import { generateKeyPairSync } from 'node:crypto';
import { operatorKey, type TestApi } from './test-api.ts';

type Json = Readonly<Record<string, unknown>>;
type Given = Readonly<Record<string, string>>;

export interface TargetKind {
  readonly path: string;
  readonly isOperator?: boolean;
  readonly body: Json;
  /** Returns a change of the target to a host. */
  at(host: string): Json;
  /** Pointer of the host's field. */
  readonly pointer: string;
  /** Changes of the target, by what they change; `secrets` must be given again with each. */
  readonly moves: Readonly<Record<string, Json>>;
  readonly secrets: Json;
  readonly secretPointers: readonly string[];
  /** A change that leaves the target where it is. */
  readonly stays?: Json;
}

const pem = (): string =>
  generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'sec1', format: 'pem' }).toString();
export const SECRET = 'A secret that stays';
const hostKey = (letter: string): string => `SHA256:${letter.repeat(43)}`;
const settings = (o: Json): Json => ({ settings: o });
const receiver = (kind: string, given: Json): Json => ({ name: 'Hall', kind, region: 'frankfurt', settings: given });
const sftp = { host: 'sftp.example', port: 22, username: 'meridian', hostKey: hostKey('A'), path: '/in' };
const sftpMoves = {
  host: settings({ host: 'evil.example' }),
  port: settings({ port: 2222 }),
  'host key': settings({ hostKey: hostKey('E') }),
  user: settings({ username: 'other' }),
  all: settings({ host: 'evil.example', port: 2222, hostKey: hostKey('E'), username: 'other' }),
};
const receivers = {
  path: '/distribution/receivers',
  pointer: '/settings/host',
  at: (host: string) => settings({ host }),
} as const;
const s3 = { endpoint: 'https://s3.example', region: 'eu-1', bucket: 'films', accessKeyId: 'AKID' };
const sms = {
  kind: 'sms',
  name: 'sms',
  url: 'https://sms.example.org/send',
  to: ['+4912345'],
  headers: { 'x-key': SECRET },
  body: `{"text":"{text}","key":"${SECRET}"}`,
};
const alarms = { path: '/alarm-receivers', isOperator: true, pointer: '/url' } as const;
const urlAt = (host: string): Json => ({ url: `http://${host}/hook` });
const alarmMoves = {
  host: { url: 'https://evil.example.org/send' },
  scheme: { url: 'http://sms.example.org/send' },
  port: { url: 'https://sms.example.org:8443/send' },
};

export const targetKinds: Readonly<Record<string, TargetKind>> = {
  'SFTP with a password': {
    ...receivers,
    body: receiver('sftp', { ...sftp, password: SECRET }),
    moves: sftpMoves,
    secrets: settings({ password: 'another' }),
    secretPointers: ['/settings/password'],
    stays: settings({ path: '/elsewhere', host: 'SFTP.example' }),
  },
  'SFTP with a key': {
    ...receivers,
    body: receiver('sftp', { ...sftp, privateKey: pem() }),
    moves: sftpMoves,
    secrets: settings({ password: 'another' }),
    secretPointers: ['/settings/privateKey'],
    stays: settings({ verify: true }),
  },
  S3: {
    ...receivers,
    body: receiver('s3', { ...s3, secretAccessKey: SECRET }),
    at: (host) => settings({ endpoint: `http://${host}` }),
    pointer: '/settings/endpoint',
    moves: {
      host: settings({ endpoint: 'https://evil.example' }),
      scheme: settings({ endpoint: 'http://s3.example' }),
      port: settings({ endpoint: 'https://s3.example:8443' }),
      bucket: settings({ bucket: 'others' }),
    },
    secrets: settings({ secretAccessKey: 'another' }),
    secretPointers: ['/settings/secretAccessKey'],
    stays: settings({ prefix: 'new', endpoint: 'https://S3.example:443/' }),
  },
  pull: {
    ...receivers,
    body: receiver('pull', { url: 'https://platform.example.org/files' }),
    at: (host) => settings(urlAt(host)),
    pointer: '/settings/url',
    moves: {
      host: settings({ url: 'https://evil.example.org/files' }),
      scheme: settings({ url: 'http://platform.example.org/files' }),
      port: settings({ url: 'https://platform.example.org:8443/files' }),
    },
    secrets: settings({ secret: `whsec_${'B'.repeat(32)}` }),
    secretPointers: ['/settings/secret'],
    stays: settings({ url: 'https://platform.example.org/v2' }),
  },
  'a provider of text messages': {
    ...alarms,
    body: sms,
    at: urlAt,
    moves: alarmMoves,
    secrets: { headers: { 'x-key': 'another' }, body: '{"text":"{text}"}' },
    secretPointers: ['/headers', '/body'],
    stays: { url: 'https://SMS.example.org:443/v2' },
  },
  'a webhook of alarms': {
    ...alarms,
    body: { kind: 'webhook', name: 'on call', url: 'https://example.org/alarms' },
    at: urlAt,
    moves: {},
    secrets: {},
    secretPointers: [],
  },
  Alertmanager: {
    ...alarms,
    body: { kind: 'alertmanager', name: 'am', url: 'https://am.example.org/' },
    at: urlAt,
    moves: {},
    secrets: {},
    secretPointers: [],
  },
  'a webhook': {
    path: '/webhooks',
    body: { url: 'https://example.org/hook' },
    at: urlAt,
    pointer: '/url',
    moves: {},
    secrets: {},
    secretPointers: [],
  },
};

/** Inside addresses as they are written in a URL, in every spelling. */
export const insideHosts: readonly string[] = [
  ...['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.0.0.1', '0', '127.0.0.1.'],
  ...['10.0.0.1', '172.16.0.1', '192.168.1.1', '100.64.0.1', '169.254.169.254', '0xa9fea9fe', '2852039166'],
  ...['localhost', 'LOCALHOST', 'localhost.', 'a.localhost', 'localhost..'],
  ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[64:ff9b::7f00:1]', '[64:ff9b::a9fe:a9fe]'],
  ...['[fe80::1]', '[fd00:ec2::254]', '[2002:7f00:1::]'],
];

/** Returns the host as a field of its own has it: without brackets. */
export const bareHost = (host: string): string => host.replace(/^\[(.*)\]$/, '$1');

/** Sends a request with the rights that the kind needs. */
export async function askOf(api: TestApi, { isOperator }: TargetKind, ...[method, path, body]: Asked) {
  const rights = isOperator === true ? { signer: operatorKey, scope: 'operator' } : {};
  const answer = await api.ask(method, path, { ...rights, ...(body !== undefined && { body }) });
  const json = answer.body === '' ? {} : answer.json();
  const pointers: string[] = (json.errors ?? []).map(({ pointer }: { pointer: string }) => pointer);
  return { status: answer.statusCode, code: json.code as string | undefined, pointers, json };
}
type Asked = readonly ['GET' | 'POST' | 'PATCH', string, Json?];

/** Creates a target of the kind. Returns its path. */
export async function makeTarget(api: TestApi, kind: TargetKind): Promise<string> {
  const { status, json } = await askOf(api, kind, 'POST', kind.path, kind.body);
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(json)}`);
  return `${kind.path}/${json.receiver?.id ?? json.id}`;
}

/** Returns the body of the kind with another host. */
export function bodyAt(kind: TargetKind, host: string): Json {
  const { settings: given, ...rest } = kind.at(host);
  const { settings: before } = kind.body as { settings?: Json };
  return { ...kind.body, ...rest, ...(given !== undefined && { settings: { ...before, ...(given as Json) } }) };
}

type Odd = readonly [what: string, change: Json, pointer: string];
const header = (name: string, value: string): Given => ({ [name]: value });

/** Values that are refused because no use of them works, for kinds by their names. */
export const oddValues: Readonly<Record<string, readonly Odd[]>> = {
  'a provider of text messages': [
    ['a line break in a header', { headers: header('x-key', 'a\r\nx-other: b') }, '/headers/x-key'],
    ['a NUL in a header', { headers: header('x-key', 'a\u0000b') }, '/headers/x-key'],
    ['a header outside Latin-1', { headers: header('x-key', '短信') }, '/headers/x-key'],
    ['half a character in a header', { headers: header('x-key', '\ud800') }, '/headers/x-key'],
    ...['Host', 'Content-Length', 'transfer-encoding', 'Connection', 'Upgrade', 'Expect', 'TE', 'Trailer'].map(
      (name): Odd => [`the header ${name}`, { headers: header(name, 'x') }, `/headers/${name}`],
    ),
    ['a header twice', { headers: { 'X-Key': 'a', 'x-key': 'b' } }, '/headers/x-key'],
    ['a body without the text', { body: '{"to":"{to}"}' }, '/body'],
    ['a body that is no JSON', { body: '{"text":{text}}' }, '/body'],
    ['half a character in the body', { body: '{"text":"{text}\ud800"}' }, '/body'],
    ['half a number', { to: ['\ud800'] }, '/to/0'],
    ['a line break in the number', { to: ['+49\r\n1'] }, '/to/0'],
    ['an empty number', { to: [' '] }, '/to/0'],
    ['two numbers', { to: ['+49', '+50'] }, '/to'],
    ['no host', { url: 'https://' }, '/url'],
    ['port 0', { url: 'https://sms.example.org:0/' }, '/url'],
    ['a user in the URL', { url: 'https://a:b@sms.example.org/' }, '/url'],
    ['another scheme', { url: 'file:///etc/passwd' }, '/url'],
  ],
  Alertmanager: [['a query, which would be lost', { url: 'https://am.example.org/?token=a' }, '/url']],
  'a webhook': [
    ['port 0', { url: 'https://example.org:0/' }, '/url'],
    ['a fragment', { url: 'https://example.org/#a' }, '/url'],
    ['another scheme', { url: 'gopher://example.org/' }, '/url'],
  ],
  'SFTP with a password': [
    ['a fingerprint that no key has', settings({ hostKey: `SHA256:${'A'.repeat(42)}B` }), '/settings/hostKey'],
    ['a line break in the user', settings({ username: 'a\nb' }), '/settings/username'],
    ['a port in the host', settings({ host: 'sftp.example:2222' }), '/settings/host'],
    ['half a character in the path', settings({ path: '/in/\ud800' }), '/settings/path'],
    ['a password and a key', settings({ password: 'a', privateKey: pem() }), '/settings/password'],
  ],
  'SFTP with a key': [
    ['a key cut short', settings({ privateKey: pem().slice(0, 120) }), '/settings/privateKey'],
    [
      'a key in PKCS#8, which the client cannot read',
      settings({
        privateKey: generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      }),
      '/settings/privateKey',
    ],
    [
      'a key with a passphrase',
      settings({
        privateKey: generateKeyPairSync('ec', { namedCurve: 'P-256' })
          .privateKey.export({ type: 'sec1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'a' })
          .toString(),
      }),
      '/settings/privateKey',
    ],
  ],
  S3: [
    ['a line break in the key id', settings({ accessKeyId: 'A\r\nx: b' }), '/settings/accessKeyId'],
    ['a key id outside ASCII', settings({ accessKeyId: 'schlüssel' }), '/settings/accessKeyId'],
    ['a key id with a slash', settings({ accessKeyId: 'A/b' }), '/settings/accessKeyId'],
    ['a bucket that is no part of a host name', settings({ bucket: 'a..b' }), '/settings/bucket'],
    ['half a character in the prefix', settings({ prefix: '\ud800' }), '/settings/prefix'],
    ['a query in the endpoint', settings({ endpoint: 'https://s3.example/?a=b' }), '/settings/endpoint'],
  ],
  pull: [
    ['port 0', settings({ url: 'https://platform.example.org:0/' }), '/settings/url'],
    ['a short secret', settings({ secret: 'whsec_short' }), '/settings/secret'],
  ],
};
