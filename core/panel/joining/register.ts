// Registering oneself. The same answer after the same time whether or not the address has an account; what differs is
// written to the address, where only its owner reads it.
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { newLinkSecret } from '#core/auth/link-secret.ts'
import { passwordSchema } from '#core/auth/password-rule.ts'
import { hashPassword } from '#core/auth/passwords.ts'
import { readSignInSettings } from '#core/auth/sign-in-settings.ts'
import { PublicError } from '#core/base/errors.ts'
import { emailSchema } from '#core/domain/mail.ts'
import { createAccount } from '#core/panel/accounts/create-account.ts'
import { hasAccountLetter, registrationLetter } from '#core/panel/accounts/letters.ts'
import { personNameSchema } from '#core/panel/accounts/profile.ts'
import type { Client } from '#core/panel/accounts/sign-in.ts'
import { findByEmail } from '#core/panel/accounts/store.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { afterwards } from '#core/panel/http/background.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { networkOf, openSharedLimit } from '#core/panel/http/shared-limit.ts'
import { dropRegistrations, insertInvitation } from './store.ts'
import { strangerFrom } from './stranger.ts'

const hour = 60 * 60_000
const linkMinutes = 24 * 60

/** By a link in a mail, or with the password at once: unconfirmed where an administrator must confirm it. */
export const byMailInput = z.object({ email: emailSchema })
export const directInput = z.object({ name: personNameSchema, email: emailSchema, password: passwordSchema })

export type RegistrationMode = 'off' | 'invitation' | 'mail' | 'direct' | 'by-hand'

/** `mail`: confirmed by a link; `direct`: no confirmation wanted; `by-hand`: wanted, but no mail is sent. */
export async function registrationMode({ database, mail }: PanelContext): Promise<RegistrationMode> {
  const { registration, verifyEmail, providersOnly } = await database.withSystem(readSignInSettings)
  if (providersOnly) return 'off'
  if (registration !== 'open') return registration
  if (!verifyEmail) return 'direct'
  return (await mail.server()) ? 'mail' : 'by-hand'
}

export interface Registration {
  byMail(input: z.output<typeof byMailInput>, client: Client): Promise<void>
  direct(input: z.output<typeof directInput>, client: Client): Promise<void>
}

export function openRegistration(context: PanelContext): Registration {
  const { database, log, mail, now } = context
  const limit = openSharedLimit({ database, now })
  const count = ({ address }: Client) => limit.take([rateRules.register, networkOf(address)])
  const mayWrite = (email: string) => limit.allows([rateRules.registerRecipient, email.toLowerCase()])

  return {
    async byMail({ email }, client) {
      if ((await registrationMode(context)) !== 'mail') throw closed()
      await count(client)
      if (!(await mayWrite(email))) return
      afterwards(log, 'A registration was not kept', () =>
        database.withSystem(async (tx) => {
          const expiresAt = new Date(now() + linkMinutes * 60_000).toISOString()
          if (await findByEmail(tx, email)) {
            await mail.post(tx, hasAccountLetter({ to: email, expiresAt }))
            return
          }
          const { secret, hash } = newLinkSecret()
          await dropRegistrations(tx, email)
          await insertInvitation(tx, {
            id: randomUUID(),
            email,
            tokenHash: hash,
            createdAt: new Date(now()).toISOString(),
            expiresAt,
          })
          await mail.post(tx, registrationLetter({ to: email, secret, expiresAt }))
        }),
      )
    },
    async direct({ name, email, password }, client) {
      const mode = await registrationMode(context)
      if (mode !== 'direct' && mode !== 'by-hand') throw closed()
      await count(client)
      const passwordHash = await hashPassword(password)
      afterwards(log, 'A registration was not kept', () =>
        database.withSystem(async (tx) => {
          // Nobody has shown that the address is theirs, also where that is not wanted for signing in.
          const account = { name, email, passwordHash, verified: false, joinedBy: 'registration' } as const
          const made = await createAccount(tx, account, strangerFrom(client), now())
          if (made === undefined && (await mayWrite(email)))
            await mail.post(tx, hasAccountLetter({ to: email, expiresAt: new Date(now() + hour).toISOString() }))
        }),
      )
    },
  }
}

function closed(): PublicError {
  return new PublicError('registration-closed', 'Nobody can register at this panel.', {
    status: 403,
    hint: 'Ask an administrator for an invitation.',
  })
}
