import { describe, expect, it } from 'vitest'
import { drawn } from '#core/testing/drawn.ts'
import {
  blueprintOf,
  crashed,
  draftOf,
  gallery,
  installFailed,
  installing,
  nodeOf,
  nodePicks,
  planOf,
  serverId,
  serverOf,
  shellOf,
} from '#core/testing/server-fixtures.ts'
import { urls } from '#views/urls.ts'
import { ServerActivityPage } from './activity.tsx'
import { ConfigureServerPage } from './configure.tsx'
import { ServerDeletePage } from './delete.tsx'
import { NewServerPage } from './new.tsx'
import { ReviewServerPage } from './review.tsx'
import { ServerSettingsPage } from './settings.tsx'
import { ServerPage } from './show.tsx'
import { ServerStartupPage } from './startup.tsx'

const shell = shellOf(urls.server({ id: serverId }))
const person = shellOf('/', {
  user: { id: 'jun', name: 'Jun', email: 'jun@kestrel.example', isOwner: false },
  may: new Set(['server.create', 'blueprint.view']),
})
const blueprint = blueprintOf()
const hostile = '<script>alert(1)</script>"\'&'
const nothing = { install: undefined, lines: [], moreAbove: false, blueprint }

const configure = (more: Partial<Parameters<typeof ConfigureServerPage>[0]> = {}) =>
  drawn(
    <ConfigureServerPage
      shell={shell}
      blueprint={blueprint}
      draft={draftOf()}
      nodes={nodePicks()}
      errors={{}}
      {...more}
    />,
  )
const review = (draft = draftOf()) =>
  drawn(<ReviewServerPage shell={shell} blueprint={blueprint} draft={draft} node={nodeOf()} plan={planOf(draft)} />)

/** The attributes of the first tag that has that name attribute. */
function field(html: string, name: string): string {
  return new RegExp(`<(?:input|select)[^>]* name="${name.replaceAll('.', '\\.')}"[^>]*>`).exec(html)?.[0] ?? ''
}

/** The last tag of that name: a switch has a hidden one before it. */
function lastField(html: string, name: string): string {
  return (
    [...html.matchAll(new RegExp(`<input[^>]* name="${name.replaceAll('.', '\\.')}"[^>]*>`, 'g'))].at(-1)?.[0] ?? ''
  )
}

