// ffmpeg's own SRTP at the port of native clients: every datagram of it is taken, RTP and RTCP, and AAC comes out as it
// went in.

import { SrtpCrypto } from '@meridian/opener';
import { AacDepacketiser, AdtsReader, parseRtp } from '@meridian/opener/core';
import { createLogger, seededRng, systemClock } from '@meridian/runtime';
import { afterEach, expect, it, vi } from 'vitest';
import { type Heard, UdpListener } from '../../src/udp/listener.ts';
import { runFfmpeg } from '../support/ffmpeg.ts';
import { made } from '../support/transcoding.ts';

let listener: UdpListener | undefined;
afterEach(() => listener?.close());

it.each([
  { of: 'usual', bitRate: '96k' },
  { of: 'long frames, in parts', bitRate: '512k' },
])('takes AAC of $of', async ({ bitRate }) => {
  const tone = ['-f', 'lavfi', '-i', 'anoisesrc=sample_rate=48000:duration=2:seed=1'];
  const coding = ['-c:a', 'aac', '-ac', '2', '-b:a', bitRate, '-flags', '+bitexact'];
  const wanted = new AdtsReader().push(await made(...tone, ...coding, '-f', 'adts')).map(({ data }) => data);

  const master = Buffer.alloc(30, 0x5c);
  const crypto = new SrtpCrypto(master);
  const heard: Heard[] = [];
  let dropped = 0;
  const [clock, rng, log] = [systemClock(), seededRng('ffmpeg'), createLogger({ name: 'gateway', level: 'silent' })];
  const o = { clock, rng, log, dropped: () => void dropped++ };
  listener = await UdpListener.listen({ ip: '127.0.0.1', port: 0 }, o);
  const { port } = listener;
  const ssrc = listener.own({ isAt: () => false, hear: (one) => void heard.push(one), failed: vi.fn() }, crypto);
  const key = ['-srtp_out_suite', 'AES_CM_128_HMAC_SHA1_80', '-srtp_out_params', master.toString('base64')];
  const rtp = ['-f', 'rtp', '-ssrc', String(ssrc | 0), '-payload_type', '97', '-seq', '65530', ...key];
  await runFfmpeg(['-re', ...tone, ...coding, ...rtp, `srtp://127.0.0.1:${port}?rtcpport=${port}&pkt_size=600`]).done;

  const frames = (): string[] => {
    const depacketiser = new AacDepacketiser();
    return heard
      .filter(({ kind }) => kind === 'rtp')
      .flatMap(({ datagram, index }) => parseRtp(crypto.openRtp(datagram, index) ?? datagram) ?? [])
      .flatMap((packet) => depacketiser.push(packet))
      .map(({ data }) => Buffer.from(data).toString('hex'));
  };
  const sent = wanted.map((data) => Buffer.from(data).toString('hex'));
  // ffmpeg never sends what it gathers for the last packet.
  await vi.waitFor(() => expect(frames().length).toBeGreaterThan(sent.length - 5), { timeout: 60_000, interval: 5 });
  expect(frames()).toEqual(sent.slice(0, frames().length));
  expect([dropped, heard.some(({ kind }) => kind === 'rtcp')]).toEqual([0, true]);
  expect(heard.at(-1)?.index).toBeGreaterThan(65_536);
});
