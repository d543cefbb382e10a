// What somebody may besides what is theirs anyway: read together with their session or key (core/auth/rights.ts).

export interface RoleRights {
  readonly grants: readonly string[]
  /** False: only on `nodeIds`, and for what is about servers and nodes alone. */
  readonly everywhere: boolean
  /** Those in the locations, too. */
  readonly nodeIds: ReadonlySet<string>
  readonly locationIds: ReadonlySet<string>
}

/** What a key leaves of its owner's rights. */
export interface KeyScope {
  /** Undefined: all. */
  readonly grants?: readonly string[] | undefined
  /** Undefined: on every server its owner reaches. */
  readonly serverIds?: ReadonlySet<string> | undefined
}

export interface Rights {
  readonly roles: readonly RoleRights[]
  /** On servers of others, by server. */
  readonly memberships: ReadonlyMap<string, readonly string[]>
  /** Set when a key asks. */
  readonly scope?: KeyScope | undefined
  /** Equal texts are equal rights. */
  readonly text: string
}

export const noRights: Rights = { roles: [], memberships: new Map(), text: '' }
