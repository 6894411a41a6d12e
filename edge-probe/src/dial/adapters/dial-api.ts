import { type JsonAnswer, jsonRequest, parseJson } from '@meridian/runtime';
import type { TesterTokens } from './tester-tokens.ts';

const BASE = '/api/v1';

/** Failure of a call to the api. `code` is the api's code, or HTTP_ and the status, or API_UNREACHABLE. */
export class DialApiError extends Error {
  readonly code: string;
  /** True when a later call may succeed: the api did not answer, was overloaded or failed. */
  readonly isTransient: boolean;

  constructor(code: string, message: string, o: { readonly isPassing?: boolean; readonly cause?: unknown } = {}) {
    const { isPassing = false, cause } = o;
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'DialApiError';
    this.code = code;
    this.isTransient = isPassing;
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
  readonly #keys: TesterTokens;

  constructor(apiUrl: string, keys: TesterTokens) {
    this.#url = `${apiUrl.replace(/\/+$/, '')}${BASE}`;
    this.#keys = keys;
  }

  /** Returns the fields of the answer; an empty object for an empty one. Rejects with DialApiError, within 5 s. */
  async call({ method, path, scope, body }: DialCall): Promise<Readonly<Record<string, unknown>>> {
    const headers = { authorization: `Bearer ${await this.#keys.rest(scope)}` };
    let answer: JsonAnswer;
    try {
      answer = await jsonRequest({
        url: `${this.#url}${path}`,
        method,
        headers,
        ...(body === undefined ? {} : { body }),
      });
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new DialApiError('API_UNREACHABLE', why, { isPassing: true, cause: error });
    }
    const fields = fieldsOf(parseJson(answer.text));
    if (answer.status >= 200 && answer.status < 300) return fields;
    const { code, title } = fields;
    throw new DialApiError(
      typeof code === 'string' ? code : `HTTP_${answer.status}`,
      `${method} ${path}: ${answer.status}${typeof title === 'string' ? ` ${title}` : ''}`,
      { isPassing: answer.status >= 500 || answer.status === 429 },
    );
  }
}

export const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
