// Watches one transport and restarts its ICE when the path is gone: a phone left the wireless network, a NAT forgot the
// mapping, or a firewall now blocks UDP.
// - Case 1, disconnected: restart after `patienceMs`, because the path often recovers by itself.
// - Case 2, failed: restart at once.
// - Case 3, connected, but nothing arrives (`restartOnSilence`): restart at once. Media stays on the old pair until a
//   new one works, so a needless restart costs only a message. If the restart is refused, the browser decides.
// - Case 4, signaling is down, so the service cannot be asked: wait for `signalingBack`.
// - Case 5, all restarts are used up: inform the owner.

import { asClientError, type Body, MeridianClientError, type ServerFrame } from '@meridian/client';
import type { types } from 'mediasoup-client';
import { outrankEarlierPairs } from './outrank.ts';
import { restartIceOf } from './transport-row.ts';

const patienceMs = 800;
const restartIntervalMs = 4000; // ICE needs about this long to try all pairs over a slow path
const restartsMax = 3;

export class IceKeeper {
  readonly #transport: types.Transport;
  readonly #request: (body: Body) => Promise<ServerFrame>;
  readonly #failed: (error: MeridianClientError) => void;
  #restartCount = 0;
  #restartedMs = Number.NEGATIVE_INFINITY;
  #isRestarting = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitsForSignaling = false;
  #closed = false;

  constructor(o: {
    transport: types.Transport;
    request: (body: Body) => Promise<ServerFrame>;
    failed: (error: MeridianClientError) => void;
  }) {
    this.#transport = o.transport;
    this.#request = o.request;
    this.#failed = o.failed;
    o.transport.on('connectionstatechange', (state) => this.#onState(state));
  }

  signalingBack(): void {
    if (!this.#waitsForSignaling) return;
    this.#waitsForSignaling = false;
    const { connectionState } = this.#transport;
    if (connectionState === 'connected')
      void this.#restart(); // the path still counts as silent
    else this.#onState(connectionState);
  }

  /** Restarts ICE when expected media stops after a steady flow, which browsers notice only after seconds. */
  restartOnSilence(): void {
    if (this.#transport.connectionState !== 'connected') return;
    if (performance.now() - this.#restartedMs < restartIntervalMs) return;
    this.#restartCount = 0; // the path has worked since the last restart
    void this.#restart();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #onState(state: types.ConnectionState): void {
    if (this.#closed) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (state === 'connected') {
      this.#restartCount = 0;
      this.#waitsForSignaling = false;
    }
    if (state === 'disconnected') this.#restartIn(patienceMs);
    if (state === 'failed') this.#restartIn(0);
  }

  #restartIn(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#restart(), delayMs);
  }

  async #restart(): Promise<void> {
    if (this.#closed || this.#isRestarting) return;
    if (this.#restartCount >= restartsMax) {
      this.#failed(new MeridianClientError('MEDIA_FAILED', `ICE did not recover in ${restartsMax} restarts`));
      return;
    }
    this.#restartCount += 1;
    this.#restartedMs = performance.now();
    this.#isRestarting = true;
    try {
      const answer = await this.#request({ restartIce: { transportId: this.#transport.id } });
      if (this.#closed) return;
      outrankEarlierPairs(this.#transport);
      await restartIceOf(this.#transport, answer.iceRestarted);
      this.#checkAfterRestart();
    } catch (error) {
      this.#onRefused(asClientError(error, 'MEDIA_FAILED'));
    } finally {
      this.#isRestarting = false;
    }
  }

  #checkAfterRestart(): void {
    if (this.#closed || this.#transport.connectionState === 'connected') return;
    this.#restartIn(restartIntervalMs);
  }

  #onRefused(error: MeridianClientError): void {
    if (this.#closed) return;
    if (error.code === 'NOT_CONNECTED' || error.code === 'SOCKET_LOST' || error.code === 'REQUEST_TIMEOUT') {
      this.#restartCount -= 1;
      this.#waitsForSignaling = true;
      return;
    }
    if (this.#transport.connectionState !== 'connected') this.#failed(error);
  }
}
