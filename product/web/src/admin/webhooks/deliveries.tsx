import { RotateCw, Send } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Choose } from '../../account/ui/fields.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { LoadTrouble, Outcome, Part, Stale } from '../traffic/parts.tsx';
import { trafficTexts } from '../traffic/text.ts';
import { exactTimeText } from '../traffic/when.ts';
import { useList } from '../ui/queries.ts';
import { type Column, ListTable } from '../ui/table.tsx';
import type { Delivery, WebhooksApi } from './api.ts';
import { eventText, failureTextOf, resultOf } from './core/results.ts';
import { DeliveryDialog } from './delivery-dialog.tsx';
import { replayAndWatch } from './replay.ts';
import { Result } from './result.tsx';
import { webhookTexts } from './text.ts';

const filters = ['', 'pending', 'delivered', 'failed', 'cancelled'] as const;
type Filter = (typeof filters)[number];

const idOf = ({ id }: Delivery): string => id;
const refreshing = { everyMs: 5000 };

interface DeliveriesProps {
  ports: AdminPorts;
  api: WebhooksApi;
  webhook: string;
}

export function Deliveries({ ports, api, webhook }: DeliveriesProps) {
  const { say } = useTexts(webhookTexts);
  const traffic = useTexts(trafficTexts);
  const [filter, setFilter] = useState<Filter>('');
  const list = useList(
    ['deliveries', webhook, filter],
    (cursor) => api.deliveries(webhook, filter, cursor),
    refreshing,
  );
  const [open, setOpen] = useState<string>();
  const replay = useReplay(api, webhook, list.reload);
  const again = (delivery: Delivery): void => {
    setOpen(undefined);
    replay.begin(delivery.id);
  };
  const columns = useColumns(ports.timeZone, { onOpen: ({ id }) => setOpen(id), onReplay: again });
  return (
    <Part
      title={say('deliveries')}
      tools={
        <>
          <Choose
            className="admin-filter"
            label={say('show')}
            value={filter}
            options={filters.map((one) => [one, say(`filter.${one}`)] as const)}
            onChoose={(one) => setFilter(one)}
          />
          <button type="button" className="button small quiet" onClick={list.reload}>
            <RotateCw size={16} aria-hidden="true" />
            {traffic.say('reload')}
          </button>
        </>
      }
    >
      <Replay state={replay.state} onRetry={replay.retry} />
      {list.isStale ? <Stale /> : null}
      <ListTable
        label={say('deliveries')}
        {...{ list, columns }}
        keyOf={idOf}
        empty={<p>{say(filter === '' ? 'deliveriesEmpty' : 'deliveriesNone')}</p>}
      />
      {open === undefined ? null : (
        <DeliveryDialog {...{ ports, api, webhook }} id={open} onReplay={again} onClose={() => setOpen(undefined)} />
      )}
    </Part>
  );
}

type ReplayState = { readonly delivery: Delivery } | { readonly problem: unknown } | undefined;

/** Replays a delivery, one at a time, and shows the progress. */
function useReplay(api: WebhooksApi, webhook: string, onDone: () => void) {
  const [state, setState] = useState<ReplayState>();
  const [wanted, setWanted] = useState<{ readonly id: string }>();
  useEffect(() => {
    if (wanted === undefined) return undefined;
    const closed = new AbortController();
    const { signal } = closed;
    const show = (next: ReplayState): void => {
      if (!signal.aborted) setState(next);
    };
    const run = async (): Promise<void> => {
      try {
        await replayAndWatch({
          replay: () => api.replay(webhook, wanted.id),
          read: (id) => api.delivery(webhook, id),
          show: (delivery) => show({ delivery }),
          pause: (ms) => pause(ms, signal),
        });
        if (!signal.aborted) onDone();
      } catch (problem) {
        show({ problem });
      }
    };
    void run();
    return () => closed.abort();
  }, [api, webhook, wanted, onDone]);
  return {
    state,
    begin: (id: string) => {
      setState(undefined);
      setWanted({ id });
    },
    retry: () => setWanted((last) => last && { id: last.id }),
  };
}

/** Resolves false, and early, when the page closes. */
function pause(ms: number, signal: AbortSignal): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(true), ms);
  signal.addEventListener('abort', () => {
    clearTimeout(timer);
    resolve(false);
  });
  return promise;
}

function Replay({ state, onRetry }: { state: ReplayState; onRetry(): void }) {
  const { say } = useTexts(webhookTexts);
  if (state === undefined) return null;
  if ('problem' in state) return <LoadTrouble problem={state.problem} onRetry={onRetry} />;
  const { event, lastStatus, lastError, attempts } = state.delivery;
  const { tone, text } = resultOf(state.delivery, say);
  const why = failureTextOf(lastStatus, lastError, say);
  return (
    <Outcome
      tone={tone === 'warn' ? 'bad' : tone}
      title={say('replayTitle', { event: eventText(event, webhookTexts.en, say) })}
    >
      {attempts === 0 ? say('replayWaiting') : [text, why].filter((part) => part !== undefined).join(' — ')}
    </Outcome>
  );
}

interface Acts {
  onOpen(delivery: Delivery): void;
  onReplay(delivery: Delivery): void;
}

function useColumns(timeZone: string, { onOpen, onReplay }: Acts): readonly Column<Delivery>[] {
  const { say, locale } = useTexts(webhookTexts);
  return [
    {
      key: 'event',
      title: say('event'),
      cell: ({ event }) => (
        <div className="admin-two">
          <span>{eventText(event, webhookTexts.en, say)}</span>
          <code className="faint small">{event}</code>
        </div>
      ),
    },
    {
      key: 'time',
      title: say('time'),
      cell: ({ createdAt }) => <span className="admin-when">{exactTimeText(createdAt, { locale, timeZone })}</span>,
    },
    { key: 'result', title: say('result'), cell: (delivery) => <Result delivery={delivery} /> },
    { key: 'attempts', title: say('attempts'), isNumber: true, cell: ({ attempts }) => attempts },
    {
      key: 'took',
      title: say('took'),
      isNumber: true,
      cell: ({ lastTookMs }) =>
        lastTookMs === undefined ? '—' : say('tookMs', { ms: lastTookMs.toLocaleString(locale) }),
    },
    {
      key: 'acts',
      title: '',
      cell: (delivery) => <RowButtons delivery={delivery} {...{ onOpen, onReplay }} />,
    },
  ];
}

function RowButtons({ delivery, onOpen, onReplay }: Acts & { delivery: Delivery }) {
  const { say } = useTexts(webhookTexts);
  const event = eventText(delivery.event, webhookTexts.en, say);
  return (
    <div className="admin-buttons">
      <button
        type="button"
        className="button small quiet"
        aria-label={say('detailsOf', { event })}
        data-testid="details"
        onClick={() => onOpen(delivery)}
      >
        {say('details')}
      </button>
      <button
        type="button"
        className="button small quiet"
        aria-label={say('replayOf', { event })}
        data-testid="replay"
        onClick={() => onReplay(delivery)}
      >
        <Send size={16} aria-hidden="true" />
        {say('replay')}
      </button>
    </div>
  );
}
