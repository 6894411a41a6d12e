// Broken configurations of every service: the error names the key, and the printed cure works.
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError, type ConfigIssue, exampleOf } from '@meridian/runtime';
import { createLocalAuthority, issueServerCertificate } from '@meridian/runtime/local-authority';
import type { TSchema } from 'typebox';
import { Check, Clone, Default } from 'typebox/value';
import { afterAll, describe, expect, it, test } from 'vitest';
import { type TopologyOptions, topology } from '../../../infra/local/topology.ts';
import { configIssues, type ServiceName, services } from '../support/services.ts';

const folder = mkdtempSync(join(tmpdir(), 'meridian-broken-'));
afterAll(() => rmSync(folder, { recursive: true }));
const at = (name: string): string => join(folder, name);
const secret = (): string => randomBytes(32).toString('base64');

mkdirSync(at('page'));
writeFileSync(at('page/index.html'), '');
writeFileSync(at('file'), '');
const nowMs = Date.now();
const authority = await createLocalAuthority({ name: 'test', nowMs });
for (const [name, issuedMs] of [
  ['good', nowMs],
  ['other', nowMs],
  ['expired', nowMs - 10 * 365 * 86_400_000],
] as const) {
  const { certPem, keyPem } = await issueServerCertificate(authority, { ip: '127.0.0.1', nowMs: issuedMs });
  writeFileSync(at(`${name}.crt`), certPem);
  writeFileSync(at(`${name}.key`), keyPem);
}

const node = {
  id: 'node-1',
  region: 'frankfurt',
  city: 'Frankfurt',
  latitude: 50.11,
  longitude: 8.68,
  hostId: 'front',
  centreUrl: 'wss://10.0.0.1:7000',
  enrolUrl: 'https://10.0.0.1:7000',
  stateDir: at('state'),
};
const listen = (port: number, ip = '10.0.0.2') => ({ ip, port });
const validConfigs: Record<ServiceName, object> = {
  scheduler: { stateDir: at('state'), linkHost: '10.0.0.1', clusterToken: secret(), clusterSecret: secret() },
  sfu: {
    ...node,
    mediaListen: [{ ip: '10.0.0.2', announcedAddress: '203.0.113.2', port: 20_000 }],
    controlListen: listen(20_001),
    pathListen: listen(20_002),
    pipeListen: { ip: '10.0.0.2', portMin: 20_010, portMax: 20_049 },
    plainListen: { ip: '10.0.0.2', portMin: 20_050, portMax: 20_089 },
  },
  signaling: {
    ...node,
    httpHost: '127.0.0.1',
    httpPort: 7880,
    publicUrl: 'wss://meet.example.org',
    controlListen: listen(7881),
    apiKeys: [{ key: 'APIacme', secret: secret(), tenant: 'acme' }],
    tlsCertFile: at('good.crt'),
    tlsKeyFile: at('good.key'),
  },
  gateway: {
    ...node,
    httpListen: listen(7820, '127.0.0.1'),
    publicUrl: 'https://live.example.org',
    rtmpListen: listen(1935),
    rtmpUrl: 'rtmp://live.example.org:1935',
    udpListen: listen(7830),
    plainListen: { ip: '10.0.0.2', portMin: 7840, portMax: 7869 },
    controlListen: listen(7871),
    apiKeys: [],
  },
  recorder: {
    ...node,
    plainListen: { ip: '10.0.0.2', portMin: 7670, portMax: 7799 },
    controlListen: listen(7872),
    apiKeys: [{ key: 'APIacme', secret: secret(), tenant: 'acme' }],
  },
  library: {
    ...node,
    httpListen: listen(7875, '127.0.0.1'),
    publicUrl: 'https://meet.example.org',
    controlListen: listen(7874),
    apiKeys: [{ key: 'APIacme', secret: secret(), tenant: 'acme' }],
  },
  receiver: {
    apiUrl: 'https://meet.example.org/api',
    credential: `mrk_RC_one_${randomBytes(32).toString('base64url')}`,
    site: 'school-12',
    filesDir: at('files'),
    stateDir: at('state'),
    serveListen: listen(7897),
    serveUrl: 'http://10.0.0.2:7897',
  },
  api: {
    ...node,
    httpListen: listen(7810, '127.0.0.1'),
    publicUrl: 'https://meet.example.org',
    entryUrls: ['https://meet.example.org'],
    sealSecret: secret(),
  },
  'edge-probe': { ...node, probeListen: listen(7950) },
  web: { entryUrls: ['https://meet.example.org'], pageDir: at('page') },
};

