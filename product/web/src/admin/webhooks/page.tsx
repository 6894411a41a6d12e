import { Plus } from 'lucide-react';
import { useMemo, useState, useSyncExternalStore } from 'react';
import { adminPath } from '../core/route.ts';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { State } from '../traffic/parts.tsx';
import { timeText } from '../traffic/when.ts';
import { useList } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { type Column, ListTable } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { type Webhook, WebhooksApi } from './api.ts';
import { emptyForm } from './core/form.ts';
import { eventsText, resultOf, stateOf } from './core/results.ts';
import { WebhookFormDialog } from './form-dialog.tsx';
import { WebhookPage } from './one.tsx';
import { SecretDialog } from './secret-dialog.tsx';
import { Secrets } from './secrets.ts';
import { webhookTexts } from './text.ts';

export function WebhooksPage({ ports, id }: { ports: AdminPorts; id?: string | undefined }) {
  const api = useMemo(() => new WebhooksApi(ports), [ports]);
  return id === undefined ? <List ports={ports} api={api} /> : <WebhookPage {...{ ports, api, id }} />;
}

function List({ ports, api }: { ports: AdminPorts; api: WebhooksApi }) {
  const { say } = useTexts(webhookTexts);
  const shared = useTexts(sharedTexts);
  const list = useList(['webhooks'], api.list);
  const columns = useColumns(ports.timeZone);
  const [secrets] = useState(() => new Secrets());
  const shown = useSyncExternalStore(secrets.shown.subscribe, secrets.shown.get);
  // Idempotency key of a form: a second press of its button creates no second webhook.
  const [formKey, setFormKey] = useState<string>();
  const add = (
    <button type="button" className="button primary" data-testid="add" onClick={() => setFormKey(crypto.randomUUID())}>
      <Plus size={18} aria-hidden="true" />
      {say('add')}
    </button>
  );
  return (
    <>
      <PageTitle title={shared.say('webhooks')} lead={say('lead')}>
        {add}
      </PageTitle>
      <ListTable
        label={shared.say('webhooks')}
        {...{ list, columns }}
        keyOf={(hook) => hook.id}
        empty={<p>{say('empty')}</p>}
      />
      {formKey === undefined ? null : (
        <WebhookFormDialog
          api={api}
          title={say('newTitle')}
          button={say('add')}
          form={emptyForm}
          mayListKeys={ports.me.scopes.includes('keys:admin')}
          save={async (body) => {
            secrets.take(await api.create(body, formKey), false);
            list.reload();
          }}
          onClose={() => setFormKey(undefined)}
        />
      )}
      {shown === undefined ? null : <SecretDialog shown={shown} onClose={() => secrets.close()} />}
    </>
  );
}

function useColumns(timeZone: string): readonly Column<Webhook>[] {
  const { say, locale } = useTexts(webhookTexts);
  return useMemo(
    () => [
      {
        key: 'address',
        title: say('address'),
        cell: ({ id, url, description }) => (
          <div className="admin-two">
            <a href={adminPath({ section: 'webhooks', id })}>{url}</a>
            {description === '' ? null : <span className="faint small">{description}</span>}
          </div>
        ),
      },
      { key: 'events', title: say('events'), cell: (hook) => <span className="nowrap">{eventsText(hook, say)}</span> },
      {
        key: 'state',
        title: say('state'),
        cell: (hook) => {
          const { tone, text } = stateOf(hook, say);
          return <State tone={tone}>{text}</State>;
        },
      },
      {
        key: 'last',
        title: say('last'),
        cell: ({ lastDelivery }) => {
          if (lastDelivery === undefined) return <span className="faint">{say('never')}</span>;
          const { tone, text } = resultOf(lastDelivery, say);
          return (
            <div className="admin-two">
              <State tone={tone}>{text}</State>
              <span className="faint small nowrap">{timeText(lastDelivery.createdAt, { locale, timeZone })}</span>
            </div>
          );
        },
      },
    ],
    [say, locale, timeZone],
  );
}
