// The notices that have to go where the program goes: its parts, then the texts of their licences.
import type { Component } from './components.ts'

/** Key of the file inside the program; `stellar licences` prints it. */
export const noticesKey = 'licences.txt'

const line = '-'.repeat(80)

/** The same text for the same parts; a text that several share word for word stands once. */
export function notices(version: string, licence: string, components: readonly Component[]): string {
  const sharers = new Map<string, string[]>()
  for (const { name, version: itsVersion, texts } of components)
    for (const text of texts) {
      const plain = text.replaceAll('\r\n', '\n').trim()
      sharers.set(plain, [...(sharers.get(plain) ?? []), `${name} ${itsVersion}`])
    }
  const rows = components.map(
    ({ name, version, licence, author, texts }) =>
      `  ${name} ${version}: ${licence}${texts.length === 0 && author ? `, ${author}` : ''}`,
  )
  return [
    `Stellar ${version}`,
    '',
    licence.trim(),
    '',
    'It holds the following, each under its own licence:',
    '',
    ...rows,
    ...[...sharers].flatMap(([text, names]) => ['', line, names.join(', '), line, '', text]),
    '',
  ].join('\n')
}
