// Orders of what is in the library: each is sent under one Idempotency-Key until it is answered.
import { answered, type Company } from './company.ts';
import type { PlannedOrder } from './plan.ts';
import type { Place } from './stage.ts';
import type { Uploaded } from './uploads.ts';

export interface Ordered {
  readonly id: string;
  readonly item: string;
  /** Ids of receivers. */
  readonly to: readonly string[];
}

export class Orders {
  readonly #company: Company;
  readonly #places: readonly Place[];
  /** Requests that had no answer. */
  again = 0;

  constructor(company: Company, places: readonly Place[]) {
    this.#company = company;
    this.#places = places;
  }

  /** `at`: its place in the plan. Resolves when it is acknowledged. */
  async send({ to, priority }: PlannedOrder, { item }: Pick<Uploaded, 'item'>, at: number): Promise<Ordered> {
    const ids = this.#places.filter((_, place) => to === undefined || to.includes(place)).map((place) => place.id);
    const body = { item, priority, to: to === undefined ? { all: true } : { receivers: ids } };
    const header = { 'Idempotency-Key': `order-${at}` };
    const ask = () => this.#company.post('/distribution/orders', { params: { header }, body });
    const { id } = await answered('an order', ask, () => {
      this.again += 1;
    });
    return { id, item, to: ids };
  }
}
