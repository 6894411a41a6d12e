// A fake gateway or recorder: a link with manual sessions, which takes frames at once by default.
import { decodeServerFrame, encodeClientFrame, type Note, note, onNote, post, type wire } from '@meridian/protocol';
import { type Link, LinkDialer, secureRng } from '@meridian/runtime';
import { joinMessage, type TokenOptions, token } from './client.ts';
import type { Instance, Rig } from './rig.ts';
import { until } from './until.ts';

export class TestOpener {
  readonly link: Link;
  /** Every SessionFrames that came over the link. */
  readonly crossings: { streams: number[]; frame: wire.ServerFrame }[] = [];
  readonly sessions = new Map<number, OpenedSession>();
  readonly #dialer: LinkDialer;

  private constructor(link: Link, dialer: LinkDialer) {
    this.link = link;
    this.#dialer = dialer;
    onNote(link, note.sessionFrames, ({ streams, frame }) => {
      const decoded = decodeServerFrame(frame);
      this.crossings.push({ streams, frame: decoded });
      for (const stream of streams) this.sessions.get(stream)?.take(decoded, frame.byteLength);
    });
    onNote(link, note.sessionClose, ({ stream, code, reason }) => {
      const session = this.sessions.get(stream);
      if (session !== undefined) session.closed ??= { code, reason };
    });
  }

  /** Dials with a certificate of this identity; undefined when it is refused. */
  static async dial(rig: Rig, to: Instance, o: { id?: string; kind?: string } = {}): Promise<TestOpener | undefined> {
    const identity = { id: o.id ?? 'gw-1', kind: o.kind ?? 'gateway', region: 'fra' };
    const credentials = await rig.authority.issueCredentials(identity, 60_000);
    let opener: TestOpener | undefined;
    let isRefused = false;
    const dialer: LinkDialer = new LinkDialer({
      url: `wss://127.0.0.1:${to.linkPort}`,
      credentials: () => credentials,
      log: rig.log,
      clock: rig.clock,
      rng: secureRng(),
      backoffMs: () => {
        isRefused = true;
        return { first: 60_000, max: 60_000 };
      },
      expect: () => true,
      onLink: (link) => {
        opener ??= new TestOpener(link, dialer);
      },
    });
    await until(() => opener !== undefined || isRefused, 'a link, or its refusal');
    if (opener === undefined) dialer.close('refused');
    return opener;
  }

  open(stream: number, o: { clientIp?: string; isTaking?: boolean } = {}): OpenedSession {
    const session = new OpenedSession(stream, this, o.isTaking ?? true);
    this.sessions.set(stream, session);
    this.say(note.sessionOpen, { stream, clientIp: o.clientIp ?? '' });
    return session;
  }

  /** Opens and joins; throws when the answer is an error. */
  async join(
    stream: number,
    o: TokenOptions & { join?: wire.Join.$Properties; clientIp?: string; isTaking?: boolean } = {},
  ): Promise<OpenedSession> {
    const session = this.open(stream, o);
    await session.join(o);
    return session;
  }

  say<M, MP>(kind: Note<M, MP>, message: NoInfer<MP>): void {
    post(this.link, kind, message);
  }

  close(): void {
    this.#dialer.close('over');
  }
}

export class OpenedSession {
  readonly stream: number;
  readonly heard: wire.ServerFrame[] = [];
  joined: wire.Joined | undefined;
  closed: { code: number; reason: string } | undefined;
  readonly #opener: TestOpener;
  readonly #isTaking: boolean;
  #requests = 0;

  constructor(stream: number, opener: TestOpener, isTaking: boolean) {
    this.stream = stream;
    this.#opener = opener;
    this.#isTaking = isTaking;
  }

  get sessionId(): string {
    return this.joined?.sessionId ?? '';
  }

  events(): wire.RoomEvent.$Properties[] {
    return this.heard.flatMap((frame) => frame.roomEvents?.events ?? []);
  }

  sendBytes(frame: Uint8Array): void {
    this.#opener.say(note.sessionFrame, { stream: this.stream, frame });
  }

  async join(o: TokenOptions & { join?: wire.Join.$Properties } = {}): Promise<void> {
    const answer = await this.request({ join: joinMessage(await token(o), o.join) });
    if (answer.error) throw new Error(`${answer.error.code}: ${answer.error.message}`);
  }

  async request(body: wire.ClientFrame.$Properties): Promise<wire.ServerFrame> {
    this.#requests += 1;
    const requestId = this.#requests;
    this.sendBytes(encodeClientFrame({ ...body, requestId }));
    const answer = (): wire.ServerFrame | undefined => this.heard.find((frame) => frame.replyTo === requestId);
    await until(() => answer() !== undefined || this.closed !== undefined, `an answer to ${Object.keys(body)[0]}`);
    const found = answer();
    if (found === undefined) throw new Error(`closed with ${this.closed?.code} ${this.closed?.reason}`);
    return found;
  }

  /** Returns the error code of the answer, or the answer's name. */
  async outcome(body: wire.ClientFrame.$Properties): Promise<string> {
    const answer = await this.request(body);
    return answer.error?.code ?? answer.body ?? '';
  }

  close(code: number): void {
    this.#opener.say(note.sessionClose, { stream: this.stream, code });
  }

  async ends(): Promise<{ code: number; reason: string }> {
    await until(() => this.closed !== undefined, `the end of stream ${this.stream}`);
    return this.closed as { code: number; reason: string };
  }

  take(frame: wire.ServerFrame, bytes: number): void {
    if (frame.joined) this.joined = frame.joined as wire.Joined;
    this.heard.push(frame);
    if (this.#isTaking) this.#opener.say(note.sessionConsumed, { stream: this.stream, bytes });
  }
}
