import { ArrowDown, ArrowUp } from 'lucide-react';
import { useMemo, useState } from 'react';
import { useTexts } from '../../admin/text.ts';
import { type Column, RowsTable } from '../../admin/ui/table.tsx';
import { nextOrder, type Order, type SortValue, sorted } from '../core/sort.ts';
import { sortTexts } from './text.ts';

export interface SortColumn<Row> extends Column<Row> {
  /** Returns the value to sort by; without it the column is not sortable. */
  readonly value?: (row: Row) => SortValue;
  /** Sorts descending first: for numbers whose high values matter. */
  readonly isDescendingFirst?: boolean;
}

interface SortTableProps<Row> {
  label: string;
  rows: readonly Row[];
  columns: readonly SortColumn<Row>[];
  first: Order;
  keyOf(row: Row): string;
}

/** Shows a table that its column titles sort; on a phone, a select above it does. */
export function SortTable<Row>({ label, rows, columns, first, keyOf }: SortTableProps<Row>) {
  const { say } = useTexts(sortTexts);
  const [order, setOrder] = useState(first);
  const byKey = columns.find(({ key }) => key === order.key);
  const shown = useMemo(
    () => (byKey?.value === undefined ? rows : sorted(rows, byKey.value, order.isDown)),
    [rows, byKey, order.isDown],
  );
  const sortable = columns.filter(({ value }) => value !== undefined);
  const press = (by: string): void =>
    setOrder(nextOrder(order, by, columns.find(({ key }) => key === by)?.isDescendingFirst ?? false));
  const Arrow = order.isDown ? ArrowDown : ArrowUp;
  return (
    <>
      <div className="sort-choice">
        <select
          className="select"
          aria-label={say('sortBy')}
          value={order.key}
          onChange={({ target }) => press(target.value)}
        >
          {sortable.map(({ key, title }) => (
            <option key={key} value={key}>
              {title}
            </option>
          ))}
        </select>
        <button
          type="button"
          className="button small quiet"
          aria-label={say(order.isDown ? 'down' : 'up')}
          onClick={() => setOrder({ ...order, isDown: !order.isDown })}
        >
          <Arrow size={16} aria-hidden="true" />
        </button>
      </div>
      <RowsTable {...{ label, columns, keyOf }} rows={shown} sort={{ order, onSort: press }} />
    </>
  );
}
