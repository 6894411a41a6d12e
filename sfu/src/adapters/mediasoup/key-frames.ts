// Requests key frames when a client's network path has changed, for the receivers that lost pictures by it:
// retransmission recovers at most one second of media, and a receiver waits three more seconds before its own request.

import type { Logger } from '@meridian/runtime';
import type { types } from 'mediasoup';

export class KeyFrames {
  readonly #log: Logger;
  readonly #consumers = new Map<string, Set<types.Consumer>>();

  constructor(router: types.Router, log: Logger) {
    this.#log = log;
    router.observer.on('newtransport', (transport) => {
      transport.observer.on('newconsumer', (consumer) => this.#add(consumer));
    });
  }

  watch(transport: types.WebRtcTransport): void {
    const producers = new Set<string>();
    const consumers = new Set<types.Consumer>();
    transport.observer.on('newproducer', ({ id, kind, observer }) => {
      if (kind !== 'video') return;
      producers.add(id);
      observer.once('close', () => producers.delete(id));
    });
    transport.observer.on('newconsumer', (consumer) => {
      if (consumer.kind !== 'video') return;
      consumers.add(consumer);
      consumer.observer.once('close', () => consumers.delete(consumer));
    });
    let hasPath = false;
    transport.on('iceselectedtuplechange', () => {
      if (hasPath)
        for (const consumer of [...consumers, ...this.#oneConsumerPerLayer(producers)]) this.#requestKeyFrame(consumer);
      hasPath = true;
    });
  }

  #add(consumer: types.Consumer): void {
    if (consumer.kind !== 'video') return;
    const { producerId } = consumer;
    const consumers = this.#consumers.get(producerId) ?? new Set();
    this.#consumers.set(producerId, consumers.add(consumer));
    consumer.observer.once('close', () => {
      consumers.delete(consumer);
      if (consumers.size === 0) this.#consumers.delete(producerId);
    });
  }

  /** Returns one flowing consumer for each layer in use of each producer: the key frame reaches all its consumers. */
  #oneConsumerPerLayer(producerIds: ReadonlySet<string>): types.Consumer[] {
    return [...producerIds].flatMap((id) => {
      const flowing = [...(this.#consumers.get(id) ?? [])].filter(({ paused }) => !paused);
      const layerOf = ({ type, currentLayers }: types.Consumer): string => `${type} ${currentLayers?.spatialLayer}`;
      return [...new Map(flowing.map((consumer) => [layerOf(consumer), consumer])).values()];
    });
  }

  #requestKeyFrame(consumer: types.Consumer): void {
    if (consumer.closed || consumer.paused) return;
    consumer.requestKeyFrame().catch((error: unknown) => {
      if (!consumer.closed) this.#log.warn({ err: error, consumerId: consumer.id }, 'could not request a key frame');
    });
  }
}
