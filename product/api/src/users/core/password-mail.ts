// The kinds of mails about passwords.

/**
 * `reset`: the link after "forgot password", which anyone may have asked for. `link`: an administrator sends it.
 * `elsewhere`: a reset was asked for, but the user signs in at a provider and has no password here.
 */
export type PasswordMailKind = 'reset' | 'link' | 'elsewhere';
