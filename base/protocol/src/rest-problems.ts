// Refusals of REST (RFC 9457) that both the api and the page's server, which passes requests on to it, may send.

/** code: [status, title in English, in Chinese] */
export const restProblems = {
  REQUEST_INVALID: [400, 'A value of the request is not allowed.', '请求中有不允许的值。'],
  NOT_FOUND: [404, 'There is no such thing.', '未找到。'],
  BODY_TOO_LARGE: [413, 'The body is too large.', '请求体过大。'],
  RATE_LIMITED: [429, 'Too many requests.', '请求过于频繁。'],
  INTERNAL: [500, 'Something went wrong on our side.', '服务内部错误。'],
  API_UNREACHABLE: [503, 'The API does not answer now.', '接口服务暂时无响应。'],
} as const satisfies Record<string, readonly [status: number, en: string, zh: string]>;
export type RestProblemCode = keyof typeof restProblems;

export const problemContentType = 'application/problem+json; charset=utf-8';

/** Returns the `type` of a problem document, below the api's origin. */
export const problemType = (code: string): string => `/api/v1/problems/${code}`;

export type RestLanguage = 'en' | 'zh';

export function restLanguageOf(header: string | undefined): RestLanguage {
  for (const part of (header ?? '').split(',').slice(0, 16)) {
    const tag = part.trim().slice(0, 2).toLowerCase();
    if (tag === 'en' || tag === 'zh') return tag;
  }
  return 'en';
}