const set = (config: unknown, key: string, value: unknown): void => {
  const path = key.split(/[.[\]]+/).filter((part) => part !== '');
  let owner = config as Record<string, unknown>;
  for (const part of path.slice(0, -1)) owner = owner[part] as Record<string, unknown>;
  owner[path.at(-1) ?? ''] = value;
};

test.each(Object.keys(validConfigs) as ServiceName[])(
  'a good configuration of %s is accepted without a message',
  (name) => {
    expect(configIssues(name, validConfigs[name], folder)).toEqual([]);
  },
);

interface Broken {
  readonly of: ServiceName;
  readonly what: string;
  readonly set: Readonly<Record<string, unknown>>;
  readonly key: string;
  readonly isWarning?: true;
  /** Keys that cure it as the text says, where the printed example does not. */
  readonly cure?: Readonly<Record<string, unknown>>;
}

const cert = (name: string, key = name) => ({ tlsCertFile: at(`${name}.crt`), tlsKeyFile: at(`${key}.key`) });
const goodCert = cert('good');
const turn = (o: object) => ({ urls: ['turn:turn.example.org:3478'], secret: secret(), ...o });
const listens = { ip: '0.0.0.0', port: 20_001 };
const broken: Broken[] = [
  { of: 'sfu', what: 'no id', set: { id: undefined }, key: 'id' },
  { of: 'sfu', what: 'a latitude given as text', set: { latitude: '50.11' }, key: 'latitude' },
  {
    of: 'sfu',
    what: 'an address without a port',
    set: { 'controlListen.port': undefined },
    key: 'controlListen.port',
    cure: { 'controlListen.port': 20_001 },
  },
  { of: 'sfu', what: 'a reversed range', set: { 'pipeListen.portMax': 20_001 }, key: 'pipeListen.portMax' },
  { of: 'sfu', what: 'one port for all pipes', set: { 'pipeListen.portMax': 20_010 }, key: 'pipeListen.portMax' },
  {
    of: 'sfu',
    what: 'ranges that overlap',
    set: { 'pipeListen.portMax': 20_060 },
    key: 'plainListen.portMin',
    cure: { 'plainListen.portMin': 20_061 },
  },
  {
    of: 'sfu',
    what: 'links on the port of media',
    set: { 'controlListen.port': 20_000 },
    key: 'controlListen.port',
    cure: { 'controlListen.port': 20_001 },
  },
  {
    of: 'sfu',
    what: 'metrics on the port of links',
    set: { metricsHost: '0.0.0.0', metricsPort: 20_001 },
    key: 'metricsPort',
    cure: { metricsPort: 9100 },
  },
  { of: 'sfu', what: 'unannounced links', set: { controlListen: listens }, key: 'controlListen.announcedAddress' },
  {
    of: 'sfu',
    what: 'media announced by the unspecified address',
    set: { 'mediaListen[0].announcedAddress': '::' },
    key: 'mediaListen[0].announcedAddress',
  },
  {
    of: 'sfu',
    what: 'pipes announced by name',
    set: { 'pipeListen.announcedAddress': 'media.example.org' },
    key: 'pipeListen.announcedAddress',
  },
  { of: 'sfu', what: 'a device in place of an address', set: { 'pathListen.ip': 'eth0' }, key: 'pathListen.ip' },
  {
    of: 'sfu',
    what: 'a private media address beside a public one',
    set: { 'mediaListen[1]': { ip: '10.0.0.3', port: 20_000 } },
    key: 'mediaListen[1].announcedAddress',
    isWarning: true,
  },
  {
    of: 'sfu',
    what: 'a state folder that is a file',
    set: { stateDir: at('file') },
    key: 'stateDir',
    cure: { stateDir: at('state') },
  },
  { of: 'sfu', what: 'latitude and longitude 0', set: { latitude: 0, longitude: 0 }, key: 'latitude', isWarning: true },
  {
    of: 'edge-probe',
    what: 'a path in the URL of the centre',
    set: { centreUrl: 'wss://10.0.0.1:7000/x' },
    key: 'centreUrl',
    cure: { centreUrl: node.centreUrl },
  },
  {
    of: 'edge-probe',
    what: 'an unencrypted URL of the centre',
    set: { centreUrl: 'ws://10.0.0.1:7000' },
    key: 'centreUrl',
    cure: { centreUrl: node.centreUrl },
  },
  {
    of: 'edge-probe',
    what: 'enrolment at another host than the centre',
    set: { enrolUrl: 'https://10.0.0.9:7000' },
    key: 'enrolUrl',
    isWarning: true,
  },
  {
    of: 'edge-probe',
    what: 'the centre as the instance of the region',
    set: { regionCentreUrl: node.centreUrl },
    key: 'regionCentreUrl',
    cure: { regionCentreUrl: undefined },
  },
  { of: 'edge-probe', what: 'a host name to listen on', set: { 'probeListen.ip': 'host-1' }, key: 'probeListen.ip' },
  { of: 'signaling', what: 'a misspelt key', set: { htpPort: 1 }, key: 'htpPort', cure: { htpPort: undefined } },
  { of: 'signaling', what: 'https in place of wss', set: { publicUrl: 'https://meet.example.org' }, key: 'publicUrl' },
  {
    of: 'signaling',
    what: 'an unencrypted public URL',
    set: { publicUrl: 'ws://meet.example.org' },
    key: 'publicUrl',
    isWarning: true,
  },
  {
    of: 'signaling',
    what: 'a password in its public URL',
    set: { publicUrl: 'wss://me:pass@meet.example.org' },
    key: 'publicUrl',
  },
  { of: 'signaling', what: 'development mode', set: { development: true }, key: 'development', isWarning: true },
  {
    of: 'signaling',
    what: 'every address as a trusted proxy',
    set: { trustedProxies: ['10.0.0.1', '0.0.0.0/0'] },
    key: 'trustedProxies[1]',
    isWarning: true,
  },
  { of: 'signaling', what: 'no TLS key', set: { tlsKeyFile: undefined }, key: 'tlsKeyFile', cure: goodCert },
  { of: 'signaling', what: 'a missing certificate', set: cert('absent'), key: 'tlsCertFile', cure: goodCert },
  { of: 'signaling', what: 'a foreign key', set: cert('good', 'other'), key: 'tlsKeyFile', cure: goodCert },
  { of: 'signaling', what: 'an expired certificate', set: cert('expired'), key: 'tlsCertFile', cure: goodCert },
  {
    of: 'signaling',
    what: 'a secret that repeats one character',
    set: { 'apiKeys[0].secret': 'x'.repeat(32) },
    key: 'apiKeys[0].secret',
    cure: { 'apiKeys[0].secret': secret() },
  },
  {
    of: 'signaling',
    what: 'a TURN address of https',
    set: { turn: turn({ urls: ['https://turn.example.org'] }) },
    key: 'turn.urls[0]',
  },
  { of: 'signaling', what: 'TURN without addresses', set: { turn: turn({ urls: [] }) }, key: 'turn.urls' },
  {
    of: 'signaling',
    what: 'TURN without a secret',
    set: { turn: turn({ secret: undefined }) },
    key: 'turn.secret',
    cure: { 'turn.secret': secret() },
  },
  {
    of: 'signaling',
    what: 'a short secret for TURN',
    set: { turn: turn({ secret: 'north' }) },
    key: 'turn.secret',
    cure: { 'turn.secret': secret() },
  },
  {
    of: 'signaling',
    what: 'a secret for TURN that can be guessed',
    set: { turn: turn({ secret: 'north'.repeat(8) }) },
    key: 'turn.secret',
    cure: { 'turn.secret': secret() },
  },
  {
    of: 'gateway',
    what: 'the secret of the documentation for TURN',
    set: { turn: turn({ secret: 'REPLACE-openssl-rand-base64-32-CCCCCCCC' }) },
    key: 'turn.secret',
    cure: { 'turn.secret': secret() },
  },
  {
    of: 'gateway',
    what: 'no file of the secret for TURN',
    set: { turn: turn({ secret: undefined, secretFile: at('absent') }) },
    key: 'turn.secretFile',
    cure: { 'turn.secretFile': undefined, 'turn.secret': secret() },
  },
  {
    of: 'gateway',
    what: 'a TURN server on the own machine',
    set: { turn: turn({ urls: ['turn:127.0.0.1:3478'] }) },
    key: 'turn.urls[0]',
    isWarning: true,
  },
  {
    of: 'gateway',
    what: 'RTMP on the port of HTTP',
    set: { rtmpListen: listen(7820, '0.0.0.0') },
    key: 'rtmpListen.port',
    cure: { rtmpListen: listen(1935) },
  },
  {
    of: 'gateway',
    what: 'native clients in the range of media nodes',
    set: { 'udpListen.port': 7840 },
    key: 'plainListen.portMin',
    cure: { 'udpListen.port': 7830 },
  },
  { of: 'gateway', what: 'an unused certificate', set: goodCert, key: 'httpTls' },
  {
    of: 'gateway',
    what: 'TLS without a certificate',
    set: { httpTls: true },
    key: 'tlsCertFile',
    cure: goodCert,
  },
  {
    of: 'gateway',
    what: 'TLS with a public URL of http',
    set: Object.assign({ httpTls: true, publicUrl: 'http://live.example.org' }, goodCert),
    key: 'publicUrl',
  },
  {
    of: 'gateway',
    what: 'an expired certificate',
    set: Object.assign({ httpTls: true }, cert('expired')),
    key: 'tlsCertFile',
    cure: goodCert,
  },
  { of: 'gateway', what: 'a user in its URL', set: { publicUrl: 'https://me@live.example.org' }, key: 'publicUrl' },
  { of: 'gateway', what: 'a network without its size', set: { cdnAllowed: ['10.0.0.0'] }, key: 'cdnAllowed[0]' },
  {
    of: 'recorder',
    what: 'a store inside the spool',
    set: { store: { dir: at('state/spool/store') } },
    key: 'store.dir',
    cure: { store: { dir: at('store') } },
  },
  {
    of: 'recorder',
    what: 'one folder for spool and store',
    set: { store: { dir: at('state/spool') } },
    key: 'store.dir',
  },
  {
    of: 'recorder',
    what: 'a spool that is a file',
    set: { spoolDir: at('file') },
    key: 'spoolDir',
    cure: { spoolDir: at('spool') },
  },
  {
    of: 'recorder',
    what: 'a store below a file',
    set: { store: { dir: at('file/recordings') } },
    key: 'store.dir',
    cure: { store: { dir: at('store') } },
  },
  { of: 'recorder', what: 'a store of another kind', set: { store: { kind: 'tape' } }, key: 'store.kind' },
  {
    of: 'recorder',
    what: 'a misspelt key of the store',
    set: { store: { folder: '/a' } },
    key: 'store.folder',
    cure: { store: {} },
  },
  { of: 'recorder', what: 'no slots', set: { slots: 0 }, key: 'slots' },
  {
    of: 'recorder',
    what: 'media announced by name',
    set: { 'plainListen.announcedAddress': 'media.example.org' },
    key: 'plainListen.announcedAddress',
  },
  { of: 'receiver', what: 'no credential', set: { credential: undefined }, key: 'credential' },
  { of: 'receiver', what: 'a credential without its secret', set: { credential: 'mrk_RC_one' }, key: 'credential' },
  { of: 'receiver', what: 'no site', set: { site: undefined }, key: 'site' },
  { of: 'receiver', what: 'a user in its URL', set: { apiUrl: 'https://me@meet.example.org/api' }, key: 'apiUrl' },
  {
    of: 'receiver',
    what: 'an unencrypted URL of the api',
    set: { apiUrl: 'http://meet.example.org/api' },
    key: 'apiUrl',
    isWarning: true,
  },
  { of: 'receiver', what: 'no address for neighbours', set: { serveUrl: undefined }, key: 'serveUrl' },
  {
    of: 'receiver',
    what: 'files served without encryption at a public address',
    set: { serveUrl: 'http://203.0.113.2:7897' },
    key: 'serveUrl',
    isWarning: true,
  },
  {
    of: 'receiver',
    what: 'a folder of files that is a file',
    set: { filesDir: at('file') },
    key: 'filesDir',
    cure: { filesDir: at('files') },
  },
  {
    of: 'library',
    what: 'a store inside the spool',
    set: { store: { dir: at('state/spool/store') } },
    key: 'store.dir',
    cure: { store: { dir: at('store') } },
  },
  { of: 'library', what: 'the spool as the store', set: { store: { dir: at('state/spool') } }, key: 'store.dir' },
  {
    of: 'library',
    what: 'a spool that is a file',
    set: { spoolDir: at('file') },
    key: 'spoolDir',
    cure: { spoolDir: at('spool') },
  },
  { of: 'library', what: 'a store of another kind', set: { store: { kind: 'tape' } }, key: 'store.kind' },
  {
    of: 'library',
    what: 'an unknown kind of file',
    set: { kinds: ['video', 'hologram'] },
    key: 'kinds[1]',
    cure: { kinds: ['video'] },
  },
  { of: 'library', what: 'no kinds of files', set: { kinds: [] }, key: 'kinds', cure: { kinds: ['video'] } },
  {
    of: 'library',
    what: 'a task of more threads than cores',
    set: { renditions: { cores: 2, threads: 3 } },
    key: 'renditions.threads',
    cure: { renditions: { cores: 2, threads: 2 } },
  },
  {
    of: 'library',
    what: 'an unknown preset of x264',
    set: { renditions: { h264Preset: 'warp' } },
    key: 'renditions.h264Preset',
    cure: { renditions: { h264Preset: 'slow' } },
  },
  {
    of: 'library',
    what: 'a misspelt key of renditions',
    set: { renditions: { preset: 'slow' } },
    key: 'renditions.preset',
    cure: { renditions: { h264Preset: 'slow' } },
  },
  {
    of: 'library',
    what: 'no space for sources',
    set: { renditions: { sourceBytesMax: 0 } },
    key: 'renditions.sourceBytesMax',
  },
  { of: 'library', what: 'a negative free space', set: { spoolFreeBytes: -1 }, key: 'spoolFreeBytes' },
  {
    of: 'library',
    what: 'a scanner URL without a scheme',
    set: { scan: { url: 'scan.example.org' } },
    key: 'scan.url',
    cure: { scan: { url: 'https://scan.example.org' } },
  },
  {
    of: 'library',
    what: 'a scanner without a URL',
    set: { scan: { limitMs: 5000 } },
    key: 'scan.url',
    cure: { scan: { url: 'https://scan.example.org' } },
  },
  {
    of: 'library',
    what: 'an unencrypted URL of a scanner on the internet',
    set: { scan: { url: 'http://scan.example.org' } },
    key: 'scan.url',
    isWarning: true,
  },
  {
    of: 'library',
    what: 'https without a certificate',
    set: { httpTls: true },
    key: 'httpTls',
    cure: { httpTls: false },
  },
  { of: 'library', what: 'a user in its URL', set: { publicUrl: 'https://me@meet.example.org' }, key: 'publicUrl' },
  {
    of: 'library',
    what: 'no public URL',
    set: { publicUrl: undefined },
    key: 'publicUrl',
    cure: { publicUrl: 'https://meet.example.org' },
  },
  {
    of: 'library',
    what: 'one port for two listeners',
    set: { controlListen: listen(7875, '127.0.0.1') },
    key: 'httpListen.port',
    cure: { httpListen: listen(7876, '127.0.0.1') },
  },
  { of: 'api', what: 'a path in its public URL', set: { publicUrl: 'https://meet.example.org/api' }, key: 'publicUrl' },
  {
    of: 'api',
    what: 'the same entry twice',
    set: { entryUrls: ['https://a.example', 'https://a.example'] },
    key: 'entryUrls[1]',
    isWarning: true,
    cure: { 'entryUrls[1]': 'https://b.example' },
  },
  { of: 'api', what: 'a database without a folder', set: { databaseUrl: 'sqlite:/no/where/a.db' }, key: 'databaseUrl' },
  {
    of: 'api',
    what: 'the secret of the documentation',
    set: { sealSecret: 'REPLACE-openssl-rand-base64-32-CCCCCCCC' },
    key: 'sealSecret',
    cure: { sealSecret: secret() },
  },
  { of: 'api', what: 'a foreign key', set: cert('good', 'other'), key: 'tlsKeyFile', cure: goodCert },
  { of: 'api', what: 'no certificate', set: { tlsKeyFile: at('good.key') }, key: 'tlsCertFile', cure: goodCert },
  { of: 'library', what: 'an unknown mode of the sandbox', set: { ffmpegSandbox: 'off' }, key: 'ffmpegSandbox' },
  { of: 'api', what: 'a range without its size', set: { egressAllow: ['10.0.0.0'] }, key: 'egressAllow[0]' },
  {
    of: 'scheduler',
    what: 'one port for links and HTTP',
    set: { httpHost: '::', httpPort: 7000 },
    key: 'httpPort',
    cure: { httpPort: 7001 },
  },
  { of: 'scheduler', what: 'a standby without Redis', set: { standby: true }, key: 'redisUrl' },
  {
    of: 'scheduler',
    what: 'a standby without a link URL',
    set: { standby: true, redisUrl: 'redis://10.0.0.5', linkHost: '0.0.0.0' },
    key: 'linkUrl',
  },
  {
    of: 'scheduler',
    what: 'an instance of a region without a centre',
    set: { placesRegion: 'frankfurt', redisUrl: 'redis://10.0.0.5' },
    key: 'centreUrl',
  },
  {
    of: 'scheduler',
    what: 'the URL of a centre though it is the centre',
    set: { centreUrl: node.centreUrl },
    key: 'centreUrl',
    isWarning: true,
    cure: { centreUrl: undefined },
  },
  {
    of: 'scheduler',
    what: 'a maximum of nodes below the minimum',
    set: { autoscale: { driver: 'log', nodesMin: 5, nodesMax: 2 } },
    key: 'autoscale.nodesMax',
  },
  {
    of: 'scheduler',
    what: 'the driver kubernetes without its settings',
    set: { autoscale: { driver: 'kubernetes' } },
    key: 'kubernetes',
  },
  {
    of: 'scheduler',
    what: 'the driver webhook without a URL',
    set: { autoscale: { driver: 'webhook', controlToken: secret() } },
    key: 'autoscale.controlUrl',
    cure: { 'autoscale.controlUrl': 'https://scale.example.org' },
  },
  {
    of: 'scheduler',
    what: 'an invalid cron schedule',
    set: { geoRefresh: [{ file: '/a', command: ['x'], cron: 'daily' }], geoCityFiles: ['/a'] },
    key: 'geoRefresh[0].cron',
  },
  {
    of: 'scheduler',
    what: 'made-up cities',
    set: { developmentCities: true },
    key: 'developmentCities',
    isWarning: true,
  },
  { of: 'web', what: 'a missing page', set: { pageDir: at('state') }, key: 'pageDir', cure: { pageDir: at('page') } },
  {
    of: 'web',
    what: 'development tokens for the whole network',
    set: { httpHost: '0.0.0.0', devKey: { key: 'k', secret: secret() } },
    key: 'httpHost',
  },
  { of: 'web', what: 'a wildcard', set: { connectDomains: ['*.media.example.org'] }, key: 'connectDomains[0]' },
  { of: 'web', what: 'a top-level domain as a domain', set: { connectDomains: ['org'] }, key: 'connectDomains[0]' },
  { of: 'web', what: 'a path in an entry URL', set: { entryUrls: ['https://a.example/x'] }, key: 'entryUrls[0]' },
];

