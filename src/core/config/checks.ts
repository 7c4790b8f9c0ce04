/** What the rows of keys and rules say of `doctor`'s report: which of its checks shows them. The checks themselves are in core/doctor.ts. */

export type CheckName =
  'file' | 'oidc' | 'jwks' | 'domain' | 'client' | 'authorize' | 'secret' | 'sign-out' | 'group' | 'network';
