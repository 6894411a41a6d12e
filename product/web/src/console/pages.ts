// Pages of the console. A page missing here has no menu entry.
import { type ComponentType, lazy } from 'react';
import type { ConsolePage } from './core/route.ts';
import type { PageProps } from './ports.ts';

type Pages = { readonly [P in ConsolePage]?: ComponentType<PageProps<P>> };

export const pages: Pages = {
  map: lazy(async () => ({ default: (await import('./map/page.tsx')).MapPage })),
  fleet: lazy(async () => ({ default: (await import('./fleet/page.tsx')).FleetPage })),
  node: lazy(async () => ({ default: (await import('./fleet/node.tsx')).NodePage })),
  rooms: lazy(async () => ({ default: (await import('./rooms/page.tsx')).RoomsPage })),
  room: lazy(async () => ({ default: (await import('./rooms/room-page.tsx')).RoomPage })),
  'past-rooms': lazy(async () => ({ default: (await import('./rooms/past.tsx')).PastRoomsPage })),
  'past-room': lazy(async () => ({ default: (await import('./rooms/past-room.tsx')).PastRoomPage })),
  dial: lazy(async () => ({ default: (await import('./dial/page.tsx')).DialPage })),
  inspection: lazy(async () => ({ default: (await import('./inspection/page.tsx')).InspectionPage })),
  logs: lazy(async () => ({ default: (await import('./logs/page.tsx')).LogsPage })),
  wall: lazy(async () => ({ default: (await import('./wall/page.tsx')).WallPage })),
  report: lazy(async () => ({ default: (await import('./report/page.tsx')).ReportPage })),
  cost: lazy(async () => ({ default: (await import('./cost/page.tsx')).CostPage })),
  alarms: lazy(async () => ({ default: (await import('./alarms/page.tsx')).AlarmsPage })),
  alarm: lazy(async () => ({ default: (await import('./alarms/alarm-page.tsx')).AlarmPage })),
  'alarm-settings': lazy(async () => ({ default: (await import('./alarms/settings.tsx')).AlarmSettingsPage })),
  session: lazy(async () => ({ default: (await import('./session/page.tsx')).SessionPage })),
};
