// API of Janus over its WebSocket transport. Requests to a plugin are answered twice: at once, and with their result.
import { once } from 'node:events';
import { WebSocket } from 'ws';

const requestLimitMs = 20_000;
/** A session ends after 60 s without a request. */
const keepAliveMs = 25_000;

export interface Jsep {
  readonly type: 'offer' | 'answer';
  readonly sdp: string;
}
export interface PluginReply {
  readonly data: Readonly<Record<string, unknown>>;
  readonly jsep: Jsep | undefined;
}
interface Message {
  readonly janus: string;
  readonly transaction?: string;
  /** Handle that the message is about. */
  readonly sender?: number;
  readonly data?: { readonly id?: number };
  readonly error?: { readonly reason: string };
  readonly plugindata?: { readonly data: Record<string, unknown> };
  readonly jsep?: Jsep;
}

export class JanusApi {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<string, { settle(message: Message): void; fail(error: Error): void }>();
  readonly #up = new Map<number, PromiseWithResolvers<void>>();
  #sessionId: number | undefined;
  #keepAlive: NodeJS.Timeout | undefined;
  #transactions = 0;

  /** Connects to the API at a UNIX socket and creates a session. */
  static async open(path: string): Promise<JanusApi> {
    const socket = new WebSocket(`ws+unix://${path}:/`, 'janus-protocol');
    const api = new JanusApi(socket);
    try {
      await once(socket, 'open', { signal: AbortSignal.timeout(requestLimitMs) });
      const { data } = await api.#request({ janus: 'create' });
      api.#sessionId = data?.id;
      api.#keepAlive = setInterval(() => api.#send({ janus: 'keepalive', transaction: 'alive' }), keepAliveMs);
      return api;
    } catch (error) {
      api.close();
      throw error;
    }
  }

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (bytes) => this.#take(JSON.parse(String(bytes)) as Message));
    socket.on('error', (error) => this.#failAll(error));
    socket.on('close', () => this.#failAll(new Error('Janus closed its API.')));
  }

  /** Attaches to the plugin videoroom and returns the id of the handle, which has at most one transport. */
  async attach(): Promise<number> {
    const { data } = await this.#request({ janus: 'attach', plugin: 'janus.plugin.videoroom' });
    if (data?.id === undefined) throw new Error('Janus attached no handle.');
    return data.id;
  }

  /** Sends a request to the plugin. Rejects with the reason when the plugin refuses it. */
  async ask(handleId: number, body: Readonly<Record<string, unknown>>, jsep?: Jsep): Promise<PluginReply> {
    const request = { janus: 'message', handle_id: handleId, body, ...(jsep !== undefined && { jsep }) };
    const { plugindata, jsep: answer } = await this.#request(request);
    const data = plugindata?.data ?? {};
    if (data['error'] !== undefined) throw new Error(`Janus refused ${String(body['request'])}: ${data['error']}`);
    return { data, jsep: answer };
  }

  /** Resolves when the transport of a handle is up in Janus, which then knows a publisher's streams. */
  async up(handleId: number): Promise<void> {
    const limit = Promise.withResolvers<void>();
    const timer = setTimeout(() => limit.reject(new Error('Janus did not connect a transport.')), requestLimitMs);
    try {
      await Promise.race([this.#upOf(handleId).promise, limit.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Idempotent. */
  close(): void {
    clearInterval(this.#keepAlive);
    this.#socket.terminate();
  }

  async #request(request: Readonly<Record<string, unknown>>): Promise<Message> {
    this.#transactions += 1;
    const transaction = String(this.#transactions);
    const { promise, resolve, reject } = Promise.withResolvers<Message>();
    const limit = setTimeout(() => reject(new Error(`Janus did not answer ${request['janus']}.`)), requestLimitMs);
    this.#waiting.set(transaction, { settle: resolve, fail: reject });
    this.#send({ ...request, transaction });
    try {
      return await promise;
    } finally {
      clearTimeout(limit);
      this.#waiting.delete(transaction);
    }
  }

  #send(request: Readonly<Record<string, unknown>>): void {
    this.#socket.send(
      JSON.stringify({ ...request, ...(this.#sessionId !== undefined && { session_id: this.#sessionId }) }),
    );
  }

  #upOf(handleId: number): PromiseWithResolvers<void> {
    const known = this.#up.get(handleId) ?? Promise.withResolvers<void>();
    this.#up.set(handleId, known);
    return known;
  }

  #take(message: Message): void {
    if (message.janus === 'webrtcup') this.#upOf(message.sender ?? 0).resolve();
    const waiting = this.#waiting.get(message.transaction ?? '');
    if (message.janus === 'error') waiting?.fail(new Error(`Janus: ${message.error?.reason}`));
    else if (message.janus !== 'ack') waiting?.settle(message);
  }

  #failAll(error: Error): void {
    for (const { fail } of this.#waiting.values()) fail(error);
  }
}
