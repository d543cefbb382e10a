// Who may do what: the owner everything, everybody else what is theirs.
import { PublicError } from '#core/base/errors.ts'
import { type Permission, permissions } from './catalogue.ts'

export interface Holder {
  readonly userId: string
  readonly isOwner: boolean
}

/**
 * May this person do it? For a permission about servers, `subject` is the server; left out, the answer is whether
 * they could have it for some server, which is what the door of a route asks before the server is known.
 */
export function can(holder: Holder, permission: Permission, subject?: { readonly ownerId: string }): boolean {
  if (holder.isOwner) return true
  switch (permissions[permission].reach) {
    case 'panel':
      return false
    case 'self':
      return true
    case 'own':
      return subject === undefined || subject.ownerId === holder.userId
  }
}

/** Throws what the web answers with 403; the sentence names what is missing and who can give it. */
export function demand(holder: Holder, permission: Permission, subject?: { readonly ownerId: string }): void {
  if (can(holder, permission, subject)) return
  throw new PublicError('forbidden', `Your account may not ${permissions[permission].words}.`, {
    status: 403,
    hint: 'The owner of this panel can do it.',
    details: { permission },
  })
}