describe('a configuration of', () => {
  it.each(broken)(
    '$of with $what is reported at $key, and the printed cure works',
    ({ of, key, isWarning, cure, ...o }) => {
      const config = Clone(validConfigs[of]);
      for (const [name, value] of Object.entries(o.set)) set(config, name, value);
      const issues = configIssues(of, config, folder);
      const issue = issues.find((one) => one.key === key);
      expect(issues.map((one) => one.key)).toContain(key);
      expect(issue?.isWarning).toBe(isWarning);
      expect(issue?.where).toContain(folder);
      if (cure === undefined) expect(issue?.example, 'an example').toBeDefined();
      for (const [name, value] of Object.entries(cure ?? { [key]: issue?.example })) set(config, name, value);
      expect(configIssues(of, config, folder)).toEqual([]);
    },
  );
});

describe('a URL with a password', () => {
  const password = 'R4nd0mR4nd0mR4nd0m';
  const places: [of: ServiceName, key: string][] = [
    ['api', 'databaseUrl'],
    ['api', 'mail.smtpUrl'],
    ['scheduler', 'redisUrl'],
    ['signaling', 'publicUrl'],
  ];
  const issuesFor = (of: ServiceName, key: string, url: string): readonly ConfigIssue[] => {
    const config = Clone(validConfigs[of]);
    if (key.startsWith('mail')) set(config, 'mail', { from: 'meet@example.org' });
    set(config, key, url);
    return configIssues(of, config, folder);
  };
  const slips = [
    `postgres://u:ab/${password}@127.0.0.1/x`,
    `postgres://u:12/${password}@127.0.0.1/x`,
    `postgresql//u:${password}@127.0.0.1/x`,
    `postgres://u:${password}`,
    `rediss://:ab/${password}@10.0.0.5:6379`,
    `redis+sentinel://u:a/${password}@10.0.0.5,10.0.0.6/group`,
    `redis:/:${password}@10.0.0.5`,
    `redis://:%zz${password}@10.0.0.5`,
    `smtp://u:ab?${password}@mail.example.org`,
    `smtp:/u:${password}@mail.example.org`,
    `wss://u:a/${password}@meet.example.org`,
    `${password}@meet.example.org`,
  ];
  it.each(slips)('with a mistake is refused, and never shown: %s', (url) => {
    for (const [of, key] of places) {
      const issues = issuesFor(of, key, url);
      expect(issues.map((issue) => issue.key)).toContain(key);
      expect(new ConfigError([...issues]).message).not.toContain(password);
    }
  });

  it('is refused with the cure', () => {
    const [issue] = issuesFor('api', 'databaseUrl', slips[0] ?? '');
    expect(issue).toMatchObject({ key: 'databaseUrl', value: undefined });
    expect(issue?.allowed).toContain('percent-encode / (%2F), @ (%40)');
  });

  it.each<[ServiceName, string, string]>([
    ['api', 'databaseUrl', 'postgres://u:ab%2Fcd%40@[fd00::1]:5432/x?sslmode=verify-full'],
    ['api', 'databaseUrl', 'postgres://u@/x?host=/run/postgresql'],
    ['api', 'databaseUrl', 'postgresql:///x'],
    ['api', 'mail.smtpUrl', 'smtps://me%40example.org:ab%2Fcd@mail.example.org:465'],
    ['scheduler', 'redisUrl', 'rediss+sentinel://u:ab%2Fcd@10.0.0.5:26379,10.0.0.6:26379/group/1'],
    ['scheduler', 'redisUrl', 'redis+cluster://10.0.0.5,[fd00::1]:6379'],
  ])('in %s at %s is accepted: %s', (of, key, url) => {
    expect(issuesFor(of, key, url)).toEqual([]);
  });
});

