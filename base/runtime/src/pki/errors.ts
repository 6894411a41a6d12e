/**
 * Error codes of certificates and enrolment.
 * - PKI_BAD_IDENTITY: a field outside [A-Za-z0-9._-]{1,64}.
 * - PKI_BAD_CSR: not a P-256 signing request with a valid signature.
 * - PKI_BAD_TTL: outside the range that the authority may grant.
 * - PKI_SEAL_INVALID: wrong secret, or not a sealed authority.
 * - PKI_BAD_CREDENTIALS: key, certificate and CA do not match; as a warning, the credentials file is damaged.
 * - ENROL_BAD_TOKEN: not an enrolment token.
 * - ENROL_UNREACHABLE: no TLS connection.
 * - ENROL_WRONG_CA: the other side's chain does not end at the pinned CA.
 * - ENROL_REFUSED: token used, expired or unknown.
 * - ENROL_UNAVAILABLE: the token cannot be judged now.
 * - ENROL_CLOCK: the clocks of both sides differ so much that a new certificate is not valid here.
 * - INVITATION_BAD_TOKEN: not an invitation.
 * - INVITATION_REFUSED: used, expired or unknown.
 * - INVITATION_DENIED: a node of the host is shut out.
 * - INVITATION_NODES: the invitation does not cover the requested nodes, or a node is named twice.
 * - RENEWAL_REFUSED: not a certificate of this cluster, or not its key.
 * - RENEWAL_TOO_OLD: the certificate expired too long ago.
 * - RENEWAL_DENIED: the node is shut out.
 */
export type PkiErrorCode =
  | 'PKI_BAD_IDENTITY'
  | 'PKI_BAD_CSR'
  | 'PKI_BAD_TTL'
  | 'PKI_SEAL_INVALID'
  | 'PKI_BAD_CREDENTIALS'
  | 'ENROL_BAD_TOKEN'
  | 'ENROL_UNREACHABLE'
  | 'ENROL_WRONG_CA'
  | 'ENROL_REFUSED'
  | 'ENROL_DEADLINE'
  | 'ENROL_BAD_REPLY'
  | 'ENROL_CLOCK'
  | 'ENROL_UNAVAILABLE'
  | 'INVITATION_BAD_TOKEN'
  | 'INVITATION_REFUSED'
  | 'INVITATION_DENIED'
  | 'INVITATION_NODES'
  | 'RENEWAL_REFUSED'
  | 'RENEWAL_TOO_OLD'
  | 'RENEWAL_DENIED';

export class PkiError extends Error {
  readonly code: PkiErrorCode;

  constructor(code: PkiErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PkiError';
    this.code = code;
  }
}
