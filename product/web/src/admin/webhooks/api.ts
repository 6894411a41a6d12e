// Calls of the webhooks pages. All reject with MeridianApiError.
import type { components } from '@meridian/api-client';
import type { AdminPorts } from '../ports.ts';
import type { PageOf } from '../ui/queries.ts';

type Schemas = components['schemas'];
export type Webhook = Schemas['Webhook'];
export type WebhookWithSecret = Schemas['WebhookWithSecret'];
export type NewWebhook = Schemas['NewWebhook'];
export type WebhookChange = Schemas['WebhookChange'];
export type EventName = Webhook['events'][number];
export type Delivery = Schemas['WebhookDelivery'];
export type DeliveryWithBody = Schemas['WebhookDeliveryWithBody'];
export type Attempt = Schemas['WebhookAttempt'];
export type ApiKey = Schemas['ApiKey'];

export class WebhooksApi {
  readonly #o: Pick<AdminPorts, 'client' | 'run'>;

  constructor(o: Pick<AdminPorts, 'client' | 'run'>) {
    this.#o = o;
  }

  readonly list = (cursor?: string): Promise<PageOf<Webhook>> => {
    const query = cursor === undefined ? {} : { cursor };
    return this.#o.run(() => this.#o.client.get('/webhooks', { params: { query } }));
  };

  readonly get = (webhook: string): Promise<Webhook> =>
    this.#o.run(() => this.#o.client.get('/webhooks/{webhook}', { params: { path: { webhook } } }));

  /** Creates a webhook; calls with the same idempotency key create only one. */
  readonly create = (body: NewWebhook, idempotencyKey: string): Promise<WebhookWithSecret> =>
    this.#o.run(() =>
      this.#o.client.post('/webhooks', { body, params: { header: { 'Idempotency-Key': idempotencyKey } } }),
    );

  readonly change = (webhook: string, body: WebhookChange): Promise<Webhook> =>
    this.#o.run(() => this.#o.client.patch('/webhooks/{webhook}', { body, params: { path: { webhook } } }));

  readonly remove = async (webhook: string): Promise<void> => {
    await this.#o.run(() => this.#o.client.delete('/webhooks/{webhook}', { params: { path: { webhook } } }));
  };

  readonly rotate = (webhook: string): Promise<WebhookWithSecret> =>
    this.#o.run(() => this.#o.client.post('/webhooks/{webhook}/rotate-secret', { params: { path: { webhook } } }));

  readonly test = (webhook: string): Promise<Attempt> =>
    this.#o.run(() => this.#o.client.post('/webhooks/{webhook}/test', { params: { path: { webhook } } }));

  /** Lists deliveries, newest first; `state`: '' for all. */
  readonly deliveries = (webhook: string, state: string, cursor?: string): Promise<PageOf<Delivery>> => {
    const query = { limit: 25, ...(state !== '' && { state }), ...(cursor !== undefined && { cursor }) };
    const params = { path: { webhook }, query };
    return this.#o.run(() => this.#o.client.get('/webhooks/{webhook}/deliveries', { params }));
  };

  readonly delivery = (webhook: string, delivery: string): Promise<DeliveryWithBody> => {
    const params = { path: { webhook, delivery } };
    return this.#o.run(() => this.#o.client.get('/webhooks/{webhook}/deliveries/{delivery}', { params }));
  };

  readonly replay = (webhook: string, delivery: string): Promise<Delivery> => {
    const params = { path: { webhook, delivery } };
    return this.#o.run(() => this.#o.client.post('/webhooks/{webhook}/deliveries/{delivery}/replay', { params }));
  };

  async keys(): Promise<readonly ApiKey[]> {
    const { data } = await this.#o.run(() => this.#o.client.get('/keys', { params: { query: { limit: 200 } } }));
    return data.filter(({ revokedAt }) => revokedAt === undefined);
  }
}
