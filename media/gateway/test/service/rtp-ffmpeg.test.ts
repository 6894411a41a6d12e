import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { VideoUnit } from '@meridian/room-media/core';
import {
  datagramKind,
  H264Depacketiser,
  hasBFrames,
  packetiseH264,
  parseRtcp,
  parseRtp,
  parseSps,
  publishable,
  RtpReceiver,
  RtpSender,
  SendClock,
  type SpsInfo,
  Timeline,
} from '@meridian/room-media/core';
import { afterEach, expect, it } from 'vitest';

const ssrc = 0x11111111;
const payloadType = 105;
const clockRate = 90_000;
const frames = 25;

const closings: (() => void)[] = [];
afterEach(() => {
  for (const close of closings.splice(0)) close();
});

async function bound(): Promise<{ socket: Socket; port: number }> {
  const socket = createSocket('udp4');
  closings.push(() => socket.close());
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return { socket, port: (socket.address() as AddressInfo).port };
}

function ffmpeg(args: readonly string[]): ChildProcess {
  const child = spawn('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-nostdin', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  closings.push(() => child.kill('SIGKILL'));
  return child;
}

/** Decodes the media of a port, and reports the number of frames so far. Resolves when it listens. */
async function decoder(onFrames: (count: number) => void): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'rtp-'));
  closings.push(() => rmSync(folder, { recursive: true, force: true }));
  const free = createSocket('udp4').bind(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  await once(free, 'close');
  const lines = ['v=0', 'o=- 0 0 IN IP4 127.0.0.1', 's=-', 'c=IN IP4 127.0.0.1', 't=0 0'];
  lines.push(`m=video ${port} RTP/AVP ${payloadType}`, `a=rtpmap:${payloadType} H264/${clockRate}`, 'a=rtcp-mux', '');
  const file = join(folder, 'video.sdp');
  writeFileSync(file, lines.join('\n'));
  const child = ffmpeg([
    ...['-protocol_whitelist', 'file,udp,rtp', '-analyzeduration', '0', '-i', file],
    ...['-fps_mode', 'passthrough', '-f', 'framecrc', '-flush_packets', '1', 'pipe:1'],
  ]);
  let count = 0;
  child.stdout?.on('data', (text: Buffer) => {
    count += text.toString().match(/^\d+,/gm)?.length ?? 0;
    onFrames(count);
  });
  return port;
}

it('H.264 of ffmpeg becomes units, which become RTP that another ffmpeg decodes', async () => {
  const [input, output] = [await bound(), await bound()];
  const decoded = Promise.withResolvers<void>();
  const decoderPort = await decoder((count) => {
    if (count >= frames) decoded.resolve();
  });

  const receiver = new RtpReceiver({ ssrc, payloadType, clockRate, senderSsrc: 1, wantsKeyFrames: true });
  const depacketiser = new H264Depacketiser();
  let firstReportAt: number | undefined;
  const times = new Timeline().stream(clockRate);
  const clock = new SendClock(Date.now() - performance.now());
  const sender = new RtpSender({
    ssrc: 2,
    payloadType,
    clockRate,
    cname: 'test',
    clock,
    marksLast: true,
    firstSequence: 65_530,
    timestampOffset: 2 ** 32 - 5000,
  });
  const units: VideoUnit[] = [];
  const reported: string[] = [];
  const send = (datagrams: readonly Uint8Array[]): void => {
    for (const datagram of datagrams) output.socket.send(datagram, decoderPort, '127.0.0.1');
  };
  const takeRtp = (datagram: Buffer, nowMs: number): void => {
    const packet = parseRtp(datagram);
    if (packet !== undefined) receiver.receive(packet, nowMs);
    for (const received of receiver.drain(nowMs)) {
      const ptsMs = times.toMs(received.timestamp, nowMs);
      for (const unit of depacketiser.push(received, ptsMs)) {
        units.push(unit);
        send(sender.send(packetiseH264(unit.nals, sender.maxPayloadBytes), unit.ptsMs, nowMs));
      }
    }
  };
  input.socket.on('message', (datagram) => {
    const nowMs = performance.now();
    if (datagramKind(datagram) === 'rtp') takeRtp(datagram, nowMs);
    for (const packet of (datagramKind(datagram) === 'rtcp' && parseRtcp(datagram)) || []) {
      reported.push(packet.type);
      if (packet.type !== 'sr') continue;
      times.noteSenderReport(packet, nowMs);
      firstReportAt ??= units.length;
    }
    const report = sender.report(nowMs);
    if (report !== undefined) send([report]);
  });

  ffmpeg([
    ...['-re', '-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25'],
    ...['-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', '10'],
    ...['-bsf:v', 'dump_extra', '-f', 'rtp', '-payload_type', String(payloadType), '-ssrc', String(ssrc)],
    `rtp://127.0.0.1:${input.port}?pkt_size=1200&rtcpport=${input.port}`,
  ]);
  await decoded.promise;

  expect(units.length).toBeGreaterThanOrEqual(frames);
  expect(units[0]?.isKey).toBe(true);
  expect(units.filter(({ isKey }) => isKey).length).toBeGreaterThanOrEqual(units.length / 10);
  expect(units.some(hasBFrames)).toBe(false);
  // The first report may show that the first packets were late: the times then leap forward once.
  const isAtReport = (index: number) => index === firstReportAt || index === (firstReportAt ?? 0) + 1;
  for (const [index, { ptsMs }] of units.entries()) {
    const afterMs = ptsMs - (units[index - 1]?.ptsMs ?? 0);
    if (index > 0 && !isAtReport(index)) expect(afterMs).toBeCloseTo(40, 0);
    else if (index > 0) expect(afterMs).toBeGreaterThan(39);
  }
  const sps = parseSps(depacketiser.format?.sps ?? new Uint8Array());
  expect(sps).toMatchObject({ width: 640, height: 360, interlaced: false });
  expect(publishable(sps as SpsInfo)).toEqual({ ok: true });
  expect(receiver.lost).toBe(0);
  expect(reported).toContain('sr');
});
