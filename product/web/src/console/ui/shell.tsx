import {
  BellRing,
  ChartColumn,
  ClipboardCheck,
  Coins,
  Globe,
  LayoutGrid,
  type LucideIcon,
  PhoneCall,
  Presentation,
  ScrollText,
  Server,
} from 'lucide-react';
import { type ReactNode, useEffect, useRef } from 'react';
import { useTexts } from '../../admin/text.ts';
import { badgeOf } from '../alarms/core/order.ts';
import { useLiveAlarms } from '../alarms/live.tsx';
import { alarmTexts } from '../alarms/text.ts';
import { consolePath, type MenuPage } from '../core/route.ts';
import { frameTexts } from '../text.ts';

const icons: Readonly<Record<MenuPage, LucideIcon>> = {
  map: Globe,
  inspection: ClipboardCheck,
  alarms: BellRing,
  fleet: Server,
  rooms: Presentation,
  logs: ScrollText,
  dial: PhoneCall,
  wall: LayoutGrid,
  report: ChartColumn,
  cost: Coins,
};

interface ShellProps {
  /** Header with the signed-in user. */
  head: ReactNode;
  entries: readonly MenuPage[];
  entry: MenuPage | undefined;
  children: ReactNode;
}

/** Frame of the console: the menu below the header, the page at full width. */
export function ConsoleShell({ head, entries, entry, children }: ShellProps) {
  const { say } = useTexts(frameTexts);
  const current = useRef<HTMLAnchorElement>(null);
  // In a small window the menu is wider than the page, so its current entry must be scrolled into view.
  useEffect(() => current.current?.scrollIntoView({ block: 'nearest', inline: 'center' }), []);
  return (
    <div className="account admin console">
      {head}
      <nav className="console-nav flex gap-2px" aria-label={say('menu')} hidden={entries.length === 0}>
        {entries.map((one) => {
          const Icon = icons[one];
          return (
            <a
              key={one}
              ref={one === entry ? current : undefined}
              href={consolePath({ page: one })}
              aria-current={one === entry ? 'page' : undefined}
            >
              <Icon size={18} aria-hidden="true" />
              {say(one)}
              {one === 'alarms' ? <AlarmCount /> : null}
            </a>
          );
        })}
      </nav>
      <main className="console-main grid gap-5 content-start min-w-0">{children}</main>
    </div>
  );
}

const COUNT_MAX = 99;

function AlarmCount() {
  const { say } = useTexts(alarmTexts);
  const { value } = useLiveAlarms();
  const { count, hasCritical } = badgeOf(value?.alarms ?? []);
  if (count === 0) return null;
  return (
    <span
      className="console-count rounded-full text-s tabular text-center"
      data-critical={hasCritical ? '' : undefined}
    >
      <span aria-hidden="true">
        {hasCritical ? '!' : ''}
        {count > COUNT_MAX ? `${COUNT_MAX}+` : count}
      </span>
      <span className="visually-hidden">{say(hasCritical ? 'badgeCritical' : 'badge', { count })}</span>
    </span>
  );
}
