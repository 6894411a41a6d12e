// Location databases with their updates: watched files and scheduled refreshes, joined to clock and metrics.
import type { Clock, CloseStack, ConfigIssue, Logger, Rng } from '@meridian/runtime';
import { type GeoChain, openGeo } from './adapters/geo/chain.ts';
import { GeoRefresh, sourceIssues } from './adapters/geo/refresh.ts';
import { updateGeoGauges } from './administration/gauges.ts';
import type { CentreMetrics } from './base/metrics.ts';
import type { SchedulerConfig } from './config.ts';

/** Interval of polling the files. A changed file is in use after two to three polls of at most 17 `stat` calls. */
const POLL_MS = 2000;

export function locationIssues(config: SchedulerConfig): ConfigIssue[] {
  const { maxmindFile, geoCityFiles = [], geoCountryFiles = [], geoAsnFiles, geoRefresh } = config;
  const files = [...geoCityFiles, ...geoCountryFiles, ...geoAsnFiles];
  return sourceIssues(geoRefresh, maxmindFile === undefined ? files : [maxmindFile, ...files]);
}

export interface Location {
  readonly geo: GeoChain;
  readonly refreshes: readonly GeoRefresh[];
  view(): unknown;
}

/** Opens the databases and starts watching and refreshing them, until the close stack ends it. */
export async function openLocation(o: {
  config: SchedulerConfig;
  clock: Clock;
  rng: Rng;
  log: Logger;
  metrics: CentreMetrics;
  closeStack: CloseStack;
}): Promise<Location> {
  const { config, clock, log, metrics, closeStack } = o;
  const { maxmindFile, geoCityFiles: cityFiles, geoCountryFiles: countryFiles, geoAllowOlder: allowOlder } = config;
  const { geoAsnFiles: asnFiles, geoMobileNetworks: mobileNetworks } = config;
  const geo = await openGeo({ maxmindFile, cityFiles, countryFiles, asnFiles, mobileNetworks, allowOlder }, log, {
    wallMs: () => clock.wallMs(),
    // In development, clients have no public address, so the 150 MB of files are rarely needed.
    isLazy: config.developmentCities,
    onReload: (source, outcome) => metrics.geoReloads.inc({ source, outcome }),
  });
  const refreshes = config.geoRefresh.flatMap((source) => {
    const file = geo.files.find((one) => one.file === source.file);
    const onEnd = (outcome: string): void => metrics.geoRefreshes.inc({ outcome });
    return file === undefined ? [] : [new GeoRefresh({ ...o, source, file, onEnd })];
  });
  const gauges = (): void => updateGeoGauges(geo.status(), metrics);
  gauges();
  const timer = clock.every(POLL_MS, () => {
    geo
      .poll()
      .then(gauges, (error: unknown) => log.error({ err: error }, 'the location databases could not be checked'));
  });
  closeStack.add('location databases', () => {
    timer.cancel();
    for (const refresh of refreshes) refresh.close();
  });
  return {
    geo,
    refreshes,
    view: () => ({ databases: geo.status(), refreshes: refreshes.map((refresh) => refresh.status()) }),
  };
}
