// Amounts as people type them: 4GiB, 1.5 cores, 150%, 20GB.
import { usage } from '#core/cli/exit.ts'

/** → MiB. Without a unit: MiB, as everywhere in Stellar. */
export function memory(text: string): number {
  const [number, unit] = amount('memory', text, '4GiB or 4096MiB')
  const perUnit = {
    '': 1,
    m: 1,
    mb: 1,
    mib: 1,
    g: 1024,
    gb: 1024,
    gib: 1024,
    t: 1024 ** 2,
    tb: 1024 ** 2,
    tib: 1024 ** 2,
  }
  return Math.round(number * (known(perUnit, unit) ?? refuse('memory', text, '4GiB or 4096MiB')))
}

/** → percent of one core. Without a sign: cores. */
export function cpu(text: string): number {
  const [number, unit] = amount('cpu', text, '1.5 (cores) or 150%')
  return Math.round(number * (known({ '': 100, '%': 1 }, unit) ?? refuse('cpu', text, '1.5 (cores) or 150%')))
}

/** → GB. Without a unit: GB. */
export function disk(text: string): number {
  const [number, unit] = amount('disk', text, '20GB')
  return (
    number *
    (known({ '': 1, g: 1, gb: 1, m: 0.001, mb: 0.001, t: 1000, tb: 1000 }, unit) ?? refuse('disk', text, '20GB'))
  )
}

/** `NAME=VALUE` pairs; the value may hold further signs. */
export function pairs(option: string, given: readonly string[] = []): Record<string, string> {
  return Object.fromEntries(
    given.map((pair) => {
      const at = pair.indexOf('=')
      if (at < 1) throw usage(`--${option} takes NAME=VALUE; it got “${pair}”.`)
      return [pair.slice(0, at), pair.slice(at + 1)]
    }),
  )
}

export function whole(option: string, text: string, most: number): number {
  if (/^\d{1,9}$/.test(text) && Number(text) <= most) return Number(text)
  throw usage(`--${option} takes a whole number up to ${most}; it got “${text}”.`)
}

function amount(option: string, text: string, example: string): [number: number, unit: string] {
  const [, number, unit = ''] = /^(\d{1,9}(?:\.\d{1,3})?)\s*([a-z]+|%)?$/i.exec(text.trim()) ?? []
  return number === undefined ? refuse(option, text, example) : [Number(number), unit.toLowerCase()]
}

const known = (units: Readonly<Record<string, number>>, unit: string): number | undefined =>
  Object.hasOwn(units, unit) ? units[unit] : undefined

function refuse(option: string, text: string, example: string): never {
  throw usage(`--${option} takes an amount such as ${example}; it got “${text}”.`)
}
