import { Send } from 'lucide-react';
import { Dialog } from '../../ui/dialog.tsx';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { CopyText, Fact, Facts, LoadTrouble } from '../traffic/parts.tsx';
import { exactTimeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { Loading } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import type { Delivery, DeliveryWithBody, WebhooksApi } from './api.ts';
import { eventText, readable } from './core/results.ts';
import { Result } from './result.tsx';
import { webhookTexts } from './text.ts';

interface DeliveryDialogProps {
  ports: AdminPorts;
  api: WebhooksApi;
  webhook: string;
  id: string;
  onReplay(delivery: Delivery): void;
  onClose(): void;
}

export function DeliveryDialog({ ports, api, webhook, id, onReplay, onClose }: DeliveryDialogProps) {
  const { say } = useTexts(webhookTexts);
  const shared = useTexts(sharedTexts);
  const { value, problem, reload } = useApiQuery(['delivery', webhook, id], () => api.delivery(webhook, id));
  const title = value === undefined ? say('details') : eventText(value.event, webhookTexts.en, say);
  return (
    <Dialog title={title} className="wide" onClose={onClose}>
      <div className="dialog-fields">
        {problem !== undefined ? <LoadTrouble problem={problem} onRetry={reload} /> : null}
        {value === undefined && problem === undefined ? <Loading /> : null}
        {value === undefined ? null : <LoadedDelivery delivery={value} timeZone={ports.timeZone} />}
        <div className="dialog-buttons sticky">
          <button type="button" className="button quiet" onClick={onClose}>
            {shared.say('close')}
          </button>
          {value === undefined ? null : (
            <button type="button" className="button primary" onClick={() => onReplay(value)}>
              <Send size={16} aria-hidden="true" />
              {say('replay')}
            </button>
          )}
        </div>
      </div>
    </Dialog>
  );
}

function LoadedDelivery({ delivery, timeZone }: { delivery: DeliveryWithBody; timeZone: string }) {
  const { say, locale } = useTexts(webhookTexts);
  const reader = { locale, timeZone };
  const { lastStatus = 0, lastTookMs, body } = delivery;
  const answer = lastStatus > 0 ? say('answerStatus', { status: lastStatus }) : say('answerNone');
  return (
    <>
      <Facts>
        <Fact name={say('result')}>
          <Result delivery={delivery} />
        </Fact>
        <Fact name={say('time')}>{exactTimeText(delivery.createdAt, reader)}</Fact>
        <Fact name={say('attempts')}>{delivery.attempts}</Fact>
        <Fact name={say('answer')}>{delivery.attempts === 0 ? '' : answer}</Fact>
        <Fact name={say('took')}>
          {lastTookMs === undefined ? '' : say('tookMs', { ms: lastTookMs.toLocaleString(locale) })}
        </Fact>
        <Fact name={say('next')}>{delivery.state === 'pending' ? exactTimeText(delivery.nextAt, reader) : ''}</Fact>
        <Fact name={say('doneAt')}>{exactTimeText(delivery.doneAt, reader)}</Fact>
        <Fact name={say('event')}>
          <code>{delivery.event}</code>
        </Fact>
        <Fact name={say('eventId')}>
          <code>{delivery.eventId}</code>
        </Fact>
        <Fact name={say('sequence')}>{delivery.sequence}</Fact>
      </Facts>
      <div className="field">
        <span className="field-label">{say('body')}</span>
        {body === undefined ? (
          <p className="faint">{say('bodyGone')}</p>
        ) : (
          <>
            <section className="admin-code bordered rounded-m" aria-label={say('body')}>
              {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
              <pre tabIndex={0}>{readable(body)}</pre>
            </section>
            <div>
              <CopyText text={body} label={say('copyBody')} />
            </div>
          </>
        )}
        <span className="field-hint">{say('answerHint')}</span>
      </div>
    </>
  );
}
