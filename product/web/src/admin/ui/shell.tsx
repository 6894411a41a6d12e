import {
  Activity,
  ChartColumn,
  Clapperboard,
  Gauge,
  KeyRound,
  type LucideIcon,
  Settings,
  UsersRound,
  Webhook,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { CONTENT_ID, SectionNav } from '../../account/ui/navigation.tsx';
import { adminPath, type Section } from '../core/route.ts';
import { useTexts } from '../text.ts';
import { sharedTexts } from './texts.ts';

const icons: Readonly<Record<Section, LucideIcon>> = {
  users: UsersRound,
  rooms: Activity,
  reports: ChartColumn,
  recordings: Clapperboard,
  sla: Gauge,
  keys: KeyRound,
  webhooks: Webhook,
  settings: Settings,
};

interface ShellProps {
  /** Header with the signed-in user. */
  head: ReactNode;
  sections: readonly Section[];
  section: Section;
  children: ReactNode;
}

/** Frame of the administration pages. */
export function AdminShell({ head, sections, section, children }: ShellProps) {
  const { say } = useTexts(sharedTexts);
  return (
    <div className="account admin">
      {head}
      <SectionNav
        label={say('menu')}
        icons={icons}
        current={section}
        sections={sections.map((name) => ({ name, href: adminPath({ section: name }), text: say(name) }))}
      />
      <main id={CONTENT_ID} tabIndex={-1} className="admin-body admin-main content-start min-w-0 mx-auto">
        {sections.includes(section) ? children : <p className="admin-empty">{say('notAllowed')}</p>}
      </main>
    </div>
  );
}

export function PageTitle({ title, lead, children }: { title: string; lead?: string; children?: ReactNode }) {
  return (
    <div className="admin-title in-row flex-wrap justify-between gap-3">
      <div>
        <h1>{title}</h1>
        {lead === undefined ? null : <p className="faint">{lead}</p>}
      </div>
      {children === undefined ? null : <div className="account-actions flex">{children}</div>}
    </div>
  );
}
