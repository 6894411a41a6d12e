// A cloud with two media nodes in the region of the recording, and a participant that publishes the clock by UDP.
import { setTimeout as pause } from 'node:timers/promises';
import { ClockSource, liveH264 } from '../../support/clock/clock-source.ts';
import { TestCloud } from '../../test/support/cloud.ts';
import { untilFleetAlive } from '../../test/support/fleet.ts';
import { until } from '../../test/support/poll.ts';
import { muteUdp, openUdp, type UdpStream, type UdpView } from '../../test/support/udp-client.ts';
import { isPublished } from '../recording-faults/recorded.ts';

export const mediaNodes = ['sfu-fra-1', 'sfu-fra-2'] as const;
/** Media node of the other region, to which nothing shall move. */
const ELSEWHERE = ['sfu-sgp-1', 'sfu-sgp-2'];
/** Small, since the publisher shares the machine with what it measures. */
const size = { width: 320, height: 180, picturesPerSecond: 15 };
const MUTED_MS = 3000;
/** A move that failed is tried again after a minute. */
const MOVED_LIMIT_MS = 180_000;

export class Stage {
  readonly cloud: TestCloud;
  readonly room: string;
  readonly source: ClockSource;
  readonly #view: UdpView;

  /**
   * Registers each part as a resource. Resolves when the clock is in the room at the first media node; the second one
   * is cordoned.
   */
  static async open(room: string): Promise<Stage> {
    const cloud = await TestCloud.start({ nodesPerRegion: 2 });
    await untilFleetAlive(cloud);
    await cloud.cordon(mediaNodes[1], true);
    const request = { publish: { video: { codec: 'h264' }, audio: { codec: 'opus' } } };
    const view = await openUdp(cloud, 'frankfurt', { room, identity: 'clock', request });
    const source = new ClockSource(size, (startMs) => outputsOf(view, startMs));
    await until('the clock is in the room', () => isPublished(cloud, room));
    return new Stage({ cloud, room, source, view });
  }

  private constructor(o: { cloud: TestCloud; room: string; source: ClockSource; view: UdpView }) {
    this.cloud = o.cloud;
    this.room = o.room;
    this.source = o.source;
    this.#view = o.view;
  }

  /** Mutes each track for a while, one after the other. */
  async mute(): Promise<void> {
    for (const kind of ['video', 'audio'] as const) {
      await muteUdp(this.cloud, 'frankfurt', this.#view.id, kind, true);
      await pause(MUTED_MS);
      await muteUdp(this.cloud, 'frankfurt', this.#view.id, kind, false);
    }
  }

  /**
   * Drains the media node of the recorder's session until the session has moved to the other one. Rejects if it does
   * not move, as when a recorder of the other region has taken the recording over.
   */
  async move(): Promise<void> {
    const { cloud } = this;
    const [publisherNode, otherNode] = mediaNodes;
    // The publisher's session cannot move: its node has another session only if the recorder is there too.
    const isAtOther = (await this.#sessionsOf(otherNode)) > 0;
    const [from, to] = isAtOther ? [otherNode, publisherNode] : [publisherNode, otherNode];
    const before = await this.#sessionsOf(to);
    for (const id of ELSEWHERE) await cloud.cordon(id, true);
    await cloud.cordon(to, false);
    await cloud.drain(from, true);
    try {
      await until(
        `the recorder has moved to ${to}`,
        async () => (await this.#sessionsOf(to)) > before,
        MOVED_LIMIT_MS,
      ).catch(async (cause: unknown) => {
        throw new Error(`not moved; moves: ${JSON.stringify(await cloud.moves())}`, { cause });
      });
    } finally {
      await cloud.drain(from, false);
      for (const id of ELSEWHERE) await cloud.cordon(id, false);
    }
  }

  async #sessionsOf(nodeId: string): Promise<number> {
    const { nodes } = await this.cloud.fleet();
    return nodes.find((node) => node.nodeId === nodeId)?.load.sessions ?? 0;
  }
}

/** Returns ffmpeg's outputs: SRTP, whose sender reports of both streams count from the same time. */
function outputsOf({ address, srtp, publish: { video, audio } }: UdpView, startMs: number): string[] {
  const to = (stream: UdpStream | undefined): string[] => [
    ...['-start_time_realtime', `${startMs * 1000}`, '-f', 'rtp', '-cname', 'clock'],
    ...['-ssrc', `${(stream?.ssrc ?? 0) | 0}`, '-payload_type', `${stream?.payloadType}`, '-seq', '0'],
    ...['-srtp_out_suite', srtp.suite, '-srtp_out_params', srtp.sendKey],
    `srtp://${address.ip}:${address.port}?rtcpport=${address.port}&pkt_size=1200`,
  ];
  const opus = ['-c:a', 'libopus', '-ac', '2', '-b:a', '48k'];
  return ['-map', '0:v', ...liveH264, ...to(video), '-map', '1:a', ...opus, ...to(audio)];
}
