// A phone joins: the cloud of `npm start -- --lan` in one network namespace, a real browser in another that reaches it
// by the LAN address alone. The browser trusts the authority by its own database, as a user's does, without a flag that
// weakens its checks.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { launchChromium, Participant } from '../../support/browser.ts';
import { untilMoreFrames, untilMoreSound, whereabouts } from '../../support/call.ts';
import { TestCloud } from '../../support/cloud.ts';
import { LabNet, serverIp } from '../../support/net.ts';

const room = 'living room';
let net: LabNet;
let cloud: TestCloud;
let folder = '';
let phone: Browser;
let untrusting: Browser;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'meridian-lan-'));
  net = await LabNet.create();
  cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--lan', '--lan-room', room] });
  const home = join(folder, 'home');
  const database = `sql:${join(home, '.pki/nssdb')}`;
  mkdirSync(join(home, '.pki/nssdb'), { recursive: true });
  execFileSync('certutil', ['-d', database, '-N', '--empty-password']);
  const ca = join(cloud.stateDir, 'lan/ca.crt');
  execFileSync('certutil', ['-d', database, '-A', '-t', 'C,,', '-n', 'meridian', '-i', ca]);
  phone = await launchChromium([], [...net.prefix('client'), 'env', `HOME=${home}`]);
  untrusting = await launchChromium([], [...net.prefix('client'), 'env', `HOME=${join(folder, 'other')}`]);
});
afterAll(async () => {
  await phone?.close();
  await untrusting?.close();
  await cloud?.stop();
  await net?.close();
  rmSync(folder, { recursive: true, force: true });
});

function printed(): URL {
  const line = cloud.output.find((text) => text.startsWith('  lan https://'));
  return new URL(line?.replace('  lan ', '') ?? expect.unreachable());
}

/** Opens the address of the QR code, as a phone does, then the page with a name. */
async function joinByKey(name: string, from: string): Promise<Participant> {
  const key = printed();
  const participant = await Participant.open(phone, key.origin, { name });
  await participant.page.goto(key.href);
  expect(new URL(participant.page.url()).searchParams.get('room')).toBe(room);
  const query = new URLSearchParams({ room, name, from, join: '1', codec: 'vp8' });
  await participant.page.goto(`${key.origin}/?${query}`);
  await participant.connected();
  return participant;
}

const devToken = (page: Page, wanted: string): Promise<{ status: number; code: unknown }> =>
  page.evaluate(async (asked) => {
    const body = JSON.stringify({ room: asked, identity: 'ada', name: 'Ada' });
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch('/dev/token', { method: 'POST', headers, body });
    const { code } = (await answer.json()) as { code?: unknown };
    return { status: answer.status, code };
  }, wanted);

describe('a phone in the local network', () => {
  it('joins by the address of the QR code, with camera and microphone, and sees and hears others in either region', async () => {
    const ana = await joinByKey('Ana', 'frankfurt');
    const bo = await joinByKey('Bo', 'singapore');
    const [a, b] = await Promise.all([whereabouts(ana), whereabouts(bo)]);
    expect([a.signalingId, b.signalingId].sort()).toEqual(['sig-fra-lan', 'sig-sgp-lan']);
    for (const participant of [ana, bo]) {
      await Promise.all([untilMoreFrames(participant), untilMoreSound(participant)]);
      const { pairs, outbound } = await participant.stats();
      expect(new Set(pairs.map((pair) => pair.remoteAddress))).toEqual(new Set([serverIp]));
      expect(outbound.some(({ kind, packetsSent }) => kind === 'video' && packetsSent > 0)).toBe(true);
      expect(await participant.page.evaluate(() => isSecureContext)).toBe(true);
      const faults = participant.console.filter((line) => /Content Security Policy|Mixed Content|ERR_CERT/.test(line));
      expect(faults).toEqual([]);
    }
    expect(await devToken(ana.page, 'boardroom')).toEqual({ status: 403, code: 'ROOM_NOT_YOURS' });
    await Promise.all([ana.close(), bo.close()]);
  });

  it('gets no token without the key, and reaches nothing else of the cloud', async () => {
    const context = await phone.newContext();
    const page = await context.newPage();
    await page.goto(`${printed().origin}/?room=${room}`);
    expect(await devToken(page, room)).toEqual({ status: 403, code: 'JOIN_KEY_MISSING' });
    await context.close();
    const listening = net
      .run('server', 'ss', '-Hltn')
      .split('\n')
      .flatMap((line) => line.trim().split(/\s+/)[3] ?? []);
    const wild = listening.filter((address) => !address.startsWith('127.') && !address.startsWith(`${serverIp}:`));
    expect(wild).toEqual([]);
    const ports = listening
      .filter((address) => address.startsWith(`${serverIp}:`))
      .map((address) => Number(address.split(':')[1]));
    const expected = [7843, 7844, 7845, 7846, 7902, 7918].map((port) => port + cloud.portOffset);
    expect([...new Set(ports)].sort((x, y) => x - y)).toEqual(expected);
  });

  it("gets a warning without the authority's certificate, and instructions on the plain port", async () => {
    const context = await untrusting.newContext({ viewport: { width: 390, height: 844 } });
    const warned = await context.newPage();
    await expect(warned.goto(printed().origin)).rejects.toThrow('ERR_CERT_AUTHORITY_INVALID');
    const page = await context.newPage();
    await page.goto(`http://${serverIp}:${7844 + cloud.portOffset}/`);
    const fingerprint = cloud.output
      .find((line) => line.includes('SHA-256'))
      ?.trim()
      .replace('SHA-256 ', '');
    expect(await page.locator('body').innerText()).toContain(fingerprint ?? expect.unreachable());
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await context.close();
  });
});
