// How dates and numbers are written, and in which zone times are shown: choices from fixed tables, so that nothing a request
// says is ever used as it came.
import { z } from 'zod'

export const languages = [
  ['en-GB', 'English (United Kingdom)'],
  ['en-US', 'English (United States)'],
  ['cs-CZ', 'Čeština'],
  ['da-DK', 'Dansk'],
  ['de-DE', 'Deutsch'],
  ['es-ES', 'Español'],
  ['fr-FR', 'Français'],
  ['it-IT', 'Italiano'],
  ['nl-NL', 'Nederlands'],
  ['nb-NO', 'Norsk'],
  ['pl-PL', 'Polski'],
  ['pt-BR', 'Português (Brasil)'],
  ['pt-PT', 'Português (Portugal)'],
  ['fi-FI', 'Suomi'],
  ['sv-SE', 'Svenska'],
  ['tr-TR', 'Türkçe'],
  ['uk-UA', 'Українська'],
  ['ru-RU', 'Русский'],
  ['zh-CN', '中文（简体）'],
  ['ja-JP', '日本語'],
  ['ko-KR', '한국어'],
] as const

export const timeZones: readonly string[] = [
  'UTC',
  ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC'),
]

const known = (values: readonly string[], sentence: string) =>
  z.string(sentence).refine((value) => values.includes(value), sentence)

/** Null: as the browser does it. */
export const languageSchema = known(
  languages.map(([tag]) => tag),
  'One of the languages on the account page, e.g. en-GB.',
).nullable()
export const timeZoneSchema = known(timeZones, 'A zone such as Europe/Berlin.').nullable()
