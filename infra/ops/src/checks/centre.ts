// Checks that a centre is reachable and that its clock agrees with ours, as certificates are dated.
import { request } from 'node:https';
import { type Finding, fail, ok, warn } from './check.ts';

const ASK_LIMIT_MS = 5000;
/** Certificates are valid from five minutes before their issue; client tokens are checked to the second. */
const OFF_FAIL_MS = 60_000;
const OFF_WARN_MS = 5000;

/** Checks each `HOST:PORT`; one answer is enough. */
export async function centreReached(addresses: readonly string[]): Promise<Finding[]> {
  const findings = await Promise.all(addresses.map(checkCentre));
  const isReached = findings.some(({ level }) => level !== 'fail');
  return isReached ? findings.map((one) => (one.level === 'fail' ? warn(one.what, one.cure ?? '') : one)) : findings;
}

async function checkCentre(address: string): Promise<Finding> {
  let offMs: number;
  try {
    offMs = await clockOffMs(address);
  } catch (error) {
    const what = `the centre at ${address} is not reached: ${(error as Error).message}`;
    return fail(what, `open TCP ${address.slice(address.lastIndexOf(':') + 1)} from this host to the first server`);
  }
  const text = `the centre at ${address} is reached, and its clock is ${Math.abs(offMs / 1000).toFixed(0)} s ${offMs > 0 ? 'behind' : 'ahead of'} ours`;
  if (Math.abs(offMs) >= OFF_FAIL_MS) return fail(text, 'set the clocks by NTP: timedatectl set-ntp true');
  return Math.abs(offMs) >= OFF_WARN_MS ? warn(text, 'set the clocks by NTP: timedatectl set-ntp true') : ok(text);
}

/**
 * Returns how far our clock is ahead of the centre's, by the `Date` of an answer, in whole seconds. Nothing secret is
 * sent, so the certificate is not verified.
 */
function clockOffMs(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(ASK_LIMIT_MS);
    const probe = request(`https://${address}/v1/enrol`, { rejectUnauthorized: false, signal }, (response) => {
      response.resume();
      const serverMs = Date.parse(response.headers.date ?? '');
      if (Number.isNaN(serverMs)) reject(new Error('the answer has no date'));
      else resolve(Date.now() - serverMs - 500); // the header drops half a second on average
    });
    probe.once('error', reject);
    probe.end();
  });
}
