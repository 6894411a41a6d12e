// Tests a client that reaches only an operator's TURN server, by UDP, TCP or TLS. The client makes calls through
// Debian's coturn, with the configuration of docs/deploy.md and the product's credentials, and requests that coturn
// must refuse.
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { TurnServers } from '@meridian/node-shell';
import type { Browser } from 'playwright-core';
import type { LabCase, Metrics, Say } from '../../support/case.ts';
import { launchChromium, Participant } from '../../test/support/browser.ts';
import { untilMoreFrames, untilMoreSound } from '../../test/support/call.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { continuityOf, watchContinuity } from '../../test/support/continuity.ts';
import { until } from '../../test/support/poll.ts';
import { closeResources, registerResource } from '../../test/support/resources.ts';
import { writeVoice } from '../../test/support/voice.ts';
import { Authority } from '../two-servers/authority.ts';
import type { AllocationQuery, AllocationResult } from './ask.ts';
import { Coturn } from './coturn.ts';
import { addresses, type Transport, TurnNet, turnName } from './network.ts';

const transports: readonly Transport[] = ['udp', 'tcp', 'tls'];
const lifetimeMs = 12 * 3_600_000;
/** A small picture, since the case does not measure coding. */
const camera = { width: 320, height: 180, frameRate: 15 };
/** Longest gap after a restart of coturn. The client loses both allocations at once, which ICE notices late. */
const restartAimMs = 20_000;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

interface Scene {
  readonly net: TurnNet;
  readonly cloud: TestCloud;
  readonly coturn: Coturn;
  readonly nearBrowser: Browser;
  readonly turnBrowser: Browser;
  readonly secret: string;
}

export const turn: LabCase = {
  name: 'turn',
  summary:
    "calls of a client that reaches an operator's TURN server alone, by UDP, TCP and TLS; what it refuses (root)",
  run: async (_options, say) => {
    const missed: string[] = [];
    const metrics: Record<string, Metrics> = {};
    let scene: Scene | undefined;
    try {
      scene = await stage();
      for (const transport of [...transports, undefined])
        metrics[transport ?? 'all'] = await call(scene, transport, missed);
      metrics['restarted'] = await restarted(scene, { say, missed });
      metrics['refused'] = refusals(scene, missed);
      return { params: {}, metrics, missed };
    } catch (error) {
      say(`done before the error: ${Object.keys(metrics).join(', ')}`);
      for (const line of scene?.coturn.log ?? []) say(`coturn: ${line}`);
      throw error;
    } finally {
      await closeResources(() => undefined);
    }
  },
};

async function stage(): Promise<Scene> {
  const folder = mkdtempSync(join(tmpdir(), 'meridian-turn-lab-'));
  registerResource('a folder', () => rmSync(folder, { recursive: true, force: true }));
  const net = await TurnNet.create();
  const authority = new Authority();
  const secret = randomBytes(32).toString('base64');
  const coturn = new Coturn(Object.assign({ prefix: net.prefix('turn'), secret }, authority.issue(turnName)));
  await coturn.start();
  const turnConfig = { urls: urlsOf(transports), secret, lifetimeMs };
  const extraArgs = ['--media-address', addresses.media, '--turn-config', JSON.stringify(turnConfig)];
  const cloud = await TestCloud.start({ prefix: net.prefix('cloud'), extraArgs });
  const { portOffset } = cloud;
  await net.forwardPort('127.0.0.1', 7800 + portOffset);
  for (const ip of ['127.0.1.1', '127.0.2.1']) await net.forwardPort(ip, 7880 + portOffset);
  const voice = join(folder, 'voice.wav');
  writeVoice(voice);
  const microphone = [`--use-file-for-fake-audio-capture=${voice}`];
  const cloudBrowser = await launchChromium(microphone, net.prefix('cloud'));
  const home = trustingHome(folder, authority.file);
  const behind = await launchChromium(microphone, [...net.prefix('client'), 'env', `HOME=${home}`]);
  return { net, cloud, coturn, nearBrowser: cloudBrowser, turnBrowser: behind, secret };
}

