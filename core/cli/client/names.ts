// Names for shell completions. Quick or not at all, and silent: nobody asked for an error between two keystrokes.
import { clean } from '#core/cli/output.ts'
import { connect } from './connect.ts'
import { readPanels } from './panels.ts'
import type { Blueprint, ListedServer, NodeShape } from './shapes.ts'

const patienceMs = 2_000

interface Name {
  readonly word: string
  readonly words: string
}

export async function namesOf(
  kind: 'SERVER' | 'NODE' | 'BLUEPRINT' | 'PANEL',
  typed: readonly string[],
): Promise<readonly Name[]> {
  try {
    if (kind === 'PANEL') return Object.entries(readPanels().panels).map(([word, { url }]) => ({ word, words: url }))
    const chosen = typed[typed.indexOf('--panel') + 1]
    const api = connect(typed.includes('--panel') && chosen !== undefined ? { panel: chosen } : {}, patienceMs)
    switch (kind) {
      case 'SERVER':
        return named(await api.all<ListedServer>('/servers'), ({ state, blueprintId }) => `${blueprintId}, ${state}`)
      case 'NODE':
        return named(await api.all<NodeShape>('/nodes'), ({ connected }) => (connected ? 'connected' : 'away'))
      case 'BLUEPRINT':
        return (await api.all<Blueprint>('/blueprints')).map(({ id, name }) => ({ word: id, words: clean(name) }))
    }
  } catch {
    return []
  }
}

/** By name, as the shells show them. A name with a control character in it is no word for a shell; its id is. */
function named<T extends { readonly id: string; readonly name: string }>(
  all: readonly T[],
  words: (item: T) => string,
): readonly Name[] {
  return all
    .map((item) => ({ word: clean(item.name) === item.name ? item.name : item.id, words: words(item) }))
    .toSorted((a, b) => a.word.localeCompare(b.word, 'en'))
}
