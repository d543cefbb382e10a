// Which panel a command speaks to: the one it names, the one in the environment, or the one signed in to last.
import { readFileSync } from 'node:fs'
import { messageOf } from '#core/base/errors.ts'
import { nearest } from '#core/base/nearest.ts'
import { exits, Refused, usage } from '#core/cli/exit.ts'
import { type Api, openApi } from './api.ts'
import { readPanels, type StoredPanel } from './panels.ts'

export interface PanelChoice {
  readonly panel?: string
}

export function connect({ panel }: PanelChoice, deadlineMs?: number): Api {
  return openApi(chosen(panel), deadlineMs)
}

function chosen(name: string | undefined): StoredPanel {
  if (name === undefined) {
    const given = fromEnvironment()
    if (given) return given
  }
  const { panels, current } = readPanels()
  const wanted = name ?? current
  const found = wanted !== undefined && Object.hasOwn(panels, wanted) ? panels[wanted] : undefined
  if (found) return found
  const meant = wanted === undefined ? undefined : nearest(wanted, Object.keys(panels))
  throw new Refused(
    exits.forbidden,
    'not-signed-in',
    wanted === undefined ? 'You are signed in to no panel.' : `You are signed in to no panel called “${wanted}”.`,
    {
      hint: meant
        ? `Did you mean ${meant}?`
        : 'Run `stellar login https://panel.example`, or set STELLAR_API_URL and STELLAR_API_KEY.',
    },
  )
}

function fromEnvironment(): StoredPanel | undefined {
  const url = process.env['STELLAR_API_URL']?.trim()
  const key = keyFromEnvironment()
  if (!url && !key) return undefined
  // A key is for one panel: it must not go to whichever was signed in to last.
  if (!url) throw usage('STELLAR_API_KEY is set and STELLAR_API_URL is not.', 'Set both, or neither.')
  if (!key) throw usage('STELLAR_API_URL is set and STELLAR_API_KEY is not.', 'Set both, or neither.')
  return { url: panelAddress(url), key }
}

export function keyFromEnvironment(): string | undefined {
  const { STELLAR_API_KEY: key, STELLAR_API_KEY_FILE: file } = process.env
  return key?.trim() || (file ? keyFromFile(file) : undefined)
}

export function keyFromFile(file: string): string {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw usage(`The key cannot be read from ${file}: ${messageOf(error)}.`, 'Name a file that holds the key alone.')
  }
  return checkKey(text.trim(), file)
}

export function checkKey(key: string, from: string): string {
  if (/^[\x21-\x7e]{8,300}$/.test(key)) return key
  throw usage(
    key === '' ? `There is no key in ${from}.` : `What came from ${from} is no API key.`,
    'Make one on the account page of the panel; it begins with stellar_key_.',
  )
}

/** What somebody typed as the panel's address → its origin. */
export function panelAddress(typed: string): string {
  const url = URL.parse(/^https?:\/\//i.test(typed) ? typed : `https://${typed}`)
  if (url && /^https?:$/.test(url.protocol) && !url.username && !url.password && /^\/?$/.test(url.pathname))
    return url.origin
  throw usage(`“${typed}” is no address of a panel.`, 'It looks like https://panel.example, without a path.')
}
