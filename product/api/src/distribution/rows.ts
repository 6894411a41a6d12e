import type { FailureCode, Priority, Proof, ReceiverKind } from '@meridian/distribution';
import type { Generated, Selectable } from 'kysely';
import { type OrderState, orderStates } from '../events/order-body.ts';
import type { Tables } from '../store/tables.ts';

export { type OrderState, orderStates };

export const receiverStates = ['enabled', 'disabled'] as const;
/**
 * `waiting`: no notice has been sent; `noticed`: the receiver has or will fetch the notice; `failed`: a dead letter,
 * with `code`.
 */
export const deliveryStates = ['waiting', 'noticed', 'done', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

declare module '../store/tables.ts' {
  interface NarrowedTables {
    distribution_receivers: {
      kind: ReceiverKind;
      state: (typeof receiverStates)[number];
      /** JSON of `Rates`. */
      rates: Generated<string>;
    };
    distribution_orders: {
      priority: Priority;
      state: OrderState;
      paused: Generated<number>;
      heat: Generated<number>;
    };
    distribution_deliveries: {
      state: DeliveryState;
      code: FailureCode | '';
      heat: Generated<number>;
      paused: Generated<number>;
      proof: Generated<Proof>;
      revision: Generated<number>;
      sent_revision: Generated<number>;
    };
  }
}

export type ReceiverRow = Selectable<Tables['distribution_receivers']>;
export type OrderRow = Selectable<Tables['distribution_orders']>;
export type DeliveryRow = Selectable<Tables['distribution_deliveries']>;
