export interface InvitationView {
  readonly id: string
  readonly email: string
  readonly createdAt: string
  readonly expiresAt: string
  readonly role: string | undefined
  /** Undefined: they registered themselves and have yet to open the link. */
  readonly inviter: string | undefined
}
