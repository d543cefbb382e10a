// Dangerous acts ask who sits there, unless that was shown within the last quarter of an hour. The question keeps the
// form that was sent: answered, the same request goes on.
import { verifyPassword } from '#core/auth/passwords.ts'
import { proveSession } from '#core/auth/sessions.ts'
import { PublicError } from '#core/base/errors.ts'
import { record } from '#core/panel/activity/record.ts'
import type { Actor, PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import type { FormValues } from '#core/panel/http/forms.ts'
import { html, stageFor } from '#core/panel/http/render.tsx'
import type { AppContext } from '#core/panel/http/types.ts'
import { linkedPlaces } from '#core/panel/providers/available.ts'
import { ProvePage } from '#views/pages/prove.tsx'
import { takeCode } from './check-code.ts'
import { checkPasskey } from './passkeys.ts'
import { relyingParty } from './relying-party.ts'
import { passwordHashOf, readFactors } from './store.ts'
import { counted } from './tries.ts'

const freshMs = 15 * 60_000

/** Undefined: shown recently, or just now by what the form brings; go on. A Response: the question, answer with it. */
export async function askProof(
  c: AppContext,
  context: PanelContext,
  values: FormValues,
): Promise<Response | undefined> {
  const actor = actorOf(c)
  refuseImpersonator(c)
  const sessionId = c.get('sessionId')
  if (sessionId === undefined) throw proofRequired()
  if (isProven(c, context)) return undefined
  const brought = Object.keys(values).some((name) => name.startsWith(prefix) && values[name] !== '')
  if (brought) {
    const how = await counted(context, actor.userId, () => proofIn(c, context, actor, values))
    if (how !== undefined) {
      await proveSession(context.database, sessionId, new Date(context.now()).toISOString())
      await context.database.withTenant(actor.userId, (tx) =>
        record(tx, actor, { action: 'account.prove', subject: actor.name, meta: { method: how } }),
      )
      return undefined
    }
  }
  return await question(c, context, values, brought)
}

/** For the JSON API, which has no page to ask on: a key is trusted as far as its scope goes, a session must be fresh. */
export function demandProof(c: AppContext, { now }: Pick<PanelContext, 'now'>): void {
  refuseImpersonator(c)
  if (c.get('sessionId') !== undefined && !isProven(c, { now })) throw proofRequired()
}

export function isProven(c: AppContext, { now }: Pick<PanelContext, 'now'>): boolean {
  const provedAt = c.get('provedAt')
  return provedAt !== undefined && now() - Date.parse(provedAt) < freshMs
}

/** Whoever looks through somebody's account does not change the account itself. */
export function refuseImpersonator(c: AppContext): void {
  if (c.get('impersonatorId') === undefined) return
  throw new PublicError('impersonating', 'This cannot be done while you look through somebody else’s account.', {
    status: 403,
  })
}

const prefix = 'proof.'

async function proofIn(
  c: AppContext,
  context: PanelContext,
  { userId }: Actor,
  values: FormValues,
): Promise<string | undefined> {
  const { database } = context
  const passkey = values[`${prefix}passkey`]
  const party = relyingParty(c, context)
  if (passkey && party) {
    return await checkPasskey(context, party, 'prove', passkey, userId).then(
      () => 'passkey',
      () => undefined,
    )
  }
  const code = values[`${prefix}code`]
  if (code) return await database.withSystem((tx) => takeCode(tx, context, userId, code))
  const password = values[`${prefix}password`]
  if (!password || password.length > 1024) return undefined
  const hash = await database.withSystem((tx) => passwordHashOf(tx, userId))
  return (await verifyPassword(hash, password)) ? 'password' : undefined
}

async function question(
  c: AppContext,
  context: PanelContext,
  values: FormValues,
  wasWrong: boolean,
): Promise<Response> {
  const { userId } = actorOf(c)
  const { factors, providers } = await context.database.withSystem(async (tx) => ({
    factors: await readFactors(tx, userId),
    providers: await linkedPlaces(tx, context, userId),
  }))
  const kept = Object.entries(values).filter(([name]) => !name.startsWith(prefix))
  return await html(
    c,
    <ProvePage
      {...stageFor(c, context)}
      action={c.req.path}
      kept={kept}
      password={factors.password}
      code={factors.totp}
      passkey={factors.passkeys > 0 && relyingParty(c, context) !== undefined}
      providers={providers}
      error={wasWrong ? 'That was not right. Nothing has been changed yet.' : undefined}
    />,
    wasWrong ? 422 : 200,
  )
}

function proofRequired(): PublicError {
  return new PublicError('proof-required', 'For this you must have shown recently who you are.', {
    status: 403,
    hint: 'Sign in again, then repeat it within a quarter of an hour.',
  })
}
