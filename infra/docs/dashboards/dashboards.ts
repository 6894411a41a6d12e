import { api } from './api.ts';
import { centre } from './centre.ts';
import { type Dashboard, dashboardJson } from './dashboard.ts';
import { gateways } from './gateways.ts';
import { library } from './library.ts';
import { links } from './links.ts';
import { mediaNodes } from './media-nodes.ts';
import { overview } from './overview.ts';

const dashboards: readonly Dashboard[] = [overview, mediaNodes, centre, links, gateways, library, api];

/** Returns the dashboards by path in the repository. */
export const dashboardFiles = (): Record<string, { text: string; faults: string[] }> =>
  Object.fromEntries(
    dashboards.map((one) => [`infra/grafana/${one.name}.json`, { text: dashboardJson(one), faults: [] }]),
  );
