// The settings of accounts and sign-in, as an administrator changes them.
import {
  readSignInSettings,
  type SignInSettings,
  signInSettings,
  writeSignInSettings,
} from '#core/auth/sign-in-settings.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { demand } from '#core/permissions/can.ts'

type Change = { readonly [Key in keyof SignInSettings]?: SignInSettings[Key] | undefined }

export async function changeSignInSettings(
  { database }: PanelContext,
  actor: Actor,
  change: Change,
): Promise<SignInSettings> {
  demand(actor, 'platform.security')
  return await database.withSystem(async (tx) => {
    const before = await readSignInSettings(tx)
    const given = Object.entries(change).filter(([, value]) => value !== undefined)
    const after = signInSettings.parse({ ...before, ...Object.fromEntries(given) })
    await writeSignInSettings(tx, after)
    await record(tx, actor, { action: 'settings.sign-in', subject: 'sign-in', before, after })
    return after
  })
}

export async function showSignInSettings({ database }: PanelContext, actor: Actor): Promise<SignInSettings> {
  demand(actor, 'platform.security')
  return await database.withSystem(readSignInSettings)
}
