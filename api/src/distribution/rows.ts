// What is kept of distribution in the database.
import type { FailureCode, Priority, ReceiverKind } from '@meridian/distribution';
import type { Selectable } from 'kysely';
import { type OrderState, orderStates } from '../events/order-body.ts';
import type { Tables } from '../store/tables.ts';

export { type OrderState, orderStates };

export const receiverStates = ['enabled', 'disabled'] as const;
/** `waiting`: for its notice; `noticed`: its receiver has it, or finds it; `failed`: a dead letter, with `code`. */
export const deliveryStates = ['waiting', 'noticed', 'done', 'failed', 'cancelled'] as const;
export type DeliveryState = (typeof deliveryStates)[number];

declare module '../store/tables.ts' {
  interface Tables {
    distribution_receivers: {
      tenant: string;
      /** RC_…, unlike all others of the cloud. */
      id: string;
      name: string;
      kind: ReceiverKind;
      region: string;
      /** Of agents: those of one site are neighbours; ''. */
      site: string;
      /** JSON: names. */
      groups: string;
      /** JSON, by kind, without secrets. */
      settings: string;
      /** JSON of its secrets, sealed; ''. */
      sealed_settings: string;
      /** Of agents: SHA-256 of its secret, 64 digits; ''. */
      credential_hash: string;
      /** Rises with each change of settings or credential. */
      version: number;
      state: (typeof receiverStates)[number];
      created_ms: number;
      changed_ms: number;
    };
    distribution_orders: {
      tenant: string;
      /** DO_… */
      id: string;
      item: string;
      /** Of the item, when it was ordered. */
      title: string;
      content: string;
      /** Of the file. */
      name: string;
      bytes: number;
      priority: Priority;
      deadline_ms: number | null;
      /** JSON, as ordered. */
      targets: string;
      made_by: string;
      state: OrderState;
      /** Counts of deliveries; `late`: of those, ended or not, that missed the deadline. */
      total: number;
      done: number;
      failed: number;
      cancelled: number;
      late: number;
      /** Of its latest event. */
      sequence: number;
      created_ms: number;
      ended_ms: number | null;
    };
    distribution_deliveries: {
      tenant: string;
      /** DL_… */
      id: string;
      order_id: string;
      receiver: string;
      /** Of the receiver. */
      region: string;
      item: string;
      content: string;
      bytes: number;
      /** Its place in `priorities`. */
      priority: number;
      /** Of its priority, lower ones are noticed first: the deadline, else the time of the order. */
      rank_ms: number;
      deadline_ms: number | null;
      state: DeliveryState;
      /** Of its notice; ''. */
      place: string;
      /** When it was first noticed: a notice that is sent again does not change it. */
      noticed_ms: number | null;
      /** Of its notice's token; 0. */
      token_ends_ms: number;
      /** Until then an instance is sending its notice. */
      lease_ms: number;
      attempts: number;
      code: FailureCode | '';
      detail: string;
      /** 1: it missed its deadline. */
      late: number;
      /** From its first byte to the last, as the receiver says. */
      took_ms: number;
      neighbour_bytes: number;
      created_ms: number;
      ended_ms: number | null;
    };
  }
}

export type ReceiverRow = Selectable<Tables['distribution_receivers']>;
export type OrderRow = Selectable<Tables['distribution_orders']>;
export type DeliveryRow = Selectable<Tables['distribution_deliveries']>;
