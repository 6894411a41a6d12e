// The kinds of mails about passwords.

/**
 * `reset`: link after "forgot password", which anyone may have requested. `link`: sent by an administrator.
 * `elsewhere`: a reset was requested, but the user signs in at a provider and has no password here.
 */
export type PasswordMailKind = 'reset' | 'link' | 'elsewhere';
