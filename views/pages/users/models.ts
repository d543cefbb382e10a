// A user as administrators see them.
export interface UserView {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly isOwner: boolean
  /** They have shown that the address is theirs, or an administrator said so. */
  readonly verified: boolean
  readonly suspendedAt: string | undefined
  readonly suspendedReason: string | undefined
  /** The last time they signed in. */
  readonly lastSeenAt: string | undefined
  readonly joinedBy: 'set-up' | 'admin' | 'invitation' | 'registration' | 'provider'
  readonly createdAt: string
  /** Those that whoever asks may see. */
  readonly roles: readonly { readonly id: string; readonly name: string }[]
  readonly servers: number
}

export interface OwnedServer {
  readonly id: string
  readonly name: string
  readonly suspended: boolean
}
