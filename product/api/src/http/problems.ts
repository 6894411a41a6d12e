// Refusals of the api, in the form of RFC 9457 (application/problem+json). Codes of rooms and media nodes are in
// `base/protocol/src/errors.ts`.
import {
  type ErrorCode,
  errorCodes,
  isErrorCode,
  MeridianError,
  type RestLanguage,
  restProblems,
} from '@meridian/protocol';
import type { Principal } from '../access/core/scopes.ts';

/** code: [status, title in English, in Chinese] */
export const problems = {
  ...restProblems,
  TOKEN_MISSING: [401, 'No token was given.', '未提供令牌。'],
  TOKEN_INVALID: [401, 'The token is not valid.', '令牌无效。'],
  TOKEN_EXPIRED: [401, 'The token has expired.', '令牌已过期。'],
  TOKEN_NOT_YET_VALID: [401, 'The token is not valid yet: try again when it is.', '令牌尚未生效，请稍后重试。'],
  TOKEN_REVOKED: [401, 'The token, or its source, has been revoked.', '令牌或其来源已被撤销。'],
  TOKEN_TOO_LONG: [
    401,
    'A token for this API may be valid for at most ten minutes.',
    '调用本接口的令牌有效期最长十分钟。',
  ],
  SESSION_ENDED: [401, 'The session has ended: sign in again.', '会话已结束，请重新登录。'],
  NOT_PERMITTED: [403, 'The caller is not allowed to do this.', '无权执行此操作。'],
  PASSWORD_WRONG: [403, 'A password is required, or the given one is wrong.', '需要密码，或密码错误。'],
  SIGN_IN_REFUSED: [403, 'No active account has this e-mail and password.', '没有与该邮箱和密码对应的有效账户。'],
  ACCOUNT_UNKNOWN: [403, 'There is no account for this sign-in.', '此处没有与该登录对应的账户。'],
  ACCOUNT_INACTIVE: [403, 'The account is deactivated.', '账户已停用。'],
  ACCOUNT_TAKEN: [
    403,
    'The account with this e-mail belongs to another sign-in at the provider.',
    '该邮箱的账户已绑定另一身份。',
  ],
  EMAIL_UNVERIFIED: [
    403,
    'The provider has not verified an e-mail of this organisation.',
    '身份提供方未验证属于本组织的邮箱。',
  ],
  TARGET_REFUSED: [403, errorCodes.TARGET_REFUSED[0], '不允许连接该地址。'],
  ORIGIN_REFUSED: [403, 'The request comes from a page of another origin.', '请求来自其他来源的页面。'],
  LINK_INVALID: [404, 'The link is not valid, or no longer valid.', '链接无效或已失效。'],
  CHECK_NOT_OFFERED: [
    404,
    'Without a link or a sign-in, connections cannot be checked here.',
    '此处须通过链接或登录后才能检测网络。',
  ],
  NUMBER_INVALID: [
    404,
    'There is no meeting with this number, or it is over or cancelled.',
    '没有该会议号，或会议已结束、取消。',
  ],
  METHOD_NOT_ALLOWED: [405, 'This method is not supported here.', '此处不支持该方法。'],
  CONFLICT: [409, 'The present state does not allow this.', '当前状态不允许此操作。'],
  ROLE_REFUSED: [409, 'Only users of the operators’ tenant can be operators.', '只有运维租户的用户可以担任运维角色。'],
  LAST_ADMIN: [409, 'The tenant would have no active administrator.', '租户必须保留至少一名有效管理员。'],
  TENANT_NEEDED: [
    409,
    'The e-mail and password match several tenants: choose one.',
    '该邮箱和密码对应多个租户，请指明其一。',
  ],
  TENANT_HAS_USERS: [
    409,
    'The tenant already has a user: its administrators create further ones.',
    '该租户已有用户，其他用户由其管理员创建。',
  ],
  ALREADY_EXISTS: [409, 'An object with this name already exists.', '同名对象已存在。'],
  MAIL_NOT_CONFIGURED: [
    409,
    'This service sends no mails: ask your administrator for a link to set your password.',
    '此处不发送邮件，请向管理员索取设置密码的链接。',
  ],
  WALL_REFUSED: [
    409,
    'The tenant does not allow operators to see pictures of its rooms.',
    '该租户不允许运维人员查看其房间的画面。',
  ],
  IDEMPOTENCY_IN_FLIGHT: [409, 'The first request with this key is still being processed.', '相同的请求正在处理。'],
  NO_LIBRARY: [
    409,
    'No library node in the allowed regions can keep the recording.',
    '允许的区域内没有存放录制的资料库节点。',
  ],
  VERSION_CONFLICT: [412, 'Another caller has changed the object meanwhile.', '已被他人修改。'],
  MEDIA_TYPE_UNSUPPORTED: [415, 'The content type of the body is not supported.', '不支持该内容类型。'],
  IDEMPOTENCY_MISMATCH: [422, 'The idempotency key was used for another request.', '该幂等键已用于其他请求。'],
  PRECONDITION_REQUIRED: [428, 'The header If-Match with the version is required.', '请用 If-Match 指明版本。'],
  QUOTA_EXCEEDED: [429, 'The tenant has reached its limit.', '已达到租户配额。'],
  DATABASE_UNAVAILABLE: [503, 'The database does not answer.', '数据库无响应。'],
  PROVIDER_FAILED: [502, 'Signing in at the provider failed.', '通过身份提供方登录失败。'],
  ROOM_UNREACHABLE: [503, 'The room cannot be reached now.', '暂时无法连接房间。'],
} as const satisfies Record<string, readonly [status: number, en: string, zh: string]>;
export type ProblemCode = keyof typeof problems;

