// Links of api instances, which dial every signaling node and gateway. Any instance can answer any request.
import { call, isErrorCode, MeridianError, nodeKind, type Rpc } from '@meridian/protocol';
import type { Link } from '@meridian/runtime';

export class ApiLinks {
  readonly #nowMs: () => number;
  /** The instance that answered last comes first. */
  #links: readonly Link[] = [];
  readonly #listeners: ((link: Link) => void)[] = [];

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** True with a link, whether the instance answers or not. */
  get isLinked(): boolean {
    return this.#links.length > 0;
  }

  take(link: Link): void {
    if (link.remote.kind !== nodeKind.api) {
      link.close(`KIND_NOT_PERMITTED: a node of kind ${link.remote.kind} is no api`);
      return;
    }
    this.#links = [link, ...this.#links];
    link.onClose(() => {
      this.#links = this.#links.filter((other) => other !== link);
    });
    for (const listener of this.#listeners) listener(link);
  }

  /** Calls the listener with each later link, before any message of it: attach handlers, and query possible changes. */
  onLink(listener: (link: Link) => void): void {
    this.#listeners.push(listener);
  }

  /**
   * Calls any instance, the next when it is away. Rejects with the code of a refusal; API_UNREACHABLE when none answers
   * within `deadlineMs`. A request may be executed twice, so it must be repeatable.
   */
  async call<Q, QP, A, AP>(kind: Rpc<Q, QP, A, AP>, message: NoInfer<QP>, deadlineMs: number): Promise<A> {
    const endMs = this.#nowMs() + deadlineMs;
    const links = this.#links;
    let cause: unknown;
    for (const [index, link] of links.entries()) {
      const leftMs = endMs - this.#nowMs();
      if (leftMs <= 0) break;
      try {
        // An instance that hangs leaves time for the others.
        const answer = await call(link, kind, message, { deadlineMs: Math.ceil(leftMs / (links.length - index)) });
        this.#prefer(link);
        return answer;
      } catch (error) {
        const { code, message: text } = error as { code?: unknown; message?: string };
        const isRefusal = typeof code === 'string' && isErrorCode(code) && code !== 'SHUTTING_DOWN';
        if (isRefusal) throw new MeridianError(code, text, { cause: error });
        cause = error; // a failure of the link, or of this instance: another may answer
      }
    }
    throw new MeridianError('API_UNREACHABLE', undefined, { cause });
  }

  cut(ids: ReadonlySet<string>, cause: string): void {
    for (const link of this.#links) if (ids.has(link.remote.id)) link.close(cause);
  }

  #prefer(link: Link): void {
    if (this.#links[0] !== link && this.#links.includes(link))
      this.#links = [link, ...this.#links.filter((other) => other !== link)];
  }
}
