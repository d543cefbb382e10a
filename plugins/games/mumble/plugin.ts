// Asks Mumble servers how many people are connected.
import { definePlugin } from 'stellar/plugin'

export const mumbleQuery = definePlugin({
  name: 'mumble-query',
  summary: 'Counts the users of Mumble servers.',
  node: async () => ({ games: [(await import('./adapter.ts')).adapter] }),
})
