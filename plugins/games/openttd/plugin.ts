// Asks OpenTTD servers who plays.
import { definePlugin } from 'stellar/plugin'

export const openttdQuery = definePlugin({
  name: 'openttd-query',
  summary: 'Counts players of OpenTTD servers.',
  node: async () => ({ games: [(await import('./adapter.ts')).adapter] }),
})
