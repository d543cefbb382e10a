// Things by what people call them: a name, an id, or the first digits of one.
import { nearest } from '#core/base/nearest.ts'
import { exits, Refused } from '#core/cli/exit.ts'
import { clean } from '#core/cli/output.ts'
import type { Api } from './api.ts'
import type { ListedServer, NodeShape } from './shapes.ts'

interface Named {
  readonly id: string
  readonly name: string
}

export async function findServer(api: Api, typed: string): Promise<Named> {
  if (isId(typed)) return await api.get<Named>(`/servers/${typed}`)
  const near = await api.all<ListedServer>(`/servers?q=${encodeURIComponent(typed.slice(0, 100))}`)
  return only('server', typed, near) ?? only('server', typed, await api.all<ListedServer>('/servers'), 'must')
}

export async function findNode(api: Api, typed: string): Promise<Named> {
  if (isId(typed)) return await api.get<Named>(`/nodes/${typed}`)
  return only('node', typed, await api.all<NodeShape>('/nodes'), 'must')
}

const isId = (typed: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(typed)

function only<T extends Named>(kind: string, typed: string, all: readonly T[], must: 'must'): T
function only<T extends Named>(kind: string, typed: string, all: readonly T[]): T | undefined
function only<T extends Named>(kind: string, typed: string, all: readonly T[], must?: 'must'): T | undefined {
  const same = (text: string) => text.toLowerCase() === typed.toLowerCase()
  const exact = all.filter(({ name }) => name === typed)
  const loose = exact.length > 0 ? exact : all.filter(({ name }) => same(name))
  const byId = /^[0-9a-f]{4,}/i.test(typed) ? all.filter(({ id }) => id.startsWith(typed.toLowerCase())) : []
  const found = loose.length > 0 ? loose : byId
  const [first] = found
  if (found.length > 1) {
    throw new Refused(exits.conflict, 'ambiguous', `${found.length} ${kind}s are called “${typed}”.`, {
      hint: `Say which one by its id: ${found.map(({ id }) => id).join(', ')}.`,
      details: { ids: found.map(({ id }) => id) },
    })
  }
  if (first || !must) return first
  const meant = nearest(
    typed,
    all.map(({ name }) => name),
  )
  throw new Refused(exits.notFound, `${kind}-not-found`, `There is no ${kind} “${typed}”, or you may not see it.`, {
    hint: meant ? `Did you mean ${clean(meant)}?` : `See \`stellar ${kind} list\`.`,
  })
}