const urls: Readonly<Record<Transport, string>> = {
  udp: `turn:${turnName}:3478?transport=udp`,
  tcp: `turn:${turnName}:3478?transport=tcp`,
  tls: `turns:${turnName}:443?transport=tcp`,
};
const urlsOf = (those: readonly Transport[]): string[] => those.map((way) => urls[way]);

/** Makes a home folder in which a browser trusts this authority, without a flag that weakens the browser's checks. */
function trustingHome(folder: string, caFile: string): string {
  const home = join(folder, 'home');
  const database = join(home, '.pki/nssdb');
  mkdirSync(database, { recursive: true });
  execFileSync('certutil', ['-d', `sql:${database}`, '-N', '--empty-password']);
  execFileSync('certutil', ['-d', `sql:${database}`, '-A', '-t', 'C,,', '-n', 'lab', '-i', caFile]);
  return home;
}

/** Opens a room with Ana beside the cloud and Bo behind the TURN server. */
async function enter(
  { cloud, nearBrowser: beside, turnBrowser: behind }: Scene,
  room: string,
): Promise<{ ana: Participant; bo: Participant }> {
  const query = { join: '1', room, from: 'frankfurt', codec: 'vp8' };
  const ana = await Participant.open(beside, cloud.pageUrl, Object.assign({ name: 'Ana' }, query), camera);
  await ana.connected();
  const bo = await Participant.open(behind, cloud.pageUrl, Object.assign({ name: 'Bo' }, query), camera);
  await bo.connected();
  return { ana, bo };
}

/** Makes a call while the client's firewall lets out only this transport; undefined for all, of which UDP is best. */
async function call(scene: Scene, transport: Transport | undefined, missed: string[]): Promise<Metrics> {
  const name = transport ?? 'all';
  scene.net.allowOnly(transport);
  const { ana, bo } = await enter(scene, `turn-${name}`);
  await Promise.all([ana, bo].flatMap((p) => [untilMoreFrames(p), untilMoreSound(p)]));
  const chosen = await selectedPairsOf(bo);
  const expected = Array<string>(2).fill(`relay ${transport ?? 'udp'} ${addresses.media}`);
  if (chosen.join() !== expected.join())
    missed.push(`${name}: both transports use TURN by it, not ${chosen.join(', ')}`);
  await Promise.all([ana.close(), bo.close()]);
  return { chosen: chosen.join(', ') };
}

const selectedPairsOf = (p: Participant): Promise<string[]> =>
  p.room(`
    const found = [];
    for (const pc of window.pcs) {
      if (pc.connectionState !== 'connected') continue;
      const all = new Map();
      (await pc.getStats()).forEach((entry) => all.set(entry.id, entry));
      for (const entry of all.values()) {
        if (entry.type !== 'transport' || entry.selectedCandidatePairId === undefined) continue;
        const pair = all.get(entry.selectedCandidatePairId);
        const [local, remote] = [all.get(pair.localCandidateId), all.get(pair.remoteCandidateId)];
        found.push([local.candidateType, local.relayProtocol ?? local.protocol, remote.address].join(' '));
      }
    }
    return found;`);

interface Credentials {
  readonly username: string;
  readonly credential: string;
}
const credentialsOf = (p: Participant): Promise<Credentials[]> =>
  p.room(`
    return window.pcs.filter((pc) => pc.connectionState !== 'closed').flatMap((pc) =>
      pc.getConfiguration().iceServers.map(({ username, credential }) => ({ username, credential })));`);

