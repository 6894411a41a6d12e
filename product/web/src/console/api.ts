import type { ConsolePorts } from './ports.ts';

export type Query = Readonly<Record<string, string | number | undefined>>;
type Call = (path: string, init: object) => Promise<{ data?: unknown }>;

/** Calls console endpoints by path below /api/v1, without path parameters. Rejects with MeridianApiError. */
export class ConsoleApi {
  readonly #ports: Pick<ConsolePorts, 'client' | 'run'>;

  constructor(ports: Pick<ConsolePorts, 'client' | 'run'>) {
    this.#ports = ports;
  }

  /** Omits undefined values of `query`. */
  get<T>(path: string, query: Query = {}): Promise<T> {
    return this.#call<T>('GET', path, { params: { query } });
  }

  post<T>(path: string, body: object): Promise<T> {
    return this.#call<T>('POST', path, { body });
  }

  put<T>(path: string, body: object): Promise<T> {
    return this.#call<T>('PUT', path, { body });
  }

  patch<T>(path: string, body: object): Promise<T> {
    return this.#call<T>('PATCH', path, { body });
  }

  async delete(path: string): Promise<void> {
    await this.#call('DELETE', path, {});
  }

  async #call<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, init: object): Promise<T> {
    const { client, run } = this.#ports;
    const call = client.http[method] as unknown as Call;
    return (await run(() => call(path, init))).data as T;
  }
}
