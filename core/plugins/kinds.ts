// One row a kind of contribution: how its shape is checked, and which calls into it are bounded.
import { z } from 'zod'
import { checkBlueprint } from './check-blueprint.ts'
import type { NodeContributions, PanelContributions } from './contributions.ts'

export interface Kind {
  /** As the plugins page and errors name one of them. */
  readonly noun: string
  /** Gives what is applied in its place; throws with one sentence when its shape is wrong. */
  check(value: unknown): unknown
  /** Methods that take an AbortSignal last, with the deadline the host gives each; others are the caller's to bound. */
  readonly bounded?: Readonly<Record<string, number>>
  /** What two of one plugin cannot share besides their id. */
  readonly place?: (checked: object) => string
}

type Kinds<Contributions> = Readonly<Record<Exclude<keyof Contributions, 'on' | 'guard'>, Kind>>

const id = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/, 'lower-case letters, digits and dashes')
const method = z.custom<(...args: never[]) => unknown>((value) => typeof value === 'function', 'expected a function')
const text = z.string().min(1)
const methods = (...names: string[]): Record<string, typeof method> =>
  Object.fromEntries(names.map((name) => [name, method]))

/** A network that hangs must not hang the page or the schedule that waits for it. */
const callMs = 10_000
const longCallMs = 60_000

export const panelKinds: Kinds<PanelContributions> = {
  blueprints: { noun: 'blueprint', check: checkBlueprint },
  authProviders: shaped(
    'auth provider',
    { id, label: text, ...methods('authorizationUrl', 'identify') },
    { authorizationUrl: callMs, identify: callMs },
  ),
  authProviderKinds: shaped('kind of auth provider', {
    id,
    label: text,
    help: text,
    fields: z.array(z.object({ name: text, label: text, kind: z.enum(['text', 'url', 'secret']) })),
    ...methods('open'),
  }),
  notifiers: shaped('notifier', { id, ...methods('send') }, { send: callMs }),
  scheduleActions: shaped(
    'schedule action',
    { id, label: text, permission: text, ...methods('run') },
    { run: longCallMs },
  ),
  pages: {
    ...shaped('page', {
      id,
      method: z.enum(['get', 'post']),
      path: z.string().regex(/^\/[\w./:-]*$/, 'a path that begins with a slash'),
      permission: text,
      title: text.optional(),
      ...methods('handle'),
    }),
    // The table of routes holds each address once, and there is no panel without that table.
    place: (page) => ['method', 'path'].map((name) => String(Reflect.get(page, name))).join(' '),
  },
}

export const nodeKinds: Kinds<NodeContributions> = {
  // A pull takes minutes and an attachment lasts as long as its container: the node bounds each call itself.
  drivers: shaped('driver', {
    id,
    ...methods('health', 'pull', 'create', 'recover', 'servers', 'purge', 'watch'),
  }),
  games: shaped('game adapter', { id, ...methods('query') }, { query: callMs }),
  backupStores: shaped('backup store', { id, ...methods('put', 'get', 'delete') }),
}

function shaped(noun: string, shape: z.ZodRawShape, bounded?: Kind['bounded']): Kind {
  const schema = z.looseObject(shape)
  return {
    noun,
    ...(bounded && { bounded }),
    check(value) {
      const { error } = schema.safeParse(value)
      if (error) throw new TypeError(firstIssue(error.issues))
      // Itself, not zod's copy: an adapter may be an instance of a class.
      return value
    },
  }
}

/** `path: message` of the first thing that is wrong. */
export function firstIssue(
  issues: readonly { readonly message: string; readonly path?: readonly unknown[] | undefined }[],
): string {
  const [issue] = issues
  if (!issue) return 'it has the wrong shape'
  const path = (issue.path ?? []).map((part) =>
    String(typeof part === 'object' && part !== null && 'key' in part ? part.key : part),
  )
  return path.length > 0 ? `${path.join('.')}: ${issue.message}` : issue.message
}
