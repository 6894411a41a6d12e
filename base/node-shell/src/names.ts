// Addresses of names that others choose. Node's `lookup` waits in threads, and libuv gives all names two of them: eight
// names of which no server said anything kept every other name waiting for 40 s. Asked by c-ares, names wait for their
// own servers alone.
import { Resolver, lookup as systemLookup } from 'node:dns/promises';

/** Addresses of a name, the preferred ones first. */
export type Lookup = (host: string) => Promise<readonly { readonly address: string }[]>;

/** Of one question; doubled for the second: 3 s, less than dialling waits for a name. */
const ANSWER_MS = 1000;
const TRIES = 2;
/** The servers know none, and say so at once. The file of hosts and search domains, which c-ares does not read, may. */
const UNKNOWN = new Set(['ENOTFOUND', 'ENODATA', 'ECONNREFUSED']);

export interface NamesOptions {
  /** `ADDRESS:PORT`; absent: those of the system. */
  readonly servers?: readonly string[];
  readonly answerMs?: number;
  /** For names that the servers do not know; absent: the system's. */
  readonly system?: Lookup;
}

/** IPv4 first. Rejects with the error of a server, or the system's for a name that no server knows. */
export function names({ servers, answerMs = ANSWER_MS, system = ofSystem }: NamesOptions = {}): Lookup {
  return async (host) => {
    // A new one reads which servers the system has now.
    const resolver = new Resolver({ timeout: answerMs, tries: TRIES });
    if (servers !== undefined) resolver.setServers(servers);
    const asked = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = asked.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
    if (found.length > 0) return found.map((address) => ({ address }));
    const failures = asked.flatMap((each) =>
      each.status === 'rejected' ? [each.reason as NodeJS.ErrnoException] : [],
    );
    const failure = failures.find(({ code = '' }) => !UNKNOWN.has(code));
    if (failure !== undefined) throw failure;
    return system(host);
  };
}

const ofSystem: Lookup = (host) => systemLookup(host, { all: true });
