// The page behind the address that `stellar owner reset` prints.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { clientOf } from '#core/panel/http/client.ts'
import { formValues, parse, queryValues } from '#core/panel/http/forms.ts'
import { linkToken } from '#core/panel/http/link-token.ts'
import { html, stageFor } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { RecoverPage } from '#views/pages/joining/recover.tsx'
import { urls } from '#views/urls.ts'
import { beginSession } from './finish-sign-in.ts'
import { openRecovery, recover, recoverInput } from './recover.ts'

export function recoverRoutes(context: PanelContext): App {
  async function show(c: AppContext, token: string, removeFactors: boolean, errors: FieldErrors = {}) {
    const { email } = await openRecovery(context, token)
    return await html(
      c,
      <RecoverPage
        {...stageFor(c, context)}
        token={token}
        email={email}
        removeFactors={removeFactors}
        errors={errors}
      />,
      Object.keys(errors).length > 0 ? 422 : 200,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.recover.pattern, (c) => show(c, linkToken(queryValues(c)), false))
    .post(urls.recover.pattern, async (c) => {
      const values = await formValues(c)
      const token = linkToken(values)
      const removeFactors = values['removeFactors'] === 'true'
      try {
        const input = parse(recoverInput, { password: values['password'] || undefined, removeFactors })
        const row = await recover(context, token, input, clientOf(c))
        return await beginSession(c, context, row, { method: 'recovery', next: urls.accountSecurity() })
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        return await show(c, token, removeFactors, error.fields)
      }
    })
}
