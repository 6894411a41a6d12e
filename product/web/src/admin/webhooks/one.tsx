import { KeyRound, Pause, Pencil, Play, Send, Trash2 } from 'lucide-react';
import { useState, useSyncExternalStore } from 'react';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { BackLink, Fact, Facts, LoadTrouble, Outcome, State } from '../traffic/parts.tsx';
import { timeText } from '../traffic/when.ts';
import { useApiQuery } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { Loading } from '../ui/table.tsx';
import type { Attempt, Webhook, WebhooksApi } from './api.ts';
import { formOf } from './core/form.ts';
import { eventText, failureTextOf, stateOf } from './core/results.ts';
import { Deliveries } from './deliveries.tsx';
import { WebhookFormDialog } from './form-dialog.tsx';
import { type QuestionKind, WebhookQuestion } from './question.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { Secrets } from './secrets.ts';
import { webhookTexts } from './text.ts';

interface WebhookPageProps {
  ports: AdminPorts;
  api: WebhooksApi;
  id: string;
}

export function WebhookPage({ ports, api, id }: WebhookPageProps) {
  const { value, problem, reload, set } = useApiQuery(['webhook', id], () => api.get(id));
  return (
    <>
      <BackLink section="webhooks" />
      {problem !== undefined ? (
        <LoadTrouble problem={problem} onRetry={reload} />
      ) : value === undefined ? (
        <Loading />
      ) : (
        <LoadedWebhook {...{ ports, api }} hook={value} onChanged={set} />
      )}
    </>
  );
}

interface KnownProps {
  ports: AdminPorts;
  api: WebhooksApi;
  hook: Webhook;
  onChanged(hook: Webhook): void;
}

function LoadedWebhook({ ports, api, hook, onChanged }: KnownProps) {
  const { say } = useTexts(webhookTexts);
  const [question, setQuestion] = useState<QuestionKind | 'edit'>();
  const [tested, setTested] = useState<Tested>();
  const [secrets] = useState(() => new Secrets());
  const shown = useSyncExternalStore(secrets.shown.subscribe, secrets.shown.get);
  const close = (): void => setQuestion(undefined);
  const test = (): void => {
    setTested('running');
    api.test(hook.id).then(setTested, (error: unknown) => setTested({ problem: error }));
  };
  return (
    <>
      <PageTitle title={hook.description === '' ? new URL(hook.url).host : hook.description} lead={hook.url} />
      <Tools hook={hook} isTesting={tested === 'running'} onTest={test} onAsk={setQuestion} />
      <TestResult tested={tested} onRetry={test} />
      <HookFacts hook={hook} timeZone={ports.timeZone} />
      <Deliveries {...{ ports, api }} webhook={hook.id} />
      {question === 'edit' ? (
        <WebhookFormDialog
          api={api}
          title={say('editTitle')}
          button={say('save')}
          form={formOf(hook)}
          mayListKeys={ports.me.scopes.includes('keys:admin')}
          save={async (body) => onChanged(await api.change(hook.id, body))}
          onClose={close}
        />
      ) : question === undefined ? null : (
        <WebhookQuestion
          {...{ api, hook, question, secrets, onChanged }}
          onRemoved={() => location.assign(adminPath({ section: 'webhooks' }))}
          onClose={close}
        />
      )}
      {shown === undefined ? null : <SecretDialog shown={shown} onClose={() => secrets.close()} />}
    </>
  );
}

type Tested = 'running' | Attempt | { readonly problem: unknown } | undefined;

interface ToolsProps {
  hook: Webhook;
  isTesting: boolean;
  onTest(): void;
  onAsk(asked: QuestionKind | 'edit'): void;
}

function Tools({ hook, isTesting, onTest, onAsk }: ToolsProps) {
  const { say } = useTexts(webhookTexts);
  return (
    <div className="admin-tools">
      <button type="button" className="button small primary" data-testid="test" disabled={isTesting} onClick={onTest}>
        <Send size={16} aria-hidden="true" />
        {say('test')}
      </button>
      <button type="button" className="button small quiet" data-testid="edit" onClick={() => onAsk('edit')}>
        <Pencil size={16} aria-hidden="true" />
        {say('edit')}
      </button>
      <button type="button" className="button small quiet" onClick={() => onAsk(hook.enabled ? 'pause' : 'resume')}>
        {hook.enabled ? <Pause size={16} aria-hidden="true" /> : <Play size={16} aria-hidden="true" />}
        {say(hook.enabled ? 'pause' : 'resume')}
      </button>
      <button type="button" className="button small quiet" data-testid="rotate" onClick={() => onAsk('rotate')}>
        <KeyRound size={16} aria-hidden="true" />
        {say('rotate')}
      </button>
      <button
        type="button"
        className="button small quiet danger-text"
        data-testid="remove"
        onClick={() => onAsk('remove')}
      >
        <Trash2 size={16} aria-hidden="true" />
        {say('remove')}
      </button>
    </div>
  );
}

function TestResult({ tested, onRetry }: { tested: Tested; onRetry(): void }) {
  const { say } = useTexts(webhookTexts);
  if (tested === undefined || tested === 'running') return null;
  if ('problem' in tested) return <LoadTrouble problem={tested.problem} onRetry={onRetry} />;
  const { delivered, status, error, tookMs } = tested;
  return (
    <Outcome tone={delivered ? 'good' : 'bad'} title={say(delivered ? 'tested' : 'testFailed')}>
      {failureTextOf(status, error, say) ?? say('testedText', { status, ms: tookMs })}
    </Outcome>
  );
}

function HookFacts({ hook, timeZone }: { hook: Webhook; timeZone: string }) {
  const { say, locale } = useTexts(webhookTexts);
  const { tone, text } = stateOf(hook, say);
  const events = hook.events.map((event) => eventText(event, webhookTexts.en, say));
  return (
    <div className="admin-card">
      <Facts>
        <Fact name={say('state')}>
          <span className="admin-two">
            <State tone={tone}>{text}</State>
            {hook.disabledReason === 'gone' ? <span className="faint small">{say('goneText')}</span> : null}
          </span>
        </Fact>
        <Fact name={say('events')}>{events.length === 0 ? say('everything') : <EventList events={events} />}</Fact>
        <Fact name={say('format')}>{say(`format.${hook.format}`)}</Fact>
        {hook.signer === '' ? null : (
          <Fact name={say('signer')}>
            <code>{hook.signer}</code>
          </Fact>
        )}
        <Fact name={say('made')}>{timeText(hook.createdAt, { locale, timeZone })}</Fact>
        <Fact name={say('changed')}>{timeText(hook.updatedAt, { locale, timeZone })}</Fact>
        <Fact name={say('id')}>
          <code>{hook.id}</code>
        </Fact>
      </Facts>
    </div>
  );
}

function EventList({ events }: { events: readonly string[] }) {
  return (
    <ul>
      {events.map((event) => (
        <li key={event}>{event}</li>
      ))}
    </ul>
  );
}
