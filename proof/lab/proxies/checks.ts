// Checks that clients behind a proxy cannot make up their addresses, and that bodies and streams pass it unchanged.

import type { Metrics } from '../../support/case.ts';
import { clientIp, serverIp } from '../../test/support/net.ts';
import { until } from '../../test/support/poll.ts';
import type { Call } from '../two-servers/call.ts';
import type { Prepared, RequestResult } from './inside.ts';
import { domain, type otherClients, policyHosts, type Stage, trustedUrls } from './stage.ts';

export interface Outcome {
  readonly metrics: Metrics;
  readonly missed: readonly string[];
}

const page = `https://${domain}`;
/** Numbers of requests above the limits of an address, which are 50 refused proofs, 50 openings and 100 entries. */
const requestCounts = { proofs: 80, openings: 80, entries: 160 };
/** Longest time for which a proxy may hold a piece of a stream. One that fills its buffers holds it for 0.3 s. */
const HELD_MS_MAX = 150;
const FLOW_MS = 5000;
const PLAYS_LIMIT_MS = 30_000;
/** Sizes below and above the api's limit (`restBodyBytesMax`), which is below the limit of the proxies. */
const bodyBytes = { taken: 250 * 1024, refused: 300 * 1024 };

const direct = {
  api: `http://${serverIp}:7810`,
  gateway: `http://${serverIp}:7820`,
  signaling: `http://${serverIp}:7880`,
};

const count = ({ statuses }: RequestResult, status: number): number => statuses[status] ?? 0;

/** Checks that rate limits count a client's requests under its real address. Each client has made no requests yet. */
export async function ratesHold(stage: Stage, [first, second, third]: typeof otherClients): Promise<Outcome> {
  const wrong = { headers: { authorization: 'Bearer wrong' }, forges: true, times: requestCounts.proofs };
  const api = '/api/v1/rooms';
  const [proxied, past, freshClient, control] = [
    await stage.act('client', 'ask', Object.assign({ url: page + api, from: first }, wrong)),
    await stage.act('client', 'ask', Object.assign({ url: direct.api + api, from: second }, wrong)),
    await stage.act('client', 'ask', Object.assign({ url: page + api, from: third }, wrong, { times: 1 })),
    await stage.act('server', 'ask', Object.assign({ url: trustedUrls.api + api }, wrong)),
  ];
  const opens = { forges: true, times: requestCounts.openings };
  const flv = '/live/none.flv';
  const openedProxied = await stage.act('client', 'ask', Object.assign({ url: page + flv, from: first }, opens));
  const openedPast = await stage.act(
    'client',
    'ask',
    Object.assign({ url: direct.gateway + flv, from: second }, opens),
  );
  const enters = { forges: true, times: requestCounts.entries };
  const entry = '/v1/entry';
  const enteredProxied = await stage.act('client', 'ask', Object.assign({ url: page + entry, from: first }, enters));
  const enteredPast = await stage.act(
    'client',
    'ask',
    Object.assign({ url: direct.signaling + entry, from: second }, enters),
  );
  const limited = { proxied, past, openedProxied, openedPast, enteredProxied, enteredPast };
  const missed = Object.entries(limited).flatMap(([name, asked]) =>
    count(asked, 429) > 0 ? [] : [`${name}: made-up addresses were believed: ${JSON.stringify(asked.statuses)}`],
  );
  if (count(freshClient, 401) !== 1)
    missed.push(`another client pays for the first: ${JSON.stringify(freshClient.statuses)}`);
  // For comparison, the api must believe a trusted proxy's header; otherwise the checks above pass by accident.
  if (count(control, 429) > 0) missed.push('the api believes no proxy');
  const refused = Object.fromEntries(Object.entries(limited).map(([name, asked]) => [name, count(asked, 429)]));
  return { metrics: refused, missed };
}

/** Checks that the audit log has the client's real address, and that links lead to the page. */
export async function auditHolds(stage: Stage): Promise<Outcome> {
  const headers = { authorization: stage.authorization(), 'content-type': 'application/json' };
  const body = JSON.stringify({ room: 'audited' });
  const missed: string[] = [];
  for (const url of [page, direct.api]) {
    const asking = { url: `${url}/api/v1/join-links`, method: 'POST', headers, body, forges: true, from: clientIp };
    const made = await stage.act('client', 'ask', asking);
    const link = (JSON.parse(made.body) as { url?: string }).url ?? made.body;
    if (!link.startsWith(`${page}/j/`)) missed.push(`a link made at ${url} leads to ${new URL(link).origin}`);
    const log = await stage.act('client', 'ask', { url: `${page}/api/v1/audit`, headers });
    const [newest] = (JSON.parse(log.body) as { data: { address?: string; operation?: string }[] }).data;
    if (newest?.address !== clientIp) missed.push(`the audit log has ${newest?.address} of a client at ${url}`);
  }
  return { metrics: {}, missed };
}

