/** The package has no types; `sftp-session.ts` declares those of its calls. */
declare module 'ssh2-sftp-client' {
  const client: unknown;
  export default client;
}
