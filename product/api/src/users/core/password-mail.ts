/**
 * `reset`: requested by "forgot password"; `link`: sent by an administrator; `elsewhere`: the user has no password
 * here.
 */
export type PasswordMailKind = 'reset' | 'link' | 'elsewhere';
