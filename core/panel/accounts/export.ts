// One's own data as a file.
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { rateRules } from '#core/panel/http/rate-rules.ts'
import { sharedLimit } from '#core/panel/http/shared-limit.ts'
import { readEverythingAbout } from './export-store.ts'

export type AccountExport = Awaited<ReturnType<typeof readEverythingAbout>> & { readonly exportedAt: string }

export async function exportAccount(context: PanelContext, actor: Actor): Promise<AccountExport> {
  const { database, now } = context
  await sharedLimit(context).take([rateRules.accountExport, actor.userId])
  return await database.withSystem(async (tx) => {
    await record(tx, actor, { action: 'account.export', subject: actor.name })
    return { exportedAt: new Date(now()).toISOString(), ...(await readEverythingAbout(tx, actor.userId)) }
  })
}
