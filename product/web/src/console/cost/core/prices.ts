import type { CostPrices } from '../../core/types.ts';

/** Maximum number of lines per list, as in product/api/src/cost/schemas.ts. */
export const LINES_MAX = 200;
const PRICE_MAX = 1e6;

export interface PriceLine {
  readonly id: number;
  /** Kind of node; '' for all kinds without a line of their own. */
  readonly kind: string;
  readonly region: string;
  readonly unit: 'GB' | 'Mbps95';
  readonly price: string;
}
export const lists = ['nodeHours', 'traffic'] as const;
export type PriceList = (typeof lists)[number];
export interface PriceForm {
  readonly currency: string;
  readonly nodeHours: readonly PriceLine[];
  readonly traffic: readonly PriceLine[];
}

export type PriceFault = 'price' | 'twice' | 'refused';
/** Faults by field: `currency`, or list and index as in `nodeHours/2`, like the start of the API's JSON pointers. */
export type PriceFaults = Readonly<Record<string, PriceFault>>;

export function formOf({ currency, nodeHours, traffic }: CostPrices): PriceForm {
  const lines = [
    ...nodeHours.map(({ kind = '', region = '', price }) => ({ kind, region, unit: 'GB' as const, price })),
    ...traffic.map(({ region = '', unit, price }) => ({ kind: '', region, unit, price })),
  ].map((line, id) => ({ ...line, id, price: String(line.price) }));
  return { currency, nodeHours: lines.slice(0, nodeHours.length), traffic: lines.slice(nodeHours.length) };
}

export function withLine(form: PriceForm, list: PriceList): PriceForm {
  const id = 1 + Math.max(-1, ...[...form.nodeHours, ...form.traffic].map((line) => line.id));
  return { ...form, [list]: [...form[list], { id, kind: '', region: '', unit: 'GB', price: '' }] };
}

/** Parses digits with a point or comma; undefined if invalid. */
export function parsedPrice(text: string): number | undefined {
  const plain = text.trim().replace(',', '.');
  const price = /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : Number.NaN;
  return price <= PRICE_MAX ? price : undefined;
}

/** Returns the errors found before sending. */
export function faultsOf(form: PriceForm): PriceFaults {
  const faults: Record<string, PriceFault> = {};
  if (!/^[A-Z]{3}$/.test(form.currency)) faults['currency'] = 'refused';
  for (const list of lists) {
    const seen = new Set<string>();
    for (const [at, { kind, region, price }] of form[list].entries()) {
      const kindAndRegion = JSON.stringify([kind, region]);
      if (parsedPrice(price) === undefined) faults[`${list}/${at}`] = 'price';
      else if (seen.has(kindAndRegion)) faults[`${list}/${at}`] = 'twice';
      seen.add(kindAndRegion);
    }
  }
  return faults;
}

/** Maps the API's error pointers to lines: `/nodeHours/2/price` means the third line. */
export const faultsFromPointers = (pointers: readonly string[]): PriceFaults =>
  Object.fromEntries(pointers.map((pointer) => [pointer.split('/').slice(1, 3).join('/'), 'refused' as const]));

/** Returns the prices of a valid form. */
export const pricesOf = (form: PriceForm): CostPrices => ({
  currency: form.currency,
  nodeHours: form.nodeHours.map(({ kind, region, price }) => ({
    ...(kind !== '' && { kind }),
    ...(region !== '' && { region }),
    price: parsedPrice(price) ?? 0,
  })),
  traffic: form.traffic.map(({ region, unit, price }) => ({
    ...(region !== '' && { region }),
    unit,
    price: parsedPrice(price) ?? 0,
  })),
});
