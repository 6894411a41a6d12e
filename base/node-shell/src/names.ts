// Resolves names that others choose. Node's `lookup` blocks threads, of which libuv gives name lookups two: eight names
// whose servers were silent made every other name wait for 40 s. With c-ares, names wait only for their own servers.
import { Resolver, lookup as systemLookup } from 'node:dns/promises';

export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/** Limit of a query, doubled for the second: 3 s in all, less than dialling waits for a name. */
const ANSWER_MS = 1000;
const TRIES = 2;
/** Errors of servers that know no address; the hosts file and search domains, unknown to c-ares, may. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

export interface NamesOptions {
  /** `ADDRESS:PORT`; default: the system's servers. */
  readonly servers?: readonly string[];
  readonly answerMs?: number;
  readonly system?: Lookup;
}

/** Returns a lookup with IPv4 first. Rejects with a server's error, or the system's for a name that no server knows. */
export function createLookup({ servers, answerMs = ANSWER_MS, system = lookupBySystem }: NamesOptions = {}): Lookup {
  return async (host) => {
    // A new resolver reads the system's present servers.
    const resolver = new Resolver({ timeout: answerMs, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const answers = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = answers.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (found.length > 0) return found.map((address) => ({ address }));
    const failures = answers.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as NodeJS.ErrnoException] : [],
    );
    const failure = failures.find(({ code = '' }) => !UNKNOWN.has(code));
    if (failure !== undefined) throw failure;
    return system(host);
  };
}

const lookupBySystem: Lookup = (host) => systemLookup(host, { all: true });
