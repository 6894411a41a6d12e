// Is everything there once that was acknowledged, and nothing left? Pure.

/** What the company knows, and what it finds when all is quiet. */
export interface Facts {
  readonly uploaded: readonly { readonly name: string; readonly sha256: string; readonly item: string }[];
  readonly items: readonly { readonly id: string; readonly name: string; readonly state: string; sha256?: string }[];
  readonly ordered: readonly { readonly id: string; readonly to: readonly string[] }[];
  readonly orders: readonly OrderFacts[];
  readonly deliveries: readonly DeliveryFacts[];
  readonly overview: {
    readonly deliveries: Readonly<Record<string, number>>;
    readonly receivers: { readonly online: number };
    readonly channels: readonly { readonly name: string; readonly up: boolean; readonly waiting: number }[];
  };
  readonly places: readonly { readonly id: string; readonly name: string; readonly kind: string }[];
  /** As the api keeps them, and those that were answered 200. */
  readonly events: readonly EventFacts[];
  readonly heard: readonly EventFacts[];
  /** Ids of deliveries that receivers have called `notifyUrl` for. */
  readonly notified: readonly string[];
  /** In words: what is still somewhere though all is done. */
  readonly left: readonly string[];
}

export interface OrderFacts {
  readonly id: string;
  readonly state: string;
  readonly total: number;
  readonly done: number;
}

export interface DeliveryFacts {
  readonly id: string;
  readonly order: string;
  readonly receiver: string;
  readonly state: string;
  readonly failure?: { readonly code: string; readonly detail: string };
  readonly createdAt: string;
  readonly endedAt?: string;
}

/** `of`: the item or order. */
export interface EventFacts {
  readonly id: string;
  readonly event: string;
  readonly of: string;
}

/** In words, one finding each; none: all is well. */
export function findingsOf(facts: Facts): string[] {
  return [
    ...itemFindings(facts),
    ...orderFindings(facts),
    ...overviewFindings(facts),
    ...eventFindings(facts),
    ...notifiedFindings(facts),
    ...facts.left,
  ];
}

function itemFindings({ uploaded, items }: Facts): string[] {
  const found = new Map(items.map((item) => [item.id, item]));
  const known = new Set(uploaded.map(({ item }) => item));
  return [
    ...uploaded.flatMap(({ name, item, sha256 }) => {
      const there = found.get(item);
      if (there === undefined) return `${name}: its item ${item} is lost`;
      if (there.state !== 'ready') return `${name}: its item ${item} is ${there.state}`;
      return there.sha256 === sha256 ? [] : `${name}: its item ${item} has another hash`;
    }),
    ...items.filter(({ id }) => !known.has(id)).map(({ id, name }) => `${name}: ${id} is there as well`),
  ];
}

function orderFindings({ ordered, orders, deliveries }: Facts): string[] {
  const found = new Map(orders.map((order) => [order.id, order]));
  const known = new Set(ordered.map(({ id }) => id));
  return [
    ...ordered.flatMap(({ id, to }) => {
      const row = found.get(id);
      if (row === undefined) return `${id}: the order is lost`;
      const own = deliveries.filter(({ order }) => order === id);
      const isWhole = row.state === 'completed' && row.total === to.length && row.done === to.length;
      const whole = isWhole
        ? []
        : [`${id}: ${row.state}, ${row.done} of ${row.total} are done, of ${to.length} ordered`];
      return [...whole, ...deliveryFindings(id, to, own)];
    }),
    ...orders.filter(({ id }) => !known.has(id)).map(({ id }) => `${id}: an order that was not acknowledged, or twice`),
  ];
}

function deliveryFindings(order: string, to: readonly string[], own: readonly DeliveryFacts[]): string[] {
  return [
    ...to.flatMap((receiver) => {
      const count = own.filter((one) => one.receiver === receiver).length;
      return count === 1 ? [] : [`${order}: ${count} deliveries to ${receiver}`];
    }),
    ...own.flatMap(({ id, receiver, state, failure }) => {
      const why = failure === undefined ? '' : ` (${failure.code}: ${failure.detail})`;
      return state === 'done' ? [] : [`${order}: ${id} to ${receiver} is ${state}${why}`];
    }),
  ];
}

function overviewFindings({ overview, deliveries, places }: Facts): string[] {
  const states = new Set([...Object.keys(overview.deliveries), ...deliveries.map(({ state }) => state)]);
  return [
    ...[...states].flatMap((state) => {
      const rows = deliveries.filter((one) => one.state === state).length;
      const counted = overview.deliveries[state] ?? 0;
      return rows === counted ? [] : [`the overview counts ${counted} deliveries ${state}, there are ${rows}`];
    }),
    ...overview.channels.flatMap(({ name, up, waiting }) => [
      ...(up ? [] : [`channel ${name} is down`]),
      ...(waiting === 0 ? [] : [`channel ${name} has ${waiting} receipts`]),
    ]),
    ...(overview.receivers.online === places.length
      ? []
      : [`${overview.receivers.online} of ${places.length} receivers are online`]),
  ];
}

/** One event id for each fact; it may be heard several times under that id. */
function eventFindings({ uploaded, ordered, events, heard }: Facts): string[] {
  const facts = [
    ...uploaded.map(({ item }) => ({ event: 'item.ready', of: item })),
    ...ordered.map(({ id }) => ({ event: 'order.completed', of: id })),
  ];
  const idsIn = (list: readonly EventFacts[]): Map<string, Set<string>> => {
    const ids = new Map<string, Set<string>>();
    for (const { id, event, of } of list) {
      const fact = `${event} of ${of}`;
      ids.set(fact, (ids.get(fact) ?? new Set()).add(id));
    }
    return ids;
  };
  const [stored, told] = [idsIn(events), idsIn(heard)];
  return facts.flatMap(({ event, of }) => {
    const fact = `${event} of ${of}`;
    const [kept, came] = [stored.get(fact)?.size ?? 0, told.get(fact)?.size ?? 0];
    return [
      ...(kept === 1 ? [] : [`${fact}: ${kept} events`]),
      ...(came === 1 ? [] : [`${fact}: ${came} events were heard`]),
    ];
  });
}

function notifiedFindings({ deliveries, places, notified }: Facts): string[] {
  const agents = new Set(places.filter(({ kind }) => kind === 'agent').map(({ id }) => id));
  const own = new Set(deliveries.filter(({ receiver }) => agents.has(receiver)).map(({ id }) => id));
  const called = new Set(notified);
  return [
    ...[...own].filter((id) => !called.has(id)).map((id) => `${id}: the system of the site was not called`),
    ...[...called].filter((id) => !own.has(id)).map((id) => `${id}: a call for a delivery that is not there`),
  ];
}
