// Shows a token with given claims at every door that takes tokens: our socket, LiveKit's socket and `/rtc/validate` of
// a real signaling node, and REST of a real api.
import { createHmac } from 'node:crypto';
import { systemClock } from '@meridian/runtime';
import { WebSocket } from 'ws';
import { type ClaimRow, claimsWith } from '../../../base/protocol/test/vectors/claim-rows.ts';
import { type TestApi, tenants, testApi } from '../../../product/api/test/support/test-api.ts';
import { apiKey, joinMessage, secret, TestClient } from '../../../signaling/test/service/rig/client.ts';
import { type Instance, Rig } from '../../../signaling/test/service/rig/rig.ts';

/** `taken`, or the code and text of the refusal with its status, without one for our socket. */
export interface DoorAnswer {
  readonly taken: boolean;
  readonly status: number;
  readonly text: string;
}
type Claims = Readonly<Record<string, unknown>>;

const TAKEN: DoorAnswer = { taken: true, status: 200, text: '' };
const ampleRates = { perSecond: 1000, burst: 1000 };

export class TokenDoors {
  readonly #rig: Rig;
  readonly #instance: Instance;
  readonly #api: TestApi;
  #count = 0;

  private constructor(rig: Rig, instance: Instance, api: TestApi) {
    this.#rig = rig;
    this.#instance = instance;
    this.#api = api;
  }

  static async open(): Promise<TokenDoors> {
    const rates = { caller: ampleRates, visitor: ampleRates, refused: ampleRates };
    const [rig, api] = await Promise.all([Rig.start(), testApi({ clock: systemClock(), rates })]);
    await rig.node('sfu-1');
    return new TokenDoors(rig, await rig.instance('sig-doors', { trustedProxies: ['127.0.0.1'] }), api);
  }

  async close(): Promise<void> {
    await Promise.all([this.#rig.close(), this.#api.close()]);
  }

  /** Returns the answer of each door to a token whose claim is set as the row says. */
  async answers(row: ClaimRow): Promise<Readonly<Record<string, DoorAnswer>>> {
    const token = this.#token(row, { key: apiKey, secret }, { room: 'lobby', roomJoin: true });
    const socket = await this.#joined(token); // before LiveKit's socket, which joins as the same participant
    const [liveKit, validate, invite] = await Promise.all([
      this.#upgraded(token),
      this.#validated(token),
      this.#invited(row),
    ]);
    return { socket, liveKit, validate, invite };
  }

  /** Returns the answer of REST to a caller's token: only some claims of participants have a meaning there. */
  async caller(row: ClaimRow): Promise<DoorAnswer> {
    const token = this.#token(row, tenants[0], { roomList: true });
    return this.#rest('GET', '/api/v1/caller', token);
  }

  /** Header that names another address for each token, since a signaling node limits handshakes of an address. */
  #address(): Record<string, string> {
    return { 'x-forwarded-for': `198.18.${this.#count >> 8}.${this.#count & 255}` };
  }

  #token(row: ClaimRow, own: { readonly key: string; readonly secret: string }, video: object): string {
    this.#count += 1;
    const exp = Math.floor(Date.now() / 1000) + 600;
    const claims: Claims = { iss: own.key, sub: `ann${this.#count}`, exp, video };
    // By hand, since jose signs only well-typed claims.
    const parts = [{ alg: 'HS256' }, claimsWith(claims, row)].map((part) =>
      Buffer.from(JSON.stringify(part)).toString('base64url'),
    );
    return `${parts.join('.')}.${createHmac('sha256', own.secret).update(parts.join('.')).digest('base64url')}`;
  }

  async #joined(token: string): Promise<DoorAnswer> {
    const client = await TestClient.open(this.#instance.url, { headers: this.#address() });
    const { error, body } = await client.request({ join: joinMessage(token) });
    client.send({ leave: {} });
    client.socket.close();
    return error == null
      ? { ...TAKEN, taken: body === 'joined' }
      : { taken: false, status: 0, text: `${error.code}: ${error.message}` };
  }

  #upgraded(token: string): Promise<DoorAnswer> {
    const socket = new WebSocket(`${this.#instance.httpUrl.replace('http', 'ws')}/rtc?access_token=${token}`, {
      headers: this.#address(),
    });
    return new Promise((resolve, reject) => {
      socket.on('error', reject);
      socket.on('open', () => {
        socket.terminate();
        resolve(TAKEN);
      });
      socket.on('unexpected-response', (_request, response) => {
        response
          .toArray()
          .then(
            (parts) =>
              resolve({ taken: false, status: response.statusCode ?? 0, text: Buffer.concat(parts).toString() }),
            reject,
          );
      });
    });
  }

  async #validated(token: string): Promise<DoorAnswer> {
    const answer = await fetch(`${this.#instance.httpUrl}/rtc/validate?access_token=${token}`, {
      headers: this.#address(),
    });
    return { taken: answer.ok, status: answer.status, text: await answer.text() };
  }

  /** Asks for an invitation, with the token of a participant that may invite. */
  #invited(row: ClaimRow): Promise<DoorAnswer> {
    const token = this.#token(row, tenants[0], { room: 'lobby', roomJoin: true, roomAdmin: true });
    return this.#rest('POST', '/api/v1/join-links/invite', token);
  }

  async #rest(method: 'GET' | 'POST', url: string, token: string): Promise<DoorAnswer> {
    const answer = await this.#api.app.inject({ method, url, headers: { authorization: `Bearer ${token}` } });
    const { code = '', detail = '' } = answer.json() as { code?: string; detail?: string };
    const taken = answer.statusCode < 300;
    return { taken, status: answer.statusCode, text: taken ? '' : `${code}: ${detail}` };
  }
}
