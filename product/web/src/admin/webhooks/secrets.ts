// The secret of a webhook while it is on the screen: nowhere else, and not after that.
import { Store } from '../../room/store.ts';
import type { Webhook, WebhookWithSecret } from './api.ts';

export interface ShownSecret {
  readonly secret: string;
  /** It takes the place of another one, which is good for a day. */
  readonly isRotated: boolean;
}

export class Secrets {
  /** Undefined: none is shown. */
  readonly shown = new Store<ShownSecret | undefined>(undefined);

  /** Shows it; the webhook without it is what a page may keep. */
  take({ secret, ...webhook }: WebhookWithSecret, isRotated: boolean): Webhook {
    this.shown.set({ secret, isRotated });
    return webhook;
  }

  /** It cannot be shown again. */
  close(): void {
    this.shown.set(undefined);
  }
}