export interface ProblemField {
  /** JSON pointer into the body (`/name`), or the name of a parameter (`?limit`, `{room}`). */
  readonly pointer: string;
  readonly detail: string;
}

export interface Choice {
  readonly id: string;
  readonly name: string;
}

export class Problem extends Error {
  readonly code: string;
  readonly status: number;
  readonly fields: readonly ProblemField[];
  readonly retryAfterMs: number;
  /** Choices for the caller, of which the next request must name one. */
  readonly choices: readonly Choice[];
  /** For the audit log: owner of an expired or revoked token or session, or the accounts tried in a refused sign-in. */
  readonly principals: readonly Principal[];

  constructor(
    code: ProblemCode,
    detail?: string,
    o: {
      readonly fields?: readonly ProblemField[];
      readonly retryAfterMs?: number;
      readonly choices?: readonly Choice[];
      readonly principals?: readonly Principal[];
      readonly cause?: unknown;
    } = {},
  ) {
    super(detail ?? problems[code][1], o.cause === undefined ? undefined : { cause: o.cause });
    this.name = 'Problem';
    this.code = code;
    this.status = problems[code][0];
    this.fields = o.fields ?? [];
    this.retryAfterMs = o.retryAfterMs ?? 0;
    this.choices = o.choices ?? [];
    this.principals = o.principals ?? [];
  }
}

/** Returns the problem of a refused token, with its text and the time until it is valid; any other error as it is. */
export function tokenProblem(cause: unknown, principals: readonly Principal[] = []): unknown {
  if (!(cause instanceof MeridianError) || !isProblemCode(cause.code)) return cause;
  return new Problem(cause.code, cause.message, { retryAfterMs: cause.retryAfterMs, principals, cause });
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** English titles are in `errorCodes`. */
const roomTitles: Partial<Record<ErrorCode, string>> = {
  KICKED: '该参与者已被移出房间。',
  ROOM_LOCKED: '房间已锁定，不再接纳新人。',
  ROOM_ENDED: '房间已结束。',
  ROOM_FULL: '房间人数已满。',
  NOT_ADMITTED: '主持人未准许进入。',
  PARTICIPANT_UNKNOWN: '没有该参与者。',
  TRACK_UNKNOWN: '没有该媒体轨道。',
  BREAK_OUT_CLOSED: '没有该分组房间，或其时间已到。',
  POST_REFUSED: '内容含有不允许的词语。',
  POST_UNKNOWN: '没有该消息、提问或投票。',
  DATA_TOO_LARGE: '数据消息过大。',
  OUT_OF_ORDER: '当前状态不允许此操作。',
  ROOM_OWNER_LOST: '管理该房间的节点已失效，正在由其他节点接管。',
  EPOCH_STALE: '该房间已由其他节点管理。',
  FENCE_CONFLICT: '令牌与房间允许的区域不相容。',
  FENCED_OUT: '没有节点位于该房间允许的区域内。',
  NO_CAPACITY: '没有可用的媒体容量。',
  NO_NODE: '没有可用的媒体节点。',
  OVERLOADED: '服务繁忙，请稍后重试。',
  CENTRE_UNREACHABLE: '调度中心无响应。',
  NODE_UNREACHABLE: '节点无响应。',
  SHUTTING_DOWN: '服务正在关闭。',
};

export function titleOf(code: string, language: RestLanguage): string {
  if (isProblemCode(code)) return problems[code][language === 'zh' ? 2 : 1];
  if (!isErrorCode(code)) return problems.INTERNAL[1];
  return (language === 'zh' ? roomTitles[code] : undefined) ?? errorCodes[code][0];
}

export function problemOfCode(
  code: string,
): { code: string; status: number; title: { en: string; zh: string } } | undefined {
  const title = { en: titleOf(code, 'en'), zh: titleOf(code, 'zh') };
  if (isProblemCode(code)) return { code, status: problems[code][0], title };
  return isErrorCode(code)
    ? { code, status: statusOfNodeError({ code, retryable: errorCodes[code][1] }), title }
    : undefined;
}

const STATUS_OF_ROOM_CODES: Partial<Record<ErrorCode, number>> = {
  NOT_PERMITTED: 403,
  TARGET_REFUSED: 403,
  FENCE_CONFLICT: 403,
  FENCED_OUT: 403,
  PARTICIPANT_UNKNOWN: 404,
  TRACK_UNKNOWN: 404,
  BREAK_OUT_CLOSED: 404,
  POST_UNKNOWN: 404,
  VERSION_CONFLICT: 412,
  ROOM_FULL: 409,
  OUT_OF_ORDER: 409,
  NO_LIBRARY: 409,
  QUOTA_EXCEEDED: 429,
  RATE_LIMITED: 429,
  DATA_TOO_LARGE: 413,
};

export function statusOfNodeError({ code, retryable }: Pick<MeridianError, 'code' | 'retryable'>): number {
  return STATUS_OF_ROOM_CODES[code] ?? (code === 'INTERNAL' ? 500 : retryable ? 503 : 400);
}

export const isNodeError = (error: unknown): error is MeridianError => error instanceof MeridianError;

export const statusOf = (error: unknown): number =>
  error instanceof Problem ? error.status : isNodeError(error) ? statusOfNodeError(error) : 500;
