// login, logout, whoami: an API key of one's own for each panel.
import { ask, askSecret } from '#core/cli/ask.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { clean, remark, say, sayJson, sayTable } from '#core/cli/output.ts'
import { openApi } from './api.ts'
import { checkKey, connect, keyFromEnvironment, keyFromFile, panelAddress } from './connect.ts'
import { panelsFile, readPanels, writePanels } from './panels.ts'
import type { Account } from './shapes.ts'

interface LoginValues {
  readonly name?: string
  readonly 'key-file'?: string
}

export async function login([typed]: readonly string[], values: LoginValues): Promise<number> {
  const address = typed ?? (await ask('Address of the panel: '))
  if (!address) throw usage('`stellar login` needs the panel’s address.', 'e.g. `stellar login https://panel.example`.')
  const url = panelAddress(address)
  const { host } = new URL(url)
  const name = values.name ?? host
  if (!/^[\w.:-]{1,60}$/.test(name)) {
    throw usage(`“${name}” cannot name a panel.`, 'Use up to 60 letters, digits, dots and dashes.')
  }
  if (url.startsWith('http:') && !isLoopback(url)) {
    remark(`${url} is not encrypted: whoever is on the way can read the key. Prefer https.`)
  }
  const key = await keyFor(values, url)
  const account = await openApi({ url, key }).get<Account>('/account')
  const { panels } = readPanels()
  writePanels({ current: name, panels: { ...panels, [name]: { url, key } } })
  say(`Signed in to ${url} as ${clean(account.name)}; the key is in ${panelsFile()}.`)
  return 0
}

async function keyFor(values: LoginValues, url: string): Promise<string> {
  const file = values['key-file']
  if (file !== undefined && file !== '-') return keyFromFile(file)
  const known = file === undefined ? keyFromEnvironment() : undefined
  if (known !== undefined) return known
  if (process.stdin.isTTY) remark(`Make a key at ${url}/account, then paste it here.`)
  return checkKey((await askSecret('API key')).trim(), 'standard input')
}

function isLoopback(url: string): boolean {
  const { hostname } = new URL(url)
  return hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.')
}

export async function logout(
  [typed]: readonly string[],
  { revoke = false }: { readonly revoke?: boolean },
): Promise<number> {
  const { panels, current } = readPanels()
  const name = typed ?? current
  const stored = name !== undefined && Object.hasOwn(panels, name) ? panels[name] : undefined
  if (name === undefined || !stored) {
    throw new Refused(
      exits.notFound,
      'not-signed-in',
      `You are signed in to no panel${name === undefined ? '' : ` called “${name}”`}.`,
      {
        hint: 'See `stellar login list`.',
      },
    )
  }
  if (revoke) {
    const api = openApi(stored)
    const keys = await api.all<{ id: string; prefix: string }>('/account/keys')
    const own = keys.find(({ prefix }) => stored.key.startsWith(prefix))
    if (own) await api.delete(`/account/keys/${own.id}`)
  }
  const rest = Object.fromEntries(Object.entries(panels).filter(([other]) => other !== name))
  const next = current === name ? Object.keys(rest)[0] : current
  writePanels({ ...(next === undefined ? {} : { current: next }), panels: rest })
  say(
    `Signed out of ${stored.url}${revoke ? '; its key is revoked' : '; the key itself stays valid until it is revoked'}.`,
  )
  return 0
}

export async function listLogins({ json = false }: { readonly json?: boolean }): Promise<number> {
  const { panels, current } = readPanels()
  const logins = Object.entries(panels).map(([name, { url }]) => ({ name, url, current: name === current }))
  if (json) sayJson({ data: logins, next: null })
  else if (logins.length === 0) say('You are signed in to no panel. Run `stellar login https://panel.example`.')
  else
    sayTable(
      ['NAME', 'ADDRESS', ''],
      logins.map(({ name, url, current }) => [name, url, current ? 'current' : '']),
    )
  return 0
}

export async function useLogin([name = '']: readonly string[]): Promise<number> {
  const { panels } = readPanels()
  // Names the nearest one where there is none of this name.
  const { url } = connect({ panel: name })
  writePanels({ current: name, panels })
  say(`Commands speak to ${url} from now on.`)
  return 0
}

export async function whoami(values: { readonly json?: boolean; readonly panel?: string }): Promise<number> {
  const api = connect(values)
  const account = await api.get<Account>('/account')
  if (values.json) sayJson(account)
  else say(`${clean(account.name)} <${clean(account.email)}>${account.isOwner ? ', the owner,' : ''} on ${api.url}`)
  return 0
}
