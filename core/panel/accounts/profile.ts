// One's own account: name, and how pages look: theme, language of dates, time zone.
import { z } from 'zod'
import { forgetApiKeys } from '#core/auth/api-keys.ts'
import { forgetSessions } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { languageSchema, timeZoneSchema } from '#core/domain/locale.ts'
import { nameSchema } from '#core/domain/name.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { readAccount, updateAccount } from './store.ts'

export const personNameSchema = nameSchema('Your name, as others see it.')
export const themeSchema = z.enum(['system', 'light', 'dark'], 'One of system, light and dark.')

export const profileInput = z.object({
  name: personNameSchema.optional(),
  theme: themeSchema.optional(),
  /** Null: as the browser does it. */
  language: languageSchema.optional(),
  timeZone: timeZoneSchema.optional(),
})
export type ProfileInput = z.output<typeof profileInput>

export interface Profile {
  readonly id: string
  readonly name: string
  readonly email: string
  readonly isOwner: boolean
  readonly theme: 'system' | 'light' | 'dark'
  readonly language: string | null
  readonly timeZone: string | null
}

export async function readProfile({ database }: PanelContext, actor: Actor): Promise<Profile> {
  const row = await database.withTenant(actor.userId, (tx) => readAccount(tx, actor.userId))
  if (!row) throw new PublicError('account-not-found', 'This account is gone.', { status: 404 })
  return { ...row, theme: themeSchema.catch('system').parse(row.theme) }
}

export async function changeProfile(context: PanelContext, actor: Actor, input: ProfileInput): Promise<void> {
  const { database } = context
  const { name } = input
  const changes = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
  if (Object.keys(changes).length === 0) return
  await database.withTenant(actor.userId, async (tx) => {
    await updateAccount(tx, actor.userId, changes)
    // The look of one's pages is nobody's business.
    if (name !== undefined)
      await record(tx, actor, {
        action: 'account.update',
        subject: name,
        before: { name: actor.name },
        after: { name },
      })
  })
  forgetSessions(database)
  forgetApiKeys(database)
}
