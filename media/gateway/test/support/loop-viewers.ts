import { get } from 'node:http';
import { TsDemuxer } from '@meridian/client';
import { FlvFileReader, flvTagType } from '@meridian/room-media/core';
import { secureRng } from '@meridian/runtime';
import WebSocket from 'ws';
import { RtmpDial } from '../../src/rtmp/dialer.ts';
import type { Loop } from './loop.ts';

export interface ReceivedUnit {
  readonly kind: 'audio' | 'video';
  readonly isFormat: boolean;
  readonly isKey: boolean;
  readonly ptsMs: number;
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

export interface LoopViewer {
  readonly got: ReceivedUnit[];
  /** Whether the gateway has taken the viewer. */
  readonly isOn: () => boolean;
  /** Reason of the end; undefined while it runs. */
  readonly endedWith: () => string | undefined;
  close(): void;
}

const unitOfFlv = (kind: 'audio' | 'video', ptsMs: number, bytes: Uint8Array, atMs: number): ReceivedUnit => ({
  kind,
  ptsMs,
  atMs,
  bytes: bytes.slice(),
  isFormat: bytes[1] === 0,
  isKey: kind === 'video' && bytes[0] === 0x17 && bytes[1] === 1,
});

export function watchByFlv(loop: Loop): LoopViewer {
  const got: ReceivedUnit[] = [];
  const reader = new FlvFileReader();
  let ended: string | undefined;
  let isOn = false;
  const request = get(`http://${loop.host}/live/${loop.key()}.flv`, (response) => {
    isOn = response.statusCode === 200;
    response.on('data', (bytes: Buffer) => {
      for (const { type, timestampMs, body } of reader.push(bytes))
        if (type !== flvTagType.script)
          got.push(unitOfFlv(type === flvTagType.audio ? 'audio' : 'video', timestampMs, body, loop.clock.nowMs()));
    });
    response.on('close', () => {
      ended ??= `${response.statusCode}`;
    });
  });
  request.on('error', (error) => {
    ended ??= error.message;
  });
  return { got, isOn: () => isOn, endedWith: () => ended, close: () => void request.destroy() };
}

export function watchByRtmp(loop: Loop): LoopViewer {
  const got: ReceivedUnit[] = [];
  let ended: string | undefined;
  let isOn = false;
  const address = { host: '127.0.0.1', port: loop.rtmp.port, isTls: false };
  const dial = new RtmpDial({
    clock: loop.clock,
    rng: secureRng(),
    role: 'play',
    address: '127.0.0.1',
    target: {
      ...address,
      app: 'live',
      streamName: loop.key(),
      tcUrl: `rtmp://127.0.0.1:${loop.rtmp.port}/live`,
      redactedUrl: '',
      id: '',
    },
    onReady: () => {
      isOn = true;
    },
    onMedia: ({ kind, timestampMs, body }) => void got.push(unitOfFlv(kind, timestampMs, body, loop.clock.nowMs())),
    onEnd: ({ code }) => {
      ended = code;
    },
  });
  return { got, isOn: () => isOn, endedWith: () => ended, close: () => dial.close() };
}

export function watchByH5(loop: Loop): LoopViewer {
  const got: ReceivedUnit[] = [];
  const demuxer = new TsDemuxer();
  let ended: string | undefined;
  const socket = new WebSocket(`ws://${loop.host}/live/${loop.key()}.ts`);
  socket.on('message', (bytes: Buffer) => {
    for (const { kind, ptsMs, data } of demuxer.push(bytes))
      got.push({ kind, ptsMs, atMs: loop.clock.nowMs(), bytes: data, isFormat: false, isKey: false });
  });
  socket.on('error', () => undefined); // The close event follows.
  socket.on('close', (code, reason) => {
    ended = `${code} ${reason.toString()}`;
  });
  return { got, isOn: () => got.length > 0, endedWith: () => ended, close: () => socket.terminate() };
}
