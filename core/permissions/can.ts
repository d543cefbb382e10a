// Who may do what: the owner everything, everybody else what is theirs.
import { PublicError } from '#core/base/errors.ts'
import { describe, type Permission } from './catalogue.ts'

export interface Holder {
  readonly userId: string
  readonly isOwner: boolean
}

/** A server, as far as it matters for who may do something with it. */
export interface Subject {
  readonly id: string
  readonly ownerId: string
  readonly nodeId: string
}

/** One permission, or any of several. */
export type Asked = Permission | readonly Permission[]

/**
 * May this person do it? For a permission about servers, `subject` is the server; left out, the answer is whether
 * they could have it for some server, which is what the door of a route asks before the server is known.
 */
export function can(holder: Holder, asked: Asked, subject?: Subject): boolean {
  return anyOf(asked).some((permission) => holds(holder, permission, subject))
}

/** Throws what the web answers with 403; the sentence names what is missing and who can give it. */
export function demand(holder: Holder, asked: Asked, subject?: Subject): void {
  if (can(holder, asked, subject)) return
  const [permission] = anyOf(asked)
  if (permission === undefined) throw new Error('a route asks for none of no permissions')
  throw new PublicError('forbidden', `Your account may not ${describe(permission).words}.`, {
    status: 403,
    hint: 'The owner of this panel can do it.',
    details: { permission },
  })
}

export function anyOf(asked: Asked): readonly Permission[] {
  return typeof asked === 'string' ? [asked] : asked
}

function holds(holder: Holder, permission: Permission, subject: Subject | undefined): boolean {
  if (holder.isOwner) return true
  switch (describe(permission).reach) {
    case 'panel':
      return false
    case 'self':
      return true
    case 'server':
      return subject === undefined || subject.ownerId === holder.userId
  }
}
