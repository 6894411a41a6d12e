// Viewers' side of a gateway in a process of its own: FLV and RTMP of a programme that repeats a clip, the file of the
// argument. A line of the input asks for keys.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { FixedKeys } from '@meridian/node-shell';
import { FlvFileReader, flvTagType } from '@meridian/room-media/core';
import { createLogger, secureRng, systemClock } from '@meridian/runtime';
import { StreamKeys } from '../../../media/gateway/src/adapters/stream-keys.ts';
import { FlvMediaReader } from '../../../media/gateway/src/core/flv/media.ts';
import { WaitingBytes } from '../../../media/gateway/src/core/waiting-bytes.ts';
import { addFlv } from '../../../media/gateway/src/http/flv.ts';
import { buildHttp } from '../../../media/gateway/src/http/server.ts';
import { Sockets } from '../../../media/gateway/src/http/sockets.ts';
import { LiveRooms } from '../../../media/gateway/src/live/live-rooms.ts';
import { Placing } from '../../../media/gateway/src/placing/placing.ts';
import {
  type Programme,
  type ProgrammeContent,
  ProgrammeItem,
  type Viewer,
} from '../../../media/gateway/src/room/programme.ts';
import { type Programmes, Seat } from '../../../media/gateway/src/room/programmes.ts';
import { RtmpListener } from '../../../media/gateway/src/rtmp/listener.ts';
import { openRtmp } from '../../../media/gateway/src/rtmp/open.ts';
import { gatesOf } from '../../../media/gateway/test/support/gates.ts';
import { ScriptedRoom, streamKey } from '../../../media/gateway/test/support/scripted-room.ts';

export interface GatewayAnswer {
  readonly playKeys: readonly string[];
  readonly rtmpPort: number;
  readonly httpPort: number;
}

const tickMs = 10;
const clock = systemClock();
const log = createLogger({ name: 'gateway', level: 'error' });
const rng = secureRng();

/** Repeats the clip, whose first picture is a key frame, on one clock. */
class RepeatedClip implements Pick<Programme, 'watch' | 'begin' | 'expects'> {
  readonly expects = 'picture';
  readonly #formats: ProgrammeItem[] = [];
  readonly #units: { readonly content: ProgrammeContent; readonly atMs: number }[] = [];
  readonly #viewers = new Set<Viewer>();
  readonly #clipMs: number;
  readonly #startMs = clock.nowMs();
  #recent: ProgrammeItem[] = [];
  #given = 0;

  constructor(file: Buffer) {
    const reader = new FlvMediaReader();
    for (const { type, timestampMs, body } of new FlvFileReader().push(file)) {
      if (type === flvTagType.script) continue;
      const media =
        type === flvTagType.audio ? reader.audio(timestampMs, body) : reader.video(timestampMs, body.slice());
      if (media?.kind === 'videoFormat') this.#formats.push(new ProgrammeItem({ videoFormat: media.format }));
      else if (media?.kind === 'audioFormat') this.#formats.push(new ProgrammeItem({ audioFormat: media.format }));
      else if (media?.kind === 'video') this.#units.push({ content: { unit: media }, atMs: timestampMs });
      else if (media?.kind === 'audio') this.#units.push({ content: { unit: media }, atMs: timestampMs });
    }
    this.#clipMs = Math.max(...this.#units.map(({ atMs }) => atMs)) + 40;
    clock.every(tickMs, () => this.#tick());
  }

  begin(): readonly ProgrammeItem[] {
    return [...this.#formats, ...this.#recent];
  }

  watch(viewer: Viewer): () => void {
    for (const item of this.begin()) viewer.take(item);
    this.#viewers.add(viewer);
    return () => void this.#viewers.delete(viewer);
  }

  #tick(): void {
    const nowMs = clock.nowMs() - this.#startMs;
    for (;;) {
      const next = this.#units[this.#given % this.#units.length];
      const roundMs = this.#clipMs * Math.floor(this.#given / this.#units.length);
      if (next === undefined || next.atMs + roundMs > nowMs) return;
      this.#given += 1;
      this.#give(shifted(next.content, roundMs));
    }
  }

  #give(item: ProgrammeItem): void {
    if (item.isKey) this.#recent = [];
    this.#recent.push(item);
    for (const viewer of this.#viewers) viewer.take(item);
  }
}

function shifted(content: ProgrammeContent, byMs: number): ProgrammeItem {
  if (!('unit' in content) || content.unit.kind === 'mpeg1') return new ProgrammeItem(content);
  const { unit } = content;
  const ptsMs = unit.ptsMs + byMs;
  if (unit.kind === 'audio') return new ProgrammeItem({ unit: { ...unit, ptsMs } });
  return new ProgrammeItem({ unit: { ...unit, dtsMs: unit.dtsMs + byMs, ptsMs } });
}

const room = await ScriptedRoom.open();
const { tokens, publications } = room.base;
const apiKeys = new FixedKeys([room.apiKey]);
const live = new LiveRooms({ keys: apiKeys, clock });
const keys = new StreamKeys(apiKeys, { rng, wallMs: () => clock.wallMs() });
const programme = new RepeatedClip(readFileSync(process.argv[2] ?? ''));
const programmes = {
  seat: async (key, { protocol }, o) => {
    const seat = new Seat(o.source(programme as unknown as Programme));
    seat.occupy(live.viewer(key, protocol), () => undefined);
    return seat;
  },
} satisfies Pick<Programmes, 'seat'> as unknown as Programmes;
const gates = gatesOf(clock);
const waiting = new WaitingBytes();
const self = {
  nodeId: 'gw',
  region: 'eu',
  latitude: 0,
  longitude: 0,
  rtmpUrl: 'rtmp://here',
  publicUrl: 'http://here',
  lacks: [],
};
const placing = new Placing({ centre: () => undefined, self, development: false, clock, log });
const points = undefined as never; // no encoder comes
const rtmp = await RtmpListener.listen(
  { ip: '127.0.0.1', port: 0 },
  {
    clock,
    rng,
    log,
    gate: gates.rtmp,
    open: openRtmp({ keys, points, publications, programmes, waiting, clock, log }),
  },
);
const http = await buildHttp({
  ways: { tokens, keys, placing, wallMs: () => clock.wallMs() },
  allowedOrigins: ['*'],
  log,
  gate: gates.http,
});
const sockets = new Sockets(http, { allowedOrigins: ['*'], log, clock, gate: gates.http });
addFlv(http, { keys, programmes, sockets, clock, waiting, near: { placing, allowedOrigins: ['*'] } });
const httpPort = Number(new URL(await http.listen({ host: '127.0.0.1', port: 0 })).port);

for await (const line of createInterface({ input: process.stdin })) {
  const { viewers } = JSON.parse(line) as { viewers: number };
  const playKeys = Array.from({ length: viewers }, () => keys.seal(streamKey({ use: 'play' })));
  const answer: GatewayAnswer = { playKeys, rtmpPort: rtmp.port, httpPort };
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
process.exit(0);
