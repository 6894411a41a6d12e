// Holds a webhook's secret only while it is shown.
import { Store } from '../../room/store.ts';
import type { Webhook, WebhookWithSecret } from './api.ts';

export interface ShownSecret {
  readonly secret: string;
  /** Whether it replaces an earlier secret, which stays valid for a day. */
  readonly isRotated: boolean;
}

export class Secrets {
  readonly shown = new Store<ShownSecret | undefined>(undefined);

  /** Shows the secret and returns the webhook without it, which pages may keep. */
  take({ secret, ...webhook }: WebhookWithSecret, isRotated: boolean): Webhook {
    this.shown.set({ secret, isRotated });
    return webhook;
  }

  /** Forgets the secret for good. */
  close(): void {
    this.shown.set(undefined);
  }
}
