// What can be changed about a server in a browser: start-up, limits, suspension, whose it is, its end.
import { Hono } from 'hono'
import { InvalidInput } from '#core/base/errors.ts'
import { gigabytes, mebibytes } from '#core/domain/resources.ts'
import type { PanelContext } from '#core/panel/context.ts'
import { askProof } from '#core/panel/factors/proof.tsx'
import { actorOf } from '#core/panel/http/actor.ts'
import { type FormValues, formValues, group, parse } from '#core/panel/http/forms.ts'
import { page, seeOther } from '#core/panel/http/render.tsx'
import type { AppContext, AppEnv } from '#core/panel/http/types.ts'
import { demand } from '#core/permissions/can.ts'
import type { FieldErrors } from '#views/models.ts'
import { ServerDeletePage } from '#views/pages/servers/delete.tsx'
import { ServerSettingsPage } from '#views/pages/servers/settings.tsx'
import { ServerStartupPage } from '#views/pages/servers/startup.tsx'
import { urls } from '#views/urls.ts'
import { nodeOf, readDetail } from './detail.ts'
import { number, optional, switches } from './draft-form.ts'
import { changeOwner, newOwner } from './give.ts'
import { remove } from './remove.ts'
import { liftServerSuspension, serverSuspension, suspendServer } from './suspend.ts'
import { serverUpdateSchema, updateServer } from './update.ts'
import type { ServerRecord } from './write-store.ts'

const saved = { kind: 'ok', text: 'Saved. It takes effect at the next start.' } as const

interface Startup {
  readonly image: string
  readonly variables: Readonly<Record<string, string>>
}
interface Settings {
  readonly name: string
  readonly memoryMiB: string
  readonly cpuPercent: string
  readonly diskGB: string
}

export function settingsRoutes(context: PanelContext): Hono<AppEnv> {
  const app = new Hono<AppEnv>()

  app.get(urls.serverStartup.pattern, (c) => startup(c, context, c.req.param('id'), undefined, {}))
  app.post(urls.serverStartup.pattern, async function saveStartup(c) {
    const id = c.req.param('id')
    const values = await formValues(c)
    const { blueprint } = await readDetail(context, actorOf(c), id)
    const typed = { image: values['image'] ?? '', variables: switches(blueprint, group(values, 'variables')) }
    return await save(
      () =>
        updateServer(
          context,
          actorOf(c),
          id,
          parse(serverUpdateSchema, { ...typed, image: typed.image || undefined }),
          ['server.startup.update', 'server.startup.image'],
        ),
      () => seeOther(c, context, urls.serverStartup({ id }), saved),
      (errors) => startup(c, context, id, typed, errors),
    )
  })

  app.get(urls.serverSettings.pattern, (c) => settings(c, context, c.req.param('id'), undefined, {}))
  app.post(urls.serverSettings.pattern, async function saveSettings(c) {
    const id = c.req.param('id')
    const { name = '', memoryMiB = '', cpuPercent = '', diskGB = '' } = await formValues(c)
    const typed = { name, memoryMiB, cpuPercent, diskGB }
    return await save(
      () => updateServer(context, actorOf(c), id, updateFrom(typed), ['server.settings.rename', 'server.limits']),
      () => seeOther(c, context, urls.serverSettings({ id }), saved),
      (errors) => settings(c, context, id, typed, errors),
    )
  })

  app.post(urls.serverSuspension.pattern, async function suspend(c) {
    const id = c.req.param('id')
    const { lift, reason = '' } = await formValues(c)
    const back = (text: string) => seeOther(c, context, urls.serverSettings({ id }), { kind: 'ok', text })
    if (lift === 'true') {
      await liftServerSuspension(context, actorOf(c), id)
      return back('The suspension is lifted. The server is off until somebody starts it.')
    }
    return await save(
      () => suspendServer(context, actorOf(c), id, parse(serverSuspension, { reason })),
      () => back('The server is suspended.'),
      (errors) => settings(c, context, id, undefined, errors, { reason }),
    )
  })
  app.post(urls.serverOwner.pattern, async function giveAway(c) {
    const id = c.req.param('id')
    const values = await formValues(c)
    const question = await askProof(c, context, values)
    if (question) return question
    const { to = '' } = values
    return await save(
      () => changeOwner(context, actorOf(c), id, parse(newOwner, { to })),
      () => seeOther(c, context, urls.server({ id }), { kind: 'ok', text: 'The server is somebody else’s now.' }),
      (errors) => settings(c, context, id, undefined, errors, { to }),
    )
  })

  app.get(urls.serverDelete.pattern, (c) => deletion(c, context, c.req.param('id'), '', {}))
  app.post(urls.serverDelete.pattern, async function deleteServer(c) {
    const id = c.req.param('id')
    const { name = '' } = await formValues(c)
    return await save(
      () => remove(context, actorOf(c), { serverId: id, confirmation: name }),
      () => seeOther(c, context, urls.servers(), { kind: 'ok', text: `${name.trim()} is being deleted.` }),
      (errors) => deletion(c, context, id, name, errors),
    )
  })
  return app
}

