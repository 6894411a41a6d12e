// Room.check() in a real browser against a real cloud, between two network namespaces: open, and without UDP.
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { CheckReport } from '../../../../sdk-web/src/check/types.ts';
import { closePages, launchChromium } from '../../support/browser.ts';
import { TestCloud } from '../../support/cloud.ts';
import { LabNet, serverIp } from '../../support/net.ts';
import { until } from '../../support/poll.ts';
import { sdkPage } from '../../support/sdk-page.ts';

let net: LabNet;
let cloud: TestCloud;
let browser: Browser; // in the client's namespace
beforeAll(async () => {
  net = await LabNet.create();
  cloud = await TestCloud.start({ prefix: net.prefix('server'), extraArgs: ['--public-address', serverIp] });
  net.forward(7800 + cloud.portOffset);
  browser = await launchChromium([], net.prefix('client'));
});
afterEach(() => closePages(browser));
afterAll(async () => {
  await browser?.close();
  await cloud?.stop();
  await net?.close();
});

interface Scope {
  sdk: typeof import('../../../../sdk-web/src/index.ts');
  peers: RTCPeerConnection[];
  tracks: MediaStreamTrack[];
}

async function watchedPage(): Promise<Page> {
  const page = await sdkPage(browser, cloud);
  await page.evaluate(() => {
    const scope = window as unknown as Scope;
    Object.assign(scope, { peers: [], tracks: [] });
    const { RTCPeerConnection: Original } = window;
    window.RTCPeerConnection = new Proxy(Original, {
      construct: (target, args) => {
        const made = Reflect.construct(target, args) as RTCPeerConnection;
        scope.peers.push(made);
        return made;
      },
    });
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (constraints) => {
      const stream = await open(constraints);
      scope.tracks.push(...stream.getTracks());
      return stream;
    };
  });
  return page;
}

async function check(
  page: Page,
): Promise<{ report: CheckReport; open: { peers: number; tracks: number }; made: number }> {
  return await page.evaluate(async () => {
    const { sdk, peers, tracks } = window as unknown as Scope;
    // Finds entries and token as the cloud's own pages do.
    const { entryUrls } = (await (await fetch('/config.json')).json()) as { entryUrls: string[] };
    const answer = await fetch('/dev/token', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ room: 'checked', identity: 'ana', name: 'Ana' }),
    });
    const { token } = (await answer.json()) as { token: string };
    const report = await sdk.Room.check(entryUrls, token, { fromCity: 'singapore' });
    const open = {
      peers: peers.filter(({ signalingState }) => signalingState !== 'closed').length,
      tracks: tracks.filter(({ readyState }) => readyState === 'live').length,
    };
    return { report: JSON.parse(JSON.stringify(report)) as CheckReport, open, made: peers.length };
  });
}

/** Waits until the signaling nodes' logs show no open session. */
async function noSessionIsLeft(): Promise<void> {
  const countInLog = (what: string): number =>
    ['sig-fra', 'sig-sgp'].flatMap((id) => cloud.log(id)).filter((line) => line.includes(what)).length;
  await until('no session is left', () => countInLog('participant left') === countInLog('participant joined'));
  expect(countInLog('participant joined')).toBeGreaterThan(1);
}

it('Room.check() measures the path to the nodes of a call, joins no room, and leaves nothing open', async () => {
  const { report, open, made } = await check(await watchedPage());
  expect(report).toMatchObject({
    isFinished: true,
    camera: { state: 'passed', value: { width: expect.any(Number), frameRate: expect.any(Number) } },
    microphone: { state: 'passed' },
    signaling: { state: 'passed' },
    udp: { state: 'passed', value: { address: serverIp, isRelayed: false } },
    tcp: { state: 'passed', value: { address: serverIp, isRelayed: false } },
    tls: { state: 'skipped', code: 'NOT_OFFERED' },
    placement: { nodeId: 'sfu-sgp-1', region: 'singapore' },
  });
  expect(report.microphone.value?.levelPeak).toBeGreaterThan(0.01);
  expect(report.uplink.value?.bitrateBps).toBeGreaterThan(500_000);
  expect(report.downlink.value?.bitrateBps).toBeGreaterThan(500_000);
  expect(report.uplink.value?.lossShare).toBeLessThan(0.1);
  expect(report.placement?.reasons.some((reason) => reason.startsWith('access: '))).toBe(true);
  const codes = report.advice.map(({ code }) => code);
  expect(codes.filter((code) => /BLOCKED|ONLY|DENIED|SILENT/.test(code))).toEqual([]);
  expect(made).toBeGreaterThanOrEqual(3);
  expect(open).toEqual({ peers: 0, tracks: 0 });
  await noSessionIsLeft();
});

it('Room.check() without UDP reports the address to allow, and measures over TCP', async () => {
  net.blockUdp();
  const { report, open } = await check(await watchedPage());
  const [target] = report.udp.value?.targets ?? [];
  expect(report).toMatchObject({
    udp: { state: 'failed', code: 'PATH_BLOCKED' },
    tcp: { state: 'passed' },
    uplink: { state: 'passed' },
    downlink: { state: 'passed' },
    verdict: 'limited',
  });
  expect(target).toMatchObject({ protocol: 'udp', address: serverIp });
  expect(report.advice).toEqual(
    expect.arrayContaining([{ code: 'UDP_BLOCKED', targets: report.udp.value?.targets }, { code: 'TCP_ONLY' }]),
  );
  expect(report.downlink.value?.bitrateBps).toBeGreaterThan(300_000);
  expect(report.tookMs).toBeLessThan(20_000);
  expect(open).toEqual({ peers: 0, tracks: 0 });
  await noSessionIsLeft();
});
