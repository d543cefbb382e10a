// Mumble, voice chat.
import { definePlugin } from 'stellar/plugin'

export const mumble = definePlugin({
  name: 'mumble',
  summary: 'Mumble voice server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