async function save(
  work: () => Promise<unknown>,
  done: () => Response,
  again: (errors: FieldErrors) => Promise<Response>,
): Promise<Response> {
  try {
    await work()
  } catch (error) {
    if (error instanceof InvalidInput) return await again(error.fields)
    throw error
  }
  return done()
}

async function startup(
  c: AppContext,
  context: PanelContext,
  id: string,
  typed: Startup | undefined,
  errors: FieldErrors,
) {
  const { server, blueprint, image, variables, command, misfits, row } = await readDetail(context, actorOf(c), id)
  demand(actorOf(c), 'server.startup.view', row)
  return await page(
    c,
    context,
    (shell) => (
      <ServerStartupPage
        shell={shell}
        server={server}
        blueprint={blueprint}
        image={typed?.image ?? image}
        variables={{ ...variables, ...typed?.variables }}
        command={command}
        errors={typed ? errors : misfits}
      />
    ),
    statusOf(errors),
  )
}

async function settings(
  c: AppContext,
  context: PanelContext,
  id: string,
  typed: Settings | undefined,
  errors: FieldErrors,
  ofAdministrator: FormValues = {},
) {
  const { server, row } = await readDetail(context, actorOf(c), id)
  const node = await nodeOf(context, actorOf(c), row.nodeId)
  return await page(
    c,
    context,
    (shell) => (
      <ServerSettingsPage
        shell={shell}
        server={server}
        node={node}
        draft={typed ?? stored(row)}
        typed={ofAdministrator}
        errors={errors}
      />
    ),
    statusOf(errors),
  )
}

async function deletion(c: AppContext, context: PanelContext, id: string, typed: string, errors: FieldErrors) {
  const { server, row } = await readDetail(context, actorOf(c), id)
  demand(actorOf(c), 'server.delete', row)
  return await page(
    c,
    context,
    (shell) => <ServerDeletePage shell={shell} server={server} typed={typed} errors={errors} />,
    statusOf(errors),
  )
}

function stored(row: ServerRecord): Settings {
  return {
    name: row.name,
    memoryMiB: String(Math.round(row.memoryBytes / mebibytes(1))),
    cpuPercent: String(row.cpuPercent),
    diskGB: String(row.diskBytes / gigabytes(1)),
  }
}

function updateFrom(typed: Settings) {
  const fields: Record<string, string> = {}
  const update = {
    name: typed.name,
    ...optional('memoryMiB', number(fields, 'memoryMiB', typed.memoryMiB)),
    ...optional('cpuPercent', number(fields, 'cpuPercent', typed.cpuPercent)),
    ...optional('diskGB', number(fields, 'diskGB', typed.diskGB)),
  }
  if (Object.keys(fields).length > 0) throw new InvalidInput(fields)
  return parse(serverUpdateSchema, update)
}

const statusOf = (errors: FieldErrors) => (Object.keys(errors).length > 0 ? 422 : 200)
