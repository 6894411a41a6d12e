import { Activity, ChartColumn, Gauge, KeyRound, type LucideIcon, Settings, UsersRound, Webhook } from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { adminPath, type Section } from '../core/route.ts';
import { useTexts } from '../text.ts';
import { sharedTexts } from './texts.ts';

const icons: Readonly<Record<Section, LucideIcon>> = {
  users: UsersRound,
  rooms: Activity,
  reports: ChartColumn,
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

const show = (link: HTMLElement | null): void => link?.scrollIntoView({ block: 'nearest', inline: 'center' });

/** Frame of the administration pages: the menu beside the page, on a phone above it. */
export function AdminShell({ head, sections, section, children }: ShellProps) {
  const { say } = useTexts(sharedTexts);
  const nav = useRef<HTMLElement>(null);
  useEffect(() => {
    // On a phone the menu is wider than the window, so the open page's entry scrolls to the middle.
    const currentEntry = nav.current?.querySelector<HTMLElement>(`[href="${adminPath({ section })}"]`);
    if (nav.current === null || currentEntry === null || currentEntry === undefined) return;
    nav.current.scrollLeft = currentEntry.offsetLeft - (nav.current.clientWidth - currentEntry.offsetWidth) / 2;
  }, [section]);
  return (
    <div className="account admin">
      {head}
      <div className="admin-body grid gap-5 mx-auto">
        <nav ref={nav} className="admin-nav grid gap-2px" aria-label={say('menu')}>
          {sections.map((one) => {
            const Icon = icons[one];
            return (
              <a
                key={one}
                href={adminPath({ section: one })}
                aria-current={one === section ? 'page' : undefined}
                ref={one === section ? show : undefined}
              >
                <Icon size={18} aria-hidden="true" />
                {say(one)}
              </a>
            );
          })}
        </nav>
        <main className="admin-main content-start min-w-0">
          {sections.includes(section) ? children : <p className="admin-empty">{say('notAllowed')}</p>}
        </main>
      </div>
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
