// Text of docs/reference.md about location databases, besides the descriptions of their configuration keys.

export const about = `Order, first match wins: \`maxmindFile\`, \`geoCityFiles\`, \`geoCountryFiles\`, \`geoip-lite\` where it is
installed (a clone: \`npm start\` has it; releases and images leave it out, as its data has MaxMind's licence).

**Files are watched** every 2 s, through renames and links. A changed file is validated: it opens; it is not older
(unless \`geoAllowOlder\`); half of the sampled records name a place, as do half of the addresses that the old file
places. Otherwise **the old one stays in use** and the fault is reported: \`location.databases\` of \`GET /v1/fleet\`
(\`problem\`, \`isStale\`, \`ageDays\`), metrics \`geo_problem\`, \`geo_stale\`, \`geo_age_seconds\`. A file older than 60 days is
stale, and still used.

**Refreshing** happens only with \`geoRefresh\`, a list of:`;

export const example = `\`\`\`json
{ "maxmindFile": "/var/lib/meridian/city.mmdb",
  "geoRefresh": [{ "file": "/var/lib/meridian/city.mmdb", "cron": "17 4 * * 2,5", "url": "https://data.example/city.mmdb.gz", "checksumUrl": "https://data.example/city.mmdb.gz.sha256" }] }
\`\`\`
A failed refresh is reported (\`location.refreshes\`, \`geo_refreshes_total\`) and retried at its next time.`;