describe('an example of a key', () => {
  const isFilled = ({ default: usual }: { default?: unknown }): boolean => usual !== undefined;
  const keysOf = (schema: TSchema, path: string): [path: string, key: TSchema, isRequired: boolean][] => {
    const view = schema as { properties?: Record<string, TSchema>; required?: string[]; items?: TSchema };
    const inner = Object.entries(view.properties ?? {}).flatMap(([name, key]) => [
      [`${path}.${name}`, key, view.required?.includes(name) === true && !isFilled(key)] as [string, TSchema, boolean],
      ...keysOf(key, `${path}.${name}`),
    ]);
    return view.items === undefined
      ? inner
      : [...inner, [`${path}[]`, view.items, false], ...keysOf(view.items, `${path}[]`)];
  };

  it.each(Object.keys(services) as ServiceName[])('passes its schema, and every required key of %s has one', (name) => {
    const keys = keysOf(services[name].schema, name);
    const without = keys.filter(([, key, isRequired]) => isRequired && exampleOf(key) === undefined);
    expect(without.map(([path]) => path)).toEqual([]);
    const wrong = keys.filter(([, key]) => {
      const given = (key as { examples?: unknown[] }).examples ?? [];
      const made = exampleOf(key);
      return [...given, ...(made === undefined ? [] : [made])].some((one) => !Check(key, Default(key, Clone(one))));
    });
    expect(wrong.map(([path]) => path)).toEqual([]);
    expect(keys.length).toBeGreaterThan(10);
  });
});

it('the configuration that `npm start` makes for every process is accepted without a message', () => {
  const options: TopologyOptions = {
    portOffset: 0,
    stateDir: at('cloud'),
    pageDir: at('page'),
    workerBin: '',
    pathdBin: '/pathd',
    logLevel: 'info',
    nodesPerRegion: 3,
    standby: true,
    regionInstances: true,
    metrics: true,
    autoscale: { driver: 'log', policy: {} },
  };
  const secrets = {
    clusterToken: secret(),
    clusterSecret: secret(),
    controlToken: secret(),
    devKey: { key: 'k', secret: secret() },
    sealSecret: secret(),
    operatorKey: { key: 'o', secret: secret() },
  };
  const children = topology(options, secrets).filter(({ kind }) => kind in services);
  const issues = children.flatMap(({ id, kind, config }) =>
    configIssues(kind as ServiceName, config, folder).map(({ key, allowed }) => `${id}: ${key}: ${allowed}`),
  );
  expect(issues).toEqual([]);
  expect(new Set(children.map(({ kind }) => kind)).size).toBe(9);
});
