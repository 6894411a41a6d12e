/** `reset`: after "forgot password"; `link`: by an administrator; `elsewhere`: the user has no password here. */
export type PasswordMailKind = 'reset' | 'link' | 'elsewhere';
