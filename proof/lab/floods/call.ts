// A call that runs all the time: a voice from one end to another by a media node, both ends plain endpoints of a
// gateway of our own. What it feels of a flood is measured packet by packet.
import { Worker } from 'node:worker_threads';
import { SessionClient, type SubscriptionRow } from '@meridian/client';
import { type RtpCapabilities, routerConstant } from '@meridian/protocol';
import type { TestCloud } from '../../test/support/cloud.ts';
import { owned } from '../../test/support/owned.ts';
import { sent } from '../../test/support/plain-media.ts';
import { until } from '../../test/support/poll.ts';
import { TestGateway } from '../../test/support/test-gateway.ts';
import type { Address, FromCall, ToCall } from './call-thread.ts';
import type { CallFelt } from './judge.ts';

const ROOM = 'call';
const TRACK = 'TR_floodsaudio001';

const voiceOnly: RtpCapabilities = {
  codecs: (routerConstant.capabilities.codecs ?? [])
    .filter(({ mimeType }) => mimeType.toLowerCase() === 'audio/opus')
    .map((codec) => ({ ...codec, rtcpFeedback: [] })),
  headerExtensions: [],
};

export class RunningCall {
  readonly #thread: Worker;
  readonly #gateway: TestGateway;
  readonly #disown = owned('a running call', () => this.close());
  #sessions: SessionClient[] = [];
  #closed: Promise<void> | undefined;

  /** Resolves when the voice arrives. */
  static async start(cloud: TestCloud): Promise<RunningCall> {
    const gateway = await TestGateway.start(cloud, 'gateway-floods', 'frankfurt');
    const thread = new Worker(new URL('./call-thread.ts', import.meta.url));
    const call = new RunningCall(gateway, thread);
    const opened = await call.#heard('open');
    const speaker = await call.#join(cloud, 'speaker', opened.speaker);
    const rows: SubscriptionRow[] = [];
    const listener = await call.#join(cloud, 'listener', opened.listener, rows);
    await speaker.session.publish(voice, voiceParameters);
    call.#say({ kind: 'send', to: speaker.remote, ...sent.audio });
    const row = await until('the voice is announced', () => rows[0]);
    call.#say({ kind: 'listen', to: listener.remote, ssrc: row.rtpParameters.encodings?.[0]?.ssrc ?? 0 });
    await listener.session.subscriptionsReady([row.consumerId]);
    await until('the voice arrives', async () => (await call.felt()).came > 0);
    return call;
  }

  private constructor(gateway: TestGateway, thread: Worker) {
    this.#gateway = gateway;
    this.#thread = thread;
  }

  /** Since the last question. */
  async felt(): Promise<CallFelt> {
    const answer = this.#heard('felt');
    this.#say({ kind: 'felt' });
    return (await answer).felt;
  }

  close(): Promise<void> {
    this.#closed ??= this.#end();
    return this.#closed;
  }

  async #end(): Promise<void> {
    this.#disown();
    for (const session of this.#sessions) session.leave();
    this.#sessions = [];
    await this.#thread.terminate();
    await this.#gateway.close();
  }

  async #join(
    cloud: TestCloud,
    identity: string,
    own: Address,
    rows: SubscriptionRow[] = [],
  ): Promise<{ session: SessionClient; remote: Address }> {
    const endpoint = { kind: 'plain' as const, ...own };
    const session = new SessionClient({
      sockets: this.#gateway.sockets(),
      token: await cloud.token(ROOM, identity),
      sdk: 'floods/1',
      capabilities: voiceOnly,
      sendEndpoint: endpoint,
      recvEndpoint: endpoint,
      protocol: 'rtmp',
      hasMedia: () => true,
    });
    this.#sessions.push(session);
    session.on('subscriptionsAdded', (added) => rows.push(...added));
    const { sendTransport, recvTransport } = await session.connect();
    const { plain } = (identity === 'speaker' ? sendTransport : recvTransport) ?? {};
    return { session, remote: { ip: plain?.ip ?? '', port: plain?.port ?? 0 } };
  }

  #say(order: ToCall): void {
    this.#thread.postMessage(order);
  }

  #heard<K extends FromCall['kind']>(kind: K): Promise<Extract<FromCall, { kind: K }>> {
    return new Promise((resolve, reject) => {
      const take = (message: FromCall): void => {
        if (message.kind !== kind) return;
        this.#thread.off('message', take);
        this.#thread.off('error', reject);
        resolve(message as Extract<FromCall, { kind: K }>);
      };
      this.#thread.on('message', take);
      this.#thread.once('error', reject);
    });
  }
}

const voice = {
  trackId: TRACK,
  kind: 'audio' as const,
  name: 'voice',
  muted: false,
  mimeType: sent.audio.mimeType,
  source: 'microphone' as const,
  layerKind: 'simple' as const,
  layers: [],
  width: 0,
  height: 0,
};
const { ssrc, ...opus } = sent.audio;
const voiceParameters = {
  mid: 'audio',
  codecs: [{ ...opus, parameters: {}, rtcpFeedback: [] }],
  headerExtensions: [],
  encodings: [{ ssrc }],
  rtcp: { cname: 'plain', reducedSize: true },
};
