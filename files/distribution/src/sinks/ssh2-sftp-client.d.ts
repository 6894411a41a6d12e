/** The package has no types; `sftp-session.ts` states those of its calls. */
declare module 'ssh2-sftp-client' {
  const client: unknown;
  export default client;
}
