export type SortValue = string | number | undefined;
export interface Order<K extends string = string> {
  readonly key: K;
  readonly isDown: boolean;
}

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' });

/** Sorts rows stably; rows without a value come last in both directions. */
export function sorted<Row>(rows: readonly Row[], valueIn: (row: Row) => SortValue, isDown: boolean): readonly Row[] {
  const sign = isDown ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueIn(row) }))
    .sort((a, b) => {
      if (a.value === undefined || b.value === undefined)
        return Number(a.value === undefined) - Number(b.value === undefined);
      return sign * compare(a.value, b.value);
    })
    .map(({ row }) => row);
}

function compare(a: string | number, b: string | number): number {
  return typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b));
}

/** Returns the order after a press on a column's title: reversed, or by the new column in its natural direction. */
export const nextOrder = <K extends string>({ key, isDown }: Order<K>, next: K, startsDown: boolean): Order<K> =>
  key === next ? { key, isDown: !isDown } : { key: next, isDown: startsDown };
