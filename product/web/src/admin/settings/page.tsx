import { Download, Mail, MailX } from 'lucide-react';
import { type ReactNode, useMemo } from 'react';
import type { AdminPorts } from '../ports.ts';
import { useTexts } from '../text.ts';
import { type ApiQuery, useApiQuery } from '../ui/queries.ts';
import { PageTitle } from '../ui/shell.tsx';
import { Loading } from '../ui/table.tsx';
import { sharedTexts } from '../ui/texts.ts';
import { AdminTrouble } from '../ui/trouble.tsx';
import '../../styles/admin-people.css';
import { downloads, SettingsApi } from './api.ts';
import { AuditCard } from './audit-card.tsx';
import { BrandingCard } from './branding-card.tsx';
import { RetentionCard } from './retention-card.tsx';
import { settingsTexts } from './text.ts';
import { UploadsCard } from './uploads-card.tsx';
import { WallCard } from './wall-card.tsx';

export function SettingsPage({ ports }: { ports: AdminPorts; id?: string | undefined }) {
  const { say } = useTexts(settingsTexts);
  const { client, run, me } = ports;
  const api = useMemo(() => new SettingsApi({ client, run }), [client, run]);
  const tenant = useApiQuery(['tenant'], api.tenant);
  const retention = useApiQuery(['retention'], api.retention);
  return (
    <>
      <PageTitle title={say('title')} lead={say('lead')} />
      <Card id="organisation" title={say('organisation')} lead={say('organisationLead')}>
        <WhenLoaded of={tenant}>
          {(value) => <BrandingCard key={value.value.id} api={api} tenant={value} onSaved={tenant.set} />}
        </WhenLoaded>
      </Card>
      <Card id="mail" title={say('mail')}>
        <WhenLoaded of={tenant}>{({ value }) => <MailState isOn={value.mail} />}</WhenLoaded>
      </Card>
      <Card id="wall" title={say('wall')} lead={say('wallLead')}>
        <WhenLoaded of={tenant}>
          {(value) => <WallCard key={value.value.id} api={api} tenant={value} onSaved={tenant.set} />}
        </WhenLoaded>
      </Card>
      <Card id="retention" title={say('retention')} lead={say('retentionLead')}>
        <WhenLoaded of={retention}>
          {(kept) => <RetentionCard api={api} saved={kept} onSaved={retention.set} />}
        </WhenLoaded>
      </Card>
      {me.scopes.includes('library:write') ? (
        <Card id="uploads" title={say('uploads')} lead={say('uploadsLead')}>
          <UploadsCard api={api} ports={ports} />
        </Card>
      ) : null}
      <Card id="export" title={say('export')} lead={say('exportText')}>
        <a className="button quiet justify-self-start" href={downloads.export} download data-testid="export">
          <Download size={18} aria-hidden="true" />
          {say('exportButton')}
        </a>
      </Card>
      {me.scopes.includes('audit:read') ? (
        <Card id="audit" title={say('audit')} lead={say('auditLead')}>
          <AuditCard api={api} ports={ports} />
        </Card>
      ) : null}
    </>
  );
}

function Card(props: { id: string; title: string; lead?: string; children: ReactNode }) {
  const { id, title, lead, children } = props;
  return (
    <section className="admin-card" aria-labelledby={`card-${id}`} data-testid={`card-${id}`}>
      <div>
        <h2 id={`card-${id}`}>{title}</h2>
        {lead === undefined ? null : <p className="faint">{lead}</p>}
      </div>
      {children}
    </section>
  );
}

function WhenLoaded<T>({ of, children }: { of: ApiQuery<T>; children(value: T): ReactNode }) {
  const { say } = useTexts(sharedTexts);
  const { value, problem, reload } = of;
  if (problem !== undefined)
    return (
      <AdminTrouble title={say('failed')} error={problem}>
        <button type="button" className="button small" onClick={reload}>
          {say('retry')}
        </button>
      </AdminTrouble>
    );
  return value === undefined ? <Loading /> : children(value);
}

function MailState({ isOn }: { isOn: boolean }) {
  const { say } = useTexts(settingsTexts);
  const Icon = isOn ? Mail : MailX;
  return (
    <p className="mail-state flex gap-3">
      <Icon size={20} aria-hidden="true" />
      <span>{say(isOn ? 'mailOn' : 'mailOff')}</span>
    </p>
  );
}
