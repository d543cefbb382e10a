// How people get accounts and sign in: one row of the settings, set on the page “Sign-in”.
import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Transaction } from '#core/db/database.ts'
import { settings } from '#core/db/schema/settings.ts'

const key = 'sign-in'

export const signInSettings = z.object({
  /** Who may make an account: nobody, whoever was invited, everybody. */
  registration: z.enum(['off', 'invitation', 'open'], 'One of off, invitation and open.').default('off'),
  /** An account that registered itself signs in only after the link in its mail was opened. */
  verifyEmail: z.boolean('True or false.').default(true),
  /** Who must have a second factor. */
  secondFactor: z.enum(['none', 'admins', 'all'], 'One of none, admins and all.').default('none'),
  /** No passwords: people come in through providers alone, but for the owner. */
  providersOnly: z.boolean('True or false.').default(false),
  sessionDays: z.coerce
    .number('A whole number of days from 1 to 90.')
    .pipe(z.int('A whole number of days.').min(1, 'At least one day.').max(90, 'At most 90 days.'))
    .default(7),
})
/** What is left out stays as it is; without defaults, which would say something about it. */
export const signInSettingsChange = z.strictObject({
  registration: signInSettings.shape.registration.unwrap().optional(),
  verifyEmail: signInSettings.shape.verifyEmail.unwrap().optional(),
  secondFactor: signInSettings.shape.secondFactor.unwrap().optional(),
  providersOnly: signInSettings.shape.providersOnly.unwrap().optional(),
  sessionDays: signInSettings.shape.sessionDays.unwrap().optional(),
})
export type SignInSettings = z.output<typeof signInSettings>

/** The same inside another query, for what is asked with each request. */
export const signInSettingsColumn = sql<unknown>`(select ${settings.value} from ${settings} where ${settings.key} = ${key})`

export async function readSignInSettings(tx: Transaction): Promise<SignInSettings> {
  const [row] = await tx.select({ value: settings.value }).from(settings).where(eq(settings.key, key))
  return signInSettings.parse(row?.value ?? {})
}

export async function writeSignInSettings(tx: Transaction, value: SignInSettings): Promise<void> {
  await tx
    .insert(settings)
    .values({ key, value })
    .onConflictDoUpdate({ target: settings.key, set: { value, updatedAt: sql`now()` } })
}
