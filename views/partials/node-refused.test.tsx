import { expect, test } from 'vitest'
import { drawn } from '#core/testing/drawn.ts'
import { nodeOf } from '#core/testing/server-fixtures.ts'
import { NodeCard } from './node-card.tsx'
import { NodeChecks } from './node-checks.tsx'

test.each(['node', 'panel'] as const)('a node that is turned away says that the %s must be updated', async (update) => {
  const node = nodeOf({ connected: false, refused: { update, nodeVersion: '0.9.1' } })
  const [card, checks] = [await drawn(<NodeCard node={node} />), await drawn(<NodeChecks node={node} />)]
  expect(card).toContain(`update the ${update}`)
  expect(checks).toContain(`The node runs Stellar 0.9.1. Update the ${update}`)
  // It does answer: to send somebody looking for a broken cable would be wrong.
  expect(card + checks).not.toContain('oes not answer')
})
