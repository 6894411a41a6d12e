import { LoaderCircle, RotateCw } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../text.ts';
import type { ListState } from './queries.ts';
import { sharedTexts } from './texts.ts';
import { AdminTrouble } from './trouble.tsx';

export interface Column<Row> {
  readonly key: string;
  /** '' for a column of buttons, whose name only screen readers get. */
  readonly title: string;
  readonly cell: (row: Row) => ReactNode;
  /** Numbers are right-aligned. */
  readonly isNumber?: boolean;
  /** A column with a value is sortable, where the table sorts. */
  readonly value?: unknown;
}

export interface SortProps {
  readonly order: { readonly key: string; readonly isDown: boolean };
  onSort(key: string): void;
}

interface TableProps<Row> {
  label: string;
  list: ListState<Row>;
  columns: readonly Column<Row>[];
  keyOf(row: Row): string;
  empty: ReactNode;
}

/** A paged list as a table; on a phone each row is a card whose lines carry the column titles. */
export function ListTable<Row>({ label, list, columns, keyOf, empty }: TableProps<Row>) {
  const { say } = useTexts(sharedTexts);
  const { rows, problem } = list;
  if (problem !== undefined)
    return (
      <AdminTrouble title={say('failed')} error={problem}>
        <button type="button" className="button small" onClick={list.reload}>
          <RotateCw size={16} aria-hidden="true" />
          {say('retry')}
        </button>
      </AdminTrouble>
    );
  if (rows === undefined) return <Loading />;
  if (rows.length === 0) return <div className="admin-empty">{empty}</div>;
  return (
    <>
      <RowsTable {...{ label, rows, columns, keyOf }} />
      {list.hasMore ? (
        <button type="button" className="button quiet admin-more" onClick={list.loadMore}>
          {say('more')}
        </button>
      ) : null}
    </>
  );
}

type RowsProps<Row> = Omit<TableProps<Row>, 'list' | 'empty'> & { rows: readonly Row[]; sort?: SortProps };

/** Loaded rows as a table. `sort`: titles of columns with a `value` become buttons. */
export function RowsTable<Row>({ label, rows, columns, keyOf, sort }: RowsProps<Row>) {
  return (
    <table className="admin-table w-full bordered rounded-l bg-surface" aria-label={label}>
      <thead>
        <tr>
          {columns.map(({ key, title, isNumber, value }) => (
            <th
              key={key}
              scope="col"
              data-number={isNumber ? '' : undefined}
              aria-sort={sort?.order.key === key ? (sort.order.isDown ? 'descending' : 'ascending') : undefined}
            >
              <Title {...{ title, sort: value === undefined ? undefined : sort }} by={key} />
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ key, title, cell, isNumber }) => (
              <td key={key} data-title={title} data-number={isNumber ? '' : undefined}>
                {cell(row)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Title({ title, by, sort }: { title: string; by: string; sort: SortProps | undefined }) {
  const { say } = useTexts(sharedTexts);
  if (title === '') return <span className="visually-hidden">{say('actions')}</span>;
  if (sort === undefined) return title;
  return (
    <button
      type="button"
      className="admin-sort inline-flex gap-4px items-center border-0 rounded-s bg-none"
      onClick={() => sort.onSort(by)}
    >
      {title}
    </button>
  );
}

export function Loading() {
  const { say } = useTexts(sharedTexts);
  return (
    <p className="list-note" role="status">
      <LoaderCircle size={26} className="spinner accent" aria-hidden="true" />
      {say('loading')}
    </p>
  );
}