/** Restarts the TURN server during a call. The client loses its allocations and must return with new credentials. */
async function restarted(scene: Scene, { say, missed }: { say: Say; missed: string[] }): Promise<Metrics> {
  scene.net.allowOnly('udp');
  const { ana, bo } = await enter(scene, 'turn-restarted');
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo), untilMoreSound(ana)]);
  const before = await credentialsOf(bo);
  await Promise.all([ana, bo].map(watchContinuity));
  await Promise.all([ana, bo].map((p) => untilMoreSound(p))); // afterwards the meters run
  await Promise.all([ana, bo].map(continuityOf));
  const startMs = performance.now();
  await scene.coturn.start();
  await until('other credentials', async () =>
    (await credentialsOf(bo)).every(({ username }) => before.every((held) => held.username !== username)),
  );
  await Promise.all([untilMoreFrames(bo), untilMoreSound(bo), untilMoreSound(ana)]);
  const backAfterMs = Math.round(performance.now() - startMs);
  const read = await Promise.all([ana, bo].map(continuityOf));
  const audioGapMs = Math.round(Math.max(...read.flatMap((one) => Object.values(one.audioGapMs))));
  const isSameSession = (await credentialsOf(bo))[0]?.username.split(':')[1] === before[0]?.username.split(':')[1];
  say(`TURN server restarted: silence of ${audioGapMs} ms`);
  if (audioGapMs > restartAimMs) missed.push(`silence after a restart of coturn: ${audioGapMs} ms`);
  if (!isSameSession) missed.push('after a restart of coturn the session goes on');
  await Promise.all([ana.close(), bo.close()]);
  return { audioGapMs, backAfterMs, isSameSession };
}

/** Checks which requests coturn grants and refuses, by its error codes. */
function refusals({ net, secret }: Scene, missed: string[]): Metrics {
  net.allowOnly('udp');
  const credentialsFrom = (agoMs: number): Credentials => {
    const servers = new TurnServers(
      { urls: urlsOf(transports), secret, lifetimeMs },
      { wallMs: () => Date.now() - agoMs },
    );
    return servers.serversFor('PA_0123456789abcdef')[0] as Credentials;
  };
  const others = [addresses.private, addresses.relay, addresses.client, '127.0.0.1', '192.0.2.1'];
  const good = ask(net, credentialsFrom(0), [addresses.media, ...others]);
  const wrong = ask(net, Object.assign(credentialsFrom(0), { credential: 'bm90IHRoaXMgb25l' }));
  const expiredCredentials = credentialsFrom(lifetimeMs + 60_000);
  const expired = ask(net, expiredCredentials);
  // The username contains the expiry and is signed, so coturn must notice another expiry.
  const [, sessionId] = expiredCredentials.username.split(':');
  const later = Math.floor(Date.now() / 1000) + 3600;
  const forged = ask(net, Object.assign({}, expiredCredentials, { username: `${later}:${sessionId}` }));
  const expect = (what: string, found: number | undefined, code: number): void => {
    if (found !== code) missed.push(`${what}: ${found}, expected ${code}`);
  };
  expect('an allocation with good credentials', good.allocation, 0);
  expect('a media address', good.permissions[addresses.media], 0);
  for (const peer of others) expect(`the peer ${peer}`, good.permissions[peer], FORBIDDEN);
  expect('a wrong credential', wrong.allocation, UNAUTHORIZED);
  expect('an expired credential', expired.allocation, UNAUTHORIZED);
  expect('a credential with another end', forged.allocation, UNAUTHORIZED);
  const otherPeers = Math.min(...others.map((peer) => good.permissions[peer] ?? 0));
  return { wrong: wrong.allocation, expired: expired.allocation, forged: forged.allocation, otherPeers };
}

function ask(net: TurnNet, held: Credentials, peers: readonly string[] = []): AllocationResult {
  const { username, credential } = held;
  const question: AllocationQuery = { ip: addresses.turn, port: 3478, username, credential, peers };
  const [file = '', ...prefix] = net.prefix('client');
  const program = join(import.meta.dirname, 'ask.ts');
  const args = [...prefix, process.execPath, program, JSON.stringify(question)];
  return JSON.parse(execFileSync(file, args, { encoding: 'utf8' })) as AllocationResult;
}
