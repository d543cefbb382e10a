// The wizard: the owner's account, what this machine offers, the first game.
import { Hono } from 'hono'
import { createSession } from '#core/auth/sessions.ts'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import { markSeen } from '#core/panel/accounts/store.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { actorOf } from '#core/panel/http/actor.ts'
import { clientOf } from '#core/panel/http/client.ts'
import { sessionCookie, setupCookie } from '#core/panel/http/cookies.ts'
import { type FormValues, formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { openRateLimit } from '#core/panel/http/rate-limit.ts'
import { html, stageFor } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import { viewLocalNode } from '#core/panel/nodes/view.ts'
import type { FieldErrors } from '#views/models.ts'
import { SetupGamePage } from '#views/pages/setup/game.tsx'
import { SetupMachinePage } from '#views/pages/setup/machine.tsx'
import { SetupOwnerPage } from '#views/pages/setup/owner.tsx'
import { urls } from '#views/urls.ts'
import { createOwner, ownerInput } from './create-owner.ts'
import { exchangeToken, isProven, proofMinutes } from './token.ts'

export function setupRoutes(context: PanelContext, ownerExists: () => Promise<boolean>): App {
  const { database, now } = context
  // The token cannot be guessed; this keeps a flood from keeping the database busy.
  const tries = openRateLimit({ tries: 30, windowMs: 10 * 60_000, now })

  async function exchange(c: AppContext, token: string): Promise<void> {
    const address = c.get('address') ?? ''
    tries.check(address)
    try {
      setupCookie.write(c, await exchangeToken(database, token, now()), proofMinutes * 60)
    } catch (error) {
      tries.fail(address)
      throw error
    }
  }

  const showOwner = (c: AppContext, proven: boolean, values: FormValues, errors: FieldErrors) =>
    html(
      c,
      <SetupOwnerPage
        {...stageFor(c, context)}
        token={proven ? proofInCookie : ''}
        values={{ name: values['name'] ?? '', email: values['email'] ?? '' }}
        errors={errors}
      />,
      Object.keys(errors).length > 0 ? 422 : 200,
    )

  return new Hono<AppEnv>()
    .get(urls.setup.pattern, async (c) => {
      if (await ownerExists()) return c.redirect(c.get('actor') ? urls.home() : urls.signIn(), 303)
      const { token } = queryValues(c)
      const proven = await isProven(database, setupCookie.read(c), now())
      if (token !== undefined) {
        // The browser that exchanged it may open the printed address again.
        if (!proven) await exchange(c, token)
        return c.redirect(urls.setup(), 303)
      }
      return await showOwner(c, proven, {}, {})
    })
    .post(urls.setup.pattern, async (c) => {
      const values = await formValues(c)
      let proven = await isProven(database, setupCookie.read(c), now())
      const typed = values['token'] ?? ''
      try {
        if (!proven && typed !== '' && typed !== proofInCookie) {
          await exchange(c, typed.trim())
          proven = true
        }
        if (!proven && (await ownerExists())) return c.redirect(urls.signIn(), 303)
        if (!proven)
          throw new InvalidInput({ token: 'The token from the address that Stellar printed when it started.' })
        const owner = parse(ownerInput, { name: '', email: '', password: '', ...values })
        const by = { via: 'session' as const, ...clientOf(c) }
        const actor = await createOwner(database, owner, by)
        const client = { address: c.get('address'), userAgent: c.req.header('user-agent') }
        const session = await database.withSystem(async (tx) => {
          await markSeen(tx, actor.userId, new Date(now()).toISOString())
          return await createSession(tx, actor.userId, client)
        })
        sessionCookie.write(c, session.secret, new Date(session.expiresAt))
        setupCookie.clear(c)
        return c.redirect(urls.setupMachine(), 303)
      } catch (error) {
        if (error instanceof InvalidInput) return await showOwner(c, proven, values, error.fields)
        if (error instanceof PublicError && error.code.startsWith('setup-token-')) {
          return await showOwner(c, false, values, { token: `${error.message} ${error.hint ?? ''}` })
        }
        throw error
      }
    })
    .get(urls.setupMachine.pattern, async (c) => {
      const node = await viewLocalNode(context, actorOf(c))
      return await html(c, <SetupMachinePage {...stageFor(c, context)} node={node} />)
    })
    .get(urls.setupGame.pattern, async (c) => {
      const actor = actorOf(c)
      const node = await viewLocalNode(context, actor, 'server.create')
      const owner = { name: actor.name, email: c.get('email') }
      return await html(
        c,
        <SetupGamePage {...stageFor(c, context)} blueprints={context.blueprints} node={node} owner={owner} />,
      )
    })
}

/** What the form carries instead of the token when the cookie holds the proof. */
const proofInCookie = 'cookie'
