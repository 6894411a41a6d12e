// Tests in the real Chromium that a recorded page has no way into networks past the proxy of its browser.
import { createSocket } from 'node:dgram';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { createLogger, systemClock } from '@meridian/runtime';
import { expect, it, onTestFinished } from 'vitest';
import { until } from '../../../../base/runtime/test/support/until.ts';
import { Pages } from '../../src/pages/pages.ts';

const PAGE_IP = '127.0.0.1';
/** Inside address that the page must not reach. */
const INSIDE_IP = '127.0.0.2';

/** Listens for datagrams and connections on one port of an address; `arrived` names what came. */
async function listener(ip: string) {
  const arrived: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => undefined); // its close event follows
    socket.once('data', () => arrived.push('bytes'));
    arrived.push('connection');
  });
  await new Promise<void>((listening) => server.listen(0, ip, listening));
  const { port } = server.address() as AddressInfo;
  const datagrams = createSocket('udp4');
  await new Promise<void>((bound) => datagrams.bind(port, ip, bound));
  datagrams.on('message', () => arrived.push('datagram'));
  onTestFinished(() => {
    datagrams.close();
    server.close();
  });
  return { arrived, port };
}

/** Page that tries all that a browser has; it asks for `/tried` when every try has begun or failed. */
const pageFor = (inside: number, allowed: number): string => `<!doctype html>
<link rel=preconnect href="http://${INSIDE_IP}:${inside}"><link rel=dns-prefetch href="http://${INSIDE_IP}:${inside}">
<link rel=prefetch href="http://${INSIDE_IP}:${inside}/prefetched"><img src="http://${INSIDE_IP}:${inside}/image">
<iframe src="http://${INSIDE_IP}:${inside}/frame"></iframe><body><script>
const hosts = ['${INSIDE_IP}', '127.2', '2130706434', '0x7f000002', '0177.0.0.2', '[::ffff:${INSIDE_IP}]'];
const credentials = { username: 'u', credential: 'c' };
const serversAt = (host, port) => [
  { urls: 'stun:' + host + ':' + port },
  ...['turn:HOST?transport=udp', 'turn:HOST?transport=tcp', 'turns:HOST?transport=tcp'].map((url) => (
    { urls: url.replace('HOST', host + ':' + port), ...credentials })),
];
const candidatesAt = (host, port) => [
  'candidate:1 1 udp 2113937151 ' + host + ' ' + port + ' typ host',
  'candidate:2 1 tcp 1518280447 ' + host + ' ' + port + ' typ host tcptype passive',
];
const call = async (iceServers, candidates) => {
  const [own, other] = [new RTCPeerConnection({ iceServers }), new RTCPeerConnection()];
  own.createDataChannel('x');
  await own.setLocalDescription();
  await other.setRemoteDescription(own.localDescription);
  await other.setLocalDescription();
  await own.setRemoteDescription(other.localDescription);
  for (const candidate of candidates) await own.addIceCandidate({ candidate, sdpMid: '0' });
  if (own.iceGatheringState !== 'complete')
    await new Promise((done) => { own.onicegatheringstatechange = () => own.iceGatheringState === 'complete' && done(); });
};
const ended = (promise) => promise.then(() => undefined, () => undefined);
const closed = (url) => new Promise((done) => { const socket = new WebSocket(url); socket.onclose = socket.onopen = done; });
(async () => {
  await Promise.all(hosts.map(async (host) => {
    await ended(fetch('http://' + host + ':${inside}/', { mode: 'no-cors' }));
    await closed('ws://' + host + ':${inside}/');
    await closed('wss://' + host + ':${inside}/');
    await ended(Promise.resolve().then(() => new WebTransport('https://' + host + ':${inside}/').ready));
    await Promise.all(serversAt(host, ${inside}).map((server) => ended(Promise.resolve().then(() => call([server], [])))));
  }));
  await call([], candidatesAt('${INSIDE_IP}', ${inside}));
  // A media node that the recorder may reach: by TCP through the proxy.
  await call([], candidatesAt('${PAGE_IP}', ${allowed}));
  await fetch('/tried');
})();
</script>`;

it('a recorded page reaches inside addresses neither by WebRTC nor by QUIC, and allowed ones by TCP alone', async () => {
  const [inside, allowed] = [await listener(INSIDE_IP), await listener(PAGE_IP)];
  let hasTried = false;
  const server = createHttpServer((request, answer) => {
    hasTried ||= request.url === '/tried';
    answer.writeHead(200, { 'content-type': 'text/html' }).end(pageFor(inside.port, allowed.port));
  });
  await new Promise<void>((listening) => server.listen(0, PAGE_IP, listening));
  onTestFinished(() => void server.close());
  const pages = await Pages.open({
    browser: undefined,
    withoutSandbox: true,
    allowed: [`${PAGE_IP}/32`],
    limits: { memoryBytes: 2 ** 32, diskBytes: 2 ** 30 },
    spoolDir: '/spool',
    clock: systemClock(),
    log: createLogger({ name: 'recorder', level: 'silent' }),
  });
  onTestFinished(() => pages.close());
  const ends: string[] = [];
  const url = `http://${PAGE_IP}:${(server.address() as AddressInfo).port}/`;
  pages.show(url, { onOpen: () => undefined, onData: () => undefined, onEnd: (reason) => void ends.push(reason) });
  await until('the page has tried all', () => hasTried || ends.length > 0, 90_000);
  await until('WebRTC reaches the allowed address', () => allowed.arrived.includes('bytes'), 30_000);
  expect([ends, inside.arrived]).toEqual([[], []]);
  expect(allowed.arrived).not.toContain('datagram');
});
