// A small city file in MaxMind's format whose every place has the same name, so that the answer shows which file gave
// it.
import { mmdbBytes, type Value } from './mmdb.ts';

export const HOUR = 3600;
/** 2026-11-01: build time of the first file of a test. */
export const BUILT = 1_793_491_200;

const networks = ['12.0.0.0/8', '80.0.0.0/8', '91.0.0.0/8', '134.60.0.0/16', '200.0.0.0/8', '2a02::/16', '2406::/16'];
export const ADDRESSES = { v4: '91.1.2.3', v6: '2406:3003::1' };

/** `networks`: fewer than all; `record`: in place of a city's. */
export function cityFile(name: string, o: { buildEpoch?: number; networks?: number; record?: Value } = {}): Buffer {
  const city: Value = {
    city: { names: { en: name } },
    country: { iso_code: 'DE', names: { en: 'Germany' } },
    location: { accuracy_radius: 20, latitude: 48.4, longitude: 9.99 },
  };
  const used = networks.slice(0, o.networks ?? networks.length);
  return mmdbBytes({
    databaseType: 'GeoLite2-City',
    buildEpoch: o.buildEpoch ?? BUILT,
    networks: Object.fromEntries(used.map((network) => [network, o.record ?? city])),
  });
}
