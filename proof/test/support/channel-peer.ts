// A client's two peer connections with data channels only, in a page of Chromium; a media node's answers become their
// descriptions.
import type { wire } from '@meridian/protocol';
import type { Page } from 'playwright-core';

type Transport = wire.TransportInfo.$Properties | null | undefined;
export interface ReceivedMessage {
  readonly label: string;
  /** Base64. */
  readonly payload: string;
}
export interface ChannelState {
  readonly id: number | null;
  readonly state: string;
  readonly ordered: boolean;
  readonly maxRetransmits: number | null;
}

const side = 'window.side';

/** Runs in the page, as text: functions there have no imports. */
const script = `
const own = new Map();
const opened = new Map();
const heard = [];
const follow = (channels, channel) => {
  channel.binaryType = 'arraybuffer';
  channels.set(channel.label, channel);
  channel.onmessage = ({ data }) => {
    const bytes = typeof data === 'string' ? new TextEncoder().encode(data) : new Uint8Array(data);
    heard.push({ label: channel.label, payload: btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join('')) });
  };
};
const sending = new RTCPeerConnection();
const receiving = new RTCPeerConnection();
receiving.ondatachannel = ({ channel }) => follow(opened, channel);
${side} = {
  own, opened, heard, connections: [sending, receiving],
  async offer(labels) {
    for (const label of labels)
      follow(own, sending.createDataChannel(label, label === '_lossy' ? { ordered: false, maxRetransmits: 0 } : {}));
    await sending.setLocalDescription();
    return sending.localDescription.sdp;
  },
  answer: (sdp) => sending.setRemoteDescription({ type: 'answer', sdp }),
  async take(sdp) {
    await receiving.setRemoteDescription({ type: 'offer', sdp });
    await receiving.setLocalDescription();
    return receiving.localDescription.sdp;
  },
};`;

export function descriptionOf(transport: Transport, setup: 'passive' | 'actpass'): string {
  const [fingerprint] = transport?.dtlsParameters?.fingerprints ?? [];
  return [
    'v=0',
    'o=- 1 1 IN IP4 127.0.0.1',
    's=-',
    't=0 0',
    'a=ice-lite',
    'a=group:BUNDLE 0',
    'm=application 9 UDP/DTLS/SCTP webrtc-datachannel',
    'c=IN IP4 0.0.0.0',
    'a=mid:0',
    `a=setup:${setup}`,
    `a=ice-ufrag:${transport?.iceParameters?.usernameFragment}`,
    `a=ice-pwd:${transport?.iceParameters?.password}`,
    `a=fingerprint:${fingerprint?.algorithm} ${fingerprint?.value}`,
    ...(transport?.iceCandidates ?? [])
      .filter(({ protocol }) => protocol === 'udp')
      .map((one) => `a=candidate:${one.foundation} 1 udp ${one.priority} ${one.address} ${one.port} typ host`),
    `a=sctp-port:${transport?.sctp?.port}`,
    `a=max-message-size:${transport?.sctp?.maxMessageBytes}`,
    '',
  ].join('\r\n');
}

export function fingerprintOf(sdp: string): wire.DtlsFingerprint.$Properties {
  const [, algorithm = '', value = ''] = /^a=fingerprint:(\S+) (\S+)/m.exec(sdp) ?? [];
  return { algorithm, value };
}

export class ChannelPeer {
  readonly #page: Page;

  private constructor(page: Page) {
    this.#page = page;
  }

  static async open(page: Page): Promise<ChannelPeer> {
    await page.evaluate(script);
    return new ChannelPeer(page);
  }

  /** Opens channels on the sending connection and returns its offer. `_lossy` is unordered and never retransmitted. */
  offer(labels: readonly string[]): Promise<string> {
    return this.#in(`offer(${JSON.stringify(labels)})`);
  }
  answer(transport: Transport): Promise<void> {
    return this.#in(`answer(${JSON.stringify(descriptionOf(transport, 'passive'))})`);
  }
  /** Applies the node's offer to the receiving connection and returns its answer. */
  take(transport: Transport): Promise<string> {
    return this.#in(`take(${JSON.stringify(descriptionOf(transport, 'actpass'))})`);
  }

  states(by: 'own' | 'opened'): Promise<Record<string, ChannelState>> {
    const state = '{ id: c.id, state: c.readyState, ordered: c.ordered, maxRetransmits: c.maxRetransmits }';
    return this.#page.evaluate(`Object.fromEntries([...${side}.${by}].map(([label, c]) => [label, ${state}]))`);
  }
  heard(): Promise<ReceivedMessage[]> {
    return this.#in('heard');
  }
  send(label: string, text: string, o: { isText?: boolean; times?: number } = {}): Promise<void> {
    const data = o.isText ? JSON.stringify(text) : `new TextEncoder().encode(${JSON.stringify(text)})`;
    return this.#page.evaluate(`{
      const channel = ${side}.own.get(${JSON.stringify(label)});
      for (let left = ${o.times ?? 1}; left > 0; left -= 1) channel.send(${data});
    }`);
  }

  #in<T>(expression: string): Promise<T> {
    return this.#page.evaluate(`${side}.${expression}`);
  }
}