/** Checks that the centre locates a client by its real address. */
export async function locationsHold(stage: Stage): Promise<Outcome> {
  const { clusterToken, ...company } = stage.secrets();
  const sourceOf = async (side: 'server' | 'client', entryUrl: string, forges: boolean): Promise<string> => {
    const given = Object.assign(
      { url: page, room: 'located', identity: `p${Math.random()}`, entryUrl, forges },
      company,
    );
    const { decisionId } = await stage.act(side, 'join', given);
    const headers = { authorization: `Bearer ${clusterToken}` };
    const { body } = await stage.act('server', 'ask', {
      url: `http://127.0.0.1:7001/v1/decisions/${decisionId}`,
      headers,
    });
    return (JSON.parse(body) as { location: { source: string } }).location.source;
  };
  const honest = await sourceOf('client', page, false);
  const believed = await sourceOf('server', trustedUrls.signaling, true);
  const missed = believed === honest ? [`a location of a made-up address cannot be told from ${honest}`] : [];
  for (const url of [page, direct.signaling]) {
    const source = await sourceOf('client', url, true);
    if (source !== honest) missed.push(`a client at ${url} that makes up its address is located by ${source}`);
  }
  return { metrics: {}, missed };
}

/** Checks that bodies up to the api's limit reach it, and that the api, not the proxy, refuses larger ones. */
export async function bodiesPass(stage: Stage): Promise<Outcome> {
  const headers = { authorization: stage.authorization(), 'content-type': 'application/json' };
  const codeOf = async (bytes: number): Promise<string> => {
    const asking = { url: `${page}/api/v1/join-links`, method: 'POST', headers, bodyBytes: bytes };
    const asked = await stage.act('client', 'ask', asking);
    // A proxy's own refusal is an HTML page without a code.
    return /"code":"(\w+)"/.exec(asked.body)?.[1] ?? Object.keys(asked.statuses).join();
  };
  const codes = [await codeOf(bodyBytes.taken), await codeOf(bodyBytes.refused)];
  const isGood = codes.join() === 'REQUEST_INVALID,BODY_TOO_LARGE';
  return { metrics: {}, missed: isGood ? [] : [`large bodies are answered ${codes.join(', ')}`] };
}

/** Checks that FLV and HLS pass the proxy. The picture enters by RTMP, which does not pass it. */
export async function streamsPass(stage: Stage, { publishUrl, flv, hls }: Prepared): Promise<Outcome> {
  const missed: string[] = [];
  if (!publishUrl.startsWith(`rtmp://${domain}:1935/`)) missed.push(`RTMP goes to ${new URL(publishUrl).host}`);
  for (const url of [flv, hls]) if (!url.startsWith(`${page}/`)) missed.push(`a stream is at ${new URL(url).origin}`);
  const end = stage.clients.encode('client-1', publishUrl);
  try {
    const plays = async (url: string): Promise<boolean> =>
      count(await stage.act('client', 'ask', { url, headers: { connection: 'close' } }), 200) === 1;
    await until('HLS has begun', () => plays(hls), PLAYS_LIMIT_MS);
    const [through, past] = await Promise.all([
      stage.act('client', 'flow', { url: flv, ms: FLOW_MS }),
      stage.act('client', 'flow', { url: flv.replace(page, direct.gateway), ms: FLOW_MS }),
    ]);
    if (through.status !== 200 || !(through.longestGapMs <= past.longestGapMs + HELD_MS_MAX))
      missed.push(`FLV is held back: ${JSON.stringify(through)}, and past the proxy ${JSON.stringify(past)}`);
    const metrics = { flvFirstMs: through.firstMs, flvGapMs: through.longestGapMs, flvGapPastMs: past.longestGapMs };
    return { metrics, missed };
  } finally {
    end();
  }
}

/** Checks that the page may connect to hosts below the named domain, and to no others. */
export async function policyHolds({ people }: Call): Promise<Outcome> {
  const fates = await people[0]?.page.evaluate(
    async (hosts) => {
      const seen: string[] = [];
      for (const host of hosts) {
        const blocked = new Promise<string>((resolve) =>
          addEventListener('securitypolicyviolation', ({ blockedURI }) => {
            if (new URL(blockedURI).hostname === host) resolve('blocked');
          }),
        );
        // All requests fail, since the certificate does not cover these hosts. A host that the policy blocks also
        // causes an event, which comes a moment after the failure.
        const failed = fetch(`https://${host}/v1/entry`).catch(
          () => new Promise((resolve) => setTimeout(resolve, 3000)),
        );
        seen.push(await Promise.race([blocked, failed.then(() => 'asked')]));
      }
      return seen;
    },
    [policyHosts.host, policyHosts.outside],
  );
  const isGood = fates?.join() === 'asked,blocked';
  return { metrics: {}, missed: isGood ? [] : [`hosts within and beyond the page's policy: ${fates?.join(', ')}`] };
}