describe('every page of a server', () => {
  const pages: readonly (readonly [string, () => Promise<string>])[] = [
    [
      'gallery',
      () =>
        drawn(
          <NewServerPage shell={shell} blueprints={[blueprintOf({ name: hostile })]} q={hostile} tag={undefined} />,
        ),
    ],
    ['configure', () => configure({ draft: draftOf({ name: hostile }), errors: { name: hostile } })],
    ['review', () => review(draftOf({ name: hostile }))],
    [
      'console',
      () =>
        drawn(
          <ServerPage
            shell={shell}
            server={serverOf({ name: hostile })}
            {...nothing}
            lines={[{ number: 1, at: 0, kind: 'o', text: hostile }]}
          />,
        ),
    ],
    ['crash', () => drawn(<ServerPage shell={shell} server={{ ...crashed(), reason: hostile }} {...nothing} />)],
    [
      'startup',
      () =>
        drawn(
          <ServerStartupPage
            shell={shell}
            server={serverOf()}
            blueprint={blueprint}
            image={hostile}
            variables={{ MOTD: hostile }}
            command={[hostile]}
            errors={{}}
          />,
        ),
    ],
    [
      'settings',
      () =>
        drawn(
          <ServerSettingsPage
            shell={shell}
            server={serverOf({ name: hostile })}
            node={nodeOf()}
            draft={{ name: hostile, memoryMiB: '1', cpuPercent: '1', diskGB: '1' }}
            errors={{}}
          />,
        ),
    ],
    [
      'delete',
      () => drawn(<ServerDeletePage shell={shell} server={serverOf({ name: hostile })} typed={hostile} errors={{}} />),
    ],
    [
      'activity',
      () =>
        drawn(
          <ServerActivityPage
            shell={shell}
            server={serverOf({ name: hostile })}
            entries={[]}
            filter={{}}
            nextCursor={undefined}
          />,
        ),
    ],
  ]

  it.each(pages)('%s: what people and games write stays text', async (_, draw) => {
    const html = await draw()
    expect(html).not.toContain('<script>alert')
    expect(html).toContain('&lt;script&gt;')
  })

  it.each(pages)('%s: keeps to the content policy, without inline style, script or handler', async (_, draw) => {
    const html = await draw()
    expect(html).not.toMatch(/<[^>]* style=/)
    expect(html).not.toMatch(/<[^>]* on[a-z]+="/)
    expect(html).not.toMatch(/<script(?![^>]* src=)[^>]*>/)
    expect(html).not.toMatch(/hx-on|="js:/)
  })

  it.each(pages)('%s: every button that does something is in a form', async (_, draw) => {
    const html = await draw()
    const outside = html.replaceAll(/<form[^]*?<\/form>/g, '')
    expect(outside).not.toContain('type="submit"')
    for (const [form] of html.matchAll(/<form[^>]*>/g)) expect(form).toMatch(/method="(post|get)"[^>]*action="\//)
  })
})

describe('the gallery', () => {
  const draw = (q: string, tag?: string) =>
    drawn(<NewServerPage shell={shell} blueprints={gallery()} q={q} tag={tag} />)
  const shown = (html: string) => [...html.matchAll(/name="blueprint" value="([^"]+)"/g)].map((match) => match[1])

  it('shows all, narrows by tag, and by every word of the search', async () => {
    expect(shown(await draw(''))).toHaveLength(gallery().length)
    expect(shown(await draw('', 'voice'))).toEqual(['mumble'])
    expect(shown(await draw('MINE mods'))).toEqual(['minecraft-fabric'])
    expect(shown(await draw('mods', 'voice'))).toEqual([])
  })

  it('offers the way back when nothing fits, and keeps the tag in the search form', async () => {
    const html = await draw('zzz', 'voice')
    expect(html).toContain('Show all blueprints')
    expect(html).toContain('<input type="hidden" name="tag" value="voice"/>')
  })
})

describe('the configure form', () => {
  it('has a field of its kind for each variable, with its rules', async () => {
    const html = await configure()
    expect(field(html, 'variables.MAX_PLAYERS')).toMatch(/type="number"/)
    expect(field(html, 'variables.MAX_PLAYERS')).toMatch(/min="1" max="500"/)
    expect(field(html, 'variables.MOTD')).toMatch(/maxlength="59"/)
    expect(field(html, 'variables.HEAP')).toContain(String.raw`pattern="\d+[MG]"`)
    expect(field(html, 'variables.MINECRAFT_VERSION')).toMatch(/^<select/)
    expect(lastField(html, 'variables.EULA')).toMatch(/type="checkbox"/)
  })

  it('sends a switch that is off as its off value', async () => {
    const html = await configure({ draft: draftOf({ variables: { EULA: 'false' } }) })
    expect(field(html, 'variables.EULA')).toMatch(/type="hidden" name="variables.EULA" value="false"/)
    expect(lastField(html, 'variables.EULA')).not.toContain('checked')
    expect(lastField(html, 'variables.EULA')).toContain('value="true"')
  })

  it('opens what is required and folds the rest, unless a fault is in there', async () => {
    const folded = /<details class="more-variables"( open="")?>/
    expect(folded.exec(await configure())?.[1]).toBeUndefined()
    expect(folded.exec(await configure({ errors: { 'variables.HEAP': 'No.' } }))?.[1]).toBe(' open=""')
    expect(folded.exec(await configure({ errors: { name: 'No.' } }))?.[1]).toBeUndefined()
  })

  it('keeps what was typed and says at the field what is wrong', async () => {
    const html = await configure({
      draft: draftOf({ ports: { game: '80', query: '' } }),
      errors: { 'ports.game': 'Port 80 is outside this node’s range.' },
    })
    const port = field(html, 'ports.game')
    expect(port).toContain('value="80"')
    expect(port).toContain('aria-invalid="true"')
    expect(port).toContain('f-ports-game-error')
    expect(html).toContain('<p class="error" id="f-ports-game-error">')
    expect(html).toContain('href="#f-ports-game"')
  })

  it('disables a node without room and says why', async () => {
    const html = await configure()
    expect(/<input[^>]*value="node-1"[^>]*>/.exec(html)?.[0]).toContain('disabled')
    expect(html).toContain('It has 1.2 GiB of memory left; this server needs 12 GiB.')
    expect(/<input[^>]*value="node-2"[^>]*>/.exec(html)?.[0]).toMatch(/checked/)
    expect(html.match(/Best fit/g)).toHaveLength(1)
  })

  it('shows a hidden variable to nobody, and an administrator’s to others without a way to change it', async () => {
    const html = await configure({ shell: person })
    expect(html).not.toContain('INTERNAL')
    expect(html).not.toContain('never shown')
    expect(field(html, 'variables.SEED')).toContain('disabled')
    expect(field(await configure(), 'variables.SEED')).not.toContain('disabled')
  })
})

describe('the review', () => {
  it('carries the whole draft to Create and back to the form', async () => {
    const html = await review()
    expect(field(html, 'variables.MOTD')).toContain('value="Hello"')
    expect(field(html, 'nodeId')).toContain('value="node-2"')
    expect(html).toContain(`action="${urls.servers()}"`)
    expect(html).toContain(`formaction="${urls.configureServer({ blueprintId: blueprint.id })}"`)
  })

  it('shows the command line without its secrets', async () => {
    const html = (await review()).replaceAll(/<input[^>]*>/g, '')
    expect(html).toContain('-Xmx')
    expect(html).not.toContain('hunter2')
    expect(html).toContain('••••••')
  })
})

describe('a server that exists', () => {
  it('never draws its secrets', async () => {
    const html = await drawn(
      <ServerStartupPage
        shell={shell}
        server={serverOf()}
        blueprint={blueprint}
        image={blueprint.images[0]?.image ?? ''}
        variables={draftOf().variables}
        command={['java', '-Xmx6G', '-jar', 'server.jar', '--motd', 'Hello', '--rcon=hunter2hunter2', 'nogui']}
        errors={{}}
      />,
    )
    expect(html).not.toContain('hunter2')
    expect(field(html, 'variables.RCON_PASSWORD')).toContain('placeholder="Unchanged"')
  })

  it('is not reinstalled while it runs, and says so', async () => {
    const draw = (state: 'running' | 'stopped') =>
      drawn(
        <ServerSettingsPage
          shell={shell}
          server={serverOf({ state })}
          node={nodeOf()}
          draft={{ name: 'x', memoryMiB: '1', cpuPercent: '1', diskGB: '1' }}
          errors={{}}
        />,
      )
    expect(await draw('running')).toContain('Stop the server first')
    expect(await draw('stopped')).not.toContain('Stop the server first')
  })

  it('shows a crash with cause, last lines and the known fix', async () => {
    const html = await drawn(<ServerPage shell={shell} server={crashed()} {...nothing} />)
    expect(html).toContain('Out of memory: it hit its 8 GiB limit')
    expect(html).toContain('It crashed 3 times in 10 minutes and was left off.')
    expect(html).toContain('java.lang.OutOfMemoryError')
    expect(html).toContain('Set the heap to 6 GiB')
    expect(html).toContain(`action="${urls.serverHint({ id: serverId })}"`)
  })

  it.each([
    ['an exit code', { code: 3, outOfMemory: false }, 'The process ended with exit code 3'],
    ['a signal', { code: 139, signal: 'SIGSEGV', outOfMemory: false }, 'The process ended by SIGSEGV (exit code 139)'],
  ])('names %s', async (_, exit, words) => {
    const server = { ...crashed(), exit: { ...exit, at: new Date().toISOString(), unexpected: true, lastLines: [] } }
    expect(await drawn(<ServerPage shell={shell} server={server} {...nothing} />)).toContain(words)
  })

  it('is not said to have crashed when somebody stopped it', async () => {
    const exit = { code: 0, outOfMemory: false, at: new Date().toISOString(), unexpected: false, lastLines: ['bye'] }
    expect(
      await drawn(<ServerPage shell={shell} server={serverOf({ state: 'stopped', exit })} {...nothing} />),
    ).not.toContain('Crashed')
  })

  it('whose node is silent is neither running nor stopped, and offers what was possible when it was heard last', async () => {
    const html = await drawn(<ServerPage shell={shell} server={serverOf({ state: 'unreachable' })} {...nothing} />)
    expect(html).toContain('Not sure')
    expect(html).toContain('last seen running')
    expect(html).toMatch(/name="action" value="stop"/)
    expect(html).not.toMatch(/name="action" value="start"/)
    expect(html).not.toContain('waits')
  })

  it('whose node is silent says which command waits for it', async () => {
    const server = serverOf({ state: 'unreachable', pending: true, pendingAction: 'stop' })
    const html = await drawn(<ServerPage shell={shell} server={server} {...nothing} />)
    expect(html).toContain('stop waits for the node')
    expect(html).toContain('The stop you asked for waits and is done then.')
    expect(html).not.toContain('command on its way')
  })

  it('with players asks before it stops', async () => {
    const stats = { ...serverOf().stats, players: 12, capacity: 40 } as NonNullable<
      ReturnType<typeof serverOf>['stats']
    >
    const html = await drawn(<ServerPage shell={shell} server={serverOf({ stats })} {...nothing} />)
    expect(html).toContain('12 players are')
    expect(html).toContain('Stop…')
  })
})

describe('an installation', () => {
  it('shows its steps and layers while it runs', async () => {
    const { server, install } = installing()
    const html = await drawn(<ServerPage shell={shell} {...nothing} server={server} install={install} />)
    expect(html).toContain('Installing Skyforge')
    expect(html).toContain('39 MB of 92 MB')
    expect(html).toMatch(/<progress[^>]*value="39000000"/)
    expect(html).not.toContain('Try again')
  })

  it('that failed keeps its last lines and can be tried again', async () => {
    const { server, install } = installFailed()
    const html = await drawn(<ServerPage shell={shell} {...nothing} server={server} install={install} />)
    expect(html).toContain('The script ended with exit code 6.')
    expect(html).toContain('Could not resolve host')
    expect(html).toContain(`<form method="post" action="${urls.serverInstall({ id: serverId })}"`)
  })
})
