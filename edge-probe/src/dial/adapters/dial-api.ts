import { type JsonAnswer, jsonRequest, parseJson } from '@meridian/runtime';
import type { TesterTokens } from './tester-tokens.ts';

const BASE = '/api/v1';

/** Failure of a call to the api. `code` is the api's code, or HTTP_ and the status, or API_UNREACHABLE. */
export class DialApiError extends Error {
  readonly code: string;
  /** True when a later call may succeed: the api did not answer, was overloaded or failed. */
  readonly isTransient: boolean;

  constructor(code: string, message: string, o: { readonly isTransient?: boolean; readonly cause?: unknown } = {}) {
    const { isTransient = false, cause } = o;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DialApiError';
    this.code = code;
    this.isTransient = isTransient;
  }
}

export interface DialCall {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly scope: string;
  readonly body?: unknown;
}

export class DialApi {
  readonly #url: string;
  readonly #tokens: TesterTokens;

  constructor(apiUrl: string, keys: TesterTokens) {
    this.#url = `${apiUrl.replace(/\/+$/, '')}${BASE}`;
    this.#tokens = keys;
  }

  /** Returns the fields of the answer; an empty object for an empty one. Rejects with DialApiError, within 5 s. */
  async call({ method, path, scope, body }: DialCall): Promise<Readonly<Record<string, unknown>>> {
    const headers = { authorization: `Bearer ${await this.#tokens.mintRestToken(scope)}` };
    let answer: JsonAnswer;
    try {
      answer = await jsonRequest({
        url: `${this.#url}${path}`,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new DialApiError('API_UNREACHABLE', reason, { isTransient: true, cause: error });
    }
    const fields = fieldsOf(parseJson(answer.text));
    if (answer.status >= 200 && answer.status < 300) return fields;
    const { code, title } = fields;
    throw new DialApiError(
      typeof code === 'string' ? code : `HTTP_${answer.status}`,
      `${method} ${path}: ${answer.status}${typeof title === 'string' ? ` ${title}` : ''}`,
      { isTransient: answer.status >= 500 || answer.status === 429 },
    );
  }
}

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
