import { ChevronDown, LoaderCircle, Repeat } from 'lucide-react';
import { useCallback, useEffect, useId, useState } from 'react';
import type { AccountApi } from '../api.ts';
import { keyOf } from '../core/days.ts';
import type { MyOccurrence } from '../core/model.ts';
import { isEndless } from '../core/repeat.ts';
import { useSay } from '../text.ts';
import { Trouble } from './fields.tsx';
import { type OccurrenceProps, Row, seriesText } from './occurrence-row.tsx';

interface LaterOccurrences {
  readonly data?: readonly MyOccurrence[];
  readonly cursor?: string | undefined;
  readonly problem?: unknown;
}

/** Later occurrences of a series: their rule and number, and unfolded each of them. */
export function SeriesFold({ api, ...props }: OccurrenceProps & { api: AccountApi }) {
  const saying = useSay();
  const { say } = saying;
  const { occurrence, nowMs, timeZone, onOpen } = props;
  const [isOpen, setIsOpen] = useState(false);
  const { data, cursor, problem, load } = useLater(api, occurrence, isOpen);
  const id = useId();
  const count = isEndless(occurrence.recurrence)
    ? say('list.endless')
    : say('list.later', { count: occurrence.later ?? 0 });
  return (
    <div className="series-fold">
      <button
        type="button"
        className="fold-button inline-flex items-center gap-6px border-0 rounded-s bg-none text-faint text-s"
        aria-expanded={isOpen}
        aria-controls={id}
        data-testid="unfold"
        onClick={() => setIsOpen(!isOpen)}
      >
        <Repeat size={14} aria-hidden="true" />
        <span>
          {seriesText(occurrence, saying)} · {count}
        </span>
        <ChevronDown size={16} className="fold-chevron" aria-hidden="true" />
      </button>
      <div id={id} className="folded" hidden={!isOpen}>
        {problem === undefined ? null : (
          <Trouble title={say('list.failed')} error={problem}>
            <button type="button" className="button small" onClick={() => load()}>
              {say('list.retry')}
            </button>
          </Trouble>
        )}
        {data === undefined && problem === undefined ? (
          <p className="faint small" role="status">
            <LoaderCircle size={16} className="spinner" aria-hidden="true" /> {say('common.loading')}
          </p>
        ) : (
          <ul aria-label={say('list.laterTitle', { title: occurrence.title })}>
            {data?.map((one) => (
              <Row key={keyOf(one)} isDated {...{ occurrence: one, nowMs, timeZone, onOpen }} />
            ))}
          </ul>
        )}
        {cursor === undefined ? null : (
          <button type="button" className="button small quiet" onClick={() => load(cursor)}>
            {say('list.more')}
          </button>
        )}
      </div>
    </div>
  );
}

/** Loads when unfolded, and again after the list has reloaded, which replaces the occurrence object. */
function useLater(api: AccountApi, occurrence: MyOccurrence, isOpen: boolean) {
  const [later, setLater] = useState<LaterOccurrences>({});
  const load = useCallback(
    (cursor?: string): (() => void) => {
      let isCancelled = false;
      const { meetingId: meeting, endsAt } = occurrence;
      api.list({ fromMs: Date.parse(endsAt), meeting, ...(cursor !== undefined && { cursor }) }).then(
        ({ data, nextCursor }) => {
          if (isCancelled) return;
          setLater((last) => ({
            data: [...(cursor === undefined ? [] : (last.data ?? [])), ...data],
            cursor: nextCursor,
          }));
        },
        (problem: unknown) => !isCancelled && setLater((last) => ({ ...last, problem })),
      );
      return () => {
        isCancelled = true;
      };
    },
    [api, occurrence],
  );
  useEffect(() => (isOpen ? load() : undefined), [isOpen, load]);
  return { ...later, load };
}
