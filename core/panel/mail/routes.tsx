// The page “Mail” of the settings.
import { Hono } from 'hono'
import { InvalidInput, PublicError } from '#core/base/errors.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { formValues, parse } from '#core/panel/http/forms.ts'
import { panelUrl } from '#core/panel/http/links.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { App, AppContext, AppEnv } from '#core/panel/http/types.ts'
import type { FieldErrors } from '#views/models.ts'
import { MailSettingsPage } from '#views/pages/settings/mail.tsx'
import { urls } from '#views/urls.ts'
import { changeMailServer, forgetMailServer, mailServerInput, mayChangeMailServer, testMail } from './change.ts'
import { listMails } from './store.ts'

const mostShown = 50

export function mailRoutes(context: PanelContext): App {
  const { database, mail, config } = context

  async function show(c: AppContext, typed?: { errors: FieldErrors; values: Readonly<Record<string, string>> }) {
    const set = await mail.server()
    const mails = await database.withSystem((tx) => listMails(tx, mostShown))
    const stored = set && {
      host: set.server.host,
      port: String(set.server.port),
      security: set.server.security,
      username: set.server.username,
      from: set.server.from,
    }
    return await page(
      c,
      context,
      (shell) => (
        <MailSettingsPage
          shell={shell}
          source={set ? (set.fromEnvironment ? 'environment' : 'settings') : 'unset'}
          mayChange={mayChangeMailServer(actorOf(c))}
          values={typed?.values ?? stored ?? {}}
          hasPassword={(set?.server.password ?? '') !== ''}
          errors={typed?.errors ?? {}}
          url={panelUrl(config)}
          urlConfigured={config.url !== undefined}
          mails={mails}
        />
      ),
      typed ? 422 : 200,
    )
  }

  return new Hono<AppEnv>()
    .get(urls.settingsMail.pattern, (c) => show(c))
    .post(urls.settingsMail.pattern, async (c) => {
      const values = await formValues(c)
      if (values['remove'] === 'true') {
        await forgetMailServer(context, actorOf(c))
        return seeOther(c, context, urls.settingsMail(), { kind: 'ok', text: 'The panel sends no mail any more.' })
      }
      const question = mayChangeMailServer(actorOf(c)) ? await askProof(c, context, values) : undefined
      if (question) return question
      try {
        await changeMailServer(context, actorOf(c), parse(mailServerInput, values))
      } catch (error) {
        if (!(error instanceof InvalidInput)) throw error
        const { password: _, ...shown } = values
        return await show(c, { errors: error.fields, values: shown })
      }
      return seeOther(c, context, urls.settingsMail(), {
        kind: 'ok',
        text: 'Saved. Send a test mail to see whether it works.',
      })
    })
    .post(urls.settingsMailTest.pattern, async (c) => {
      const to = c.get('email')
      try {
        await testMail(context, actorOf(c), to)
      } catch (error) {
        if (!(error instanceof PublicError) || error.status !== 502) throw error
        const text = [error.message, error.hint].filter(Boolean).join(' ')
        return seeOther(c, context, urls.settingsMail(), { kind: 'bad', text })
      }
      return seeOther(c, context, urls.settingsMail(), { kind: 'ok', text: `The server took the mail for ${to}.` })
    })
}
