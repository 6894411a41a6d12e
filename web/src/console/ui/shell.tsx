import { BellRing, Globe, LayoutGrid, type LucideIcon, PhoneCall, Presentation, Server } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTexts } from '../../admin/text.ts';
import { consolePath, type MenuPage } from '../core/route.ts';
import { frameTexts } from '../text.ts';

const icons: Readonly<Record<MenuPage, LucideIcon>> = {
  map: Globe,
  alarms: BellRing,
  fleet: Server,
  rooms: Presentation,
  dial: PhoneCall,
  wall: LayoutGrid,
};

interface ShellProps {
  /** Of the signed-in user. */
  head: ReactNode;
  entries: readonly MenuPage[];
  entry: MenuPage | undefined;
  children: ReactNode;
}

/** The frame of the console: the menu below the head, the page over the whole width. */
export function ConsoleShell({ head, entries, entry, children }: ShellProps) {
  const { say } = useTexts(frameTexts);
  return (
    <div className="account admin console">
      {head}
      <nav className="console-nav" aria-label={say('menu')} hidden={entries.length === 0}>
        {entries.map((one) => {
          const Icon = icons[one];
          return (
            <a key={one} href={consolePath({ page: one })} aria-current={one === entry ? 'page' : undefined}>
              <Icon size={18} aria-hidden="true" />
              {say(one)}
            </a>
          );
        })}
      </nav>
      <main className="console-main">{children}</main>
    </div>
  );
}
