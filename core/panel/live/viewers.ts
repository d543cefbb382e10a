// All pages that are open, by what they look at.
import type { LiveTopic, LiveViewer } from '#core/panel/context.ts'
import { type OpenViewer, openViewer, type ViewerHooks } from './viewer.ts'

/** Six tabs on a few machines; a page that is left open by the hundred is no person's. */
const mostPerPerson = 40
const mostInAll = 2000

export interface Viewers extends Iterable<OpenViewer> {
  readonly size: number
  /** Undefined when there are too many. */
  open(viewer: LiveViewer, hooks: Omit<ViewerHooks, 'onGone'>): OpenViewer | undefined
  of(kind: LiveTopic['kind'], id?: string): readonly OpenViewer[]
}

export function openViewers(): Viewers {
  const all = new Set<OpenViewer>()
  return {
    [Symbol.iterator]: () => [...all].values(),
    get size() {
      return all.size
    },
    open: (viewer, hooks) => {
      let own = 0
      for (const { actor } of all) if (actor.userId === viewer.actor.userId) own++
      if (own >= mostPerPerson || all.size >= mostInAll) return undefined
      const opened = openViewer(viewer, { ...hooks, onGone: () => all.delete(opened) })
      all.add(opened)
      return opened
    },
    of: (kind, id) =>
      [...all].filter(({ topic }) => topic.kind === kind && (id === undefined || ('id' in topic && topic.id === id))),
  }
}
