// BZFlag.
import { definePlugin } from 'stellar/plugin'

export const bzflag = definePlugin({
  name: 'bzflag',
  summary: 'BZFlag server.',
  panel: async () => ({ blueprints: [(await import('./blueprint.ts')).blueprint] }),
})
