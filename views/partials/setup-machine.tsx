// Set-up: what this machine offers, asked again while one looks: before the local node has enrolled itself there is
// nothing that a stream could be about.
import { Checklist, Tag } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { NodeView } from '#views/models.ts'
import { urls } from '#views/urls.ts'
import { nodeChecks } from './node-checks.tsx'

export function SetupMachine({ node }: { readonly node: NodeView | undefined }) {
  const ready = node?.connected === true && node.driver?.healthy === true
  return (
    <section
      class="card"
      id={ids.setupMachine}
      hx-get={urls.setupMachine()}
      hx-trigger="every 3s"
      hx-select={`#${ids.setupMachine}`}
      hx-swap="outerMorph"
    >
      <header>
        <h2>This machine</h2>
        <div class="end">
          {ready ? <Tag tone="ok">Ready</Tag> : node?.connected ? <Tag tone="warn">Not ready</Tag> : <Tag>Looking</Tag>}
        </div>
      </header>
      <div class="body">
        {node ? (
          <Checklist checks={nodeChecks(node)} />
        ) : (
          <Checklist
            checks={[
              {
                state: 'running',
                label: 'Waiting for the node to start',
                detail: 'It starts together with the panel.',
              },
              { state: 'todo', label: 'Docker' },
              { state: 'todo', label: 'Memory, disk and ports' },
            ]}
          />
        )}
      </div>
    </section>
  )
}
