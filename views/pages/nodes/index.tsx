// All machines that run servers.

import { formatMemory } from '#core/domain/resources.ts'
import { Banner, ButtonLink, Card, Command, Empty, Meter, PageHead } from '#views/components/index.ts'
import { AppLayout } from '#views/layouts/app.tsx'
import type { NodeView, Shell } from '#views/models.ts'
import { formatCores, NodeCard } from '#views/partials/node-card.tsx'
import { urls } from '#views/urls.ts'

export interface NodesProps {
  readonly shell: Shell
  readonly nodes: readonly NodeView[]
}

export function NodesPage({ shell, nodes }: NodesProps) {
  const servers = nodes.reduce((sum, { serverCount }) => sum + serverCount, 0)
  return (
    <AppLayout shell={shell} title="Nodes" stream={`${urls.events()}?topic=nodes`}>
      <PageHead
        title="Nodes"
        lead={`${nodes.length === 1 ? '1 node' : `${nodes.length} nodes`}, ${servers === 1 ? '1 server' : `${servers} servers`}. Dark bar: in use, light bar: promised to servers.`}
      />
      {nodes.map((node) => (
        <NodeNotice node={node} />
      ))}
      {nodes.length === 0 ? (
        <section class="card">
          <Empty
            title="No node yet"
            text="The node of this machine starts together with the panel and enrols itself within a few seconds."
            actions={
              <ButtonLink href={urls.nodes()} icon="refresh-cw">
                Look again
              </ButtonLink>
            }
          />
        </section>
      ) : (
        <>
          <ul class="card nodes">
            {nodes.map((node) => (
              <NodeCard node={node} />
            ))}
          </ul>
          <Card title="Where there is room" note="not promised to any server yet" flush>
            <ul class="list">
              {nodes
                .filter(({ memory }) => memory.total > 0)
                .toSorted((a, b) => free(b.memory) - free(a.memory))
                .map((node) => (
                  <li>
                    <Room node={node} />
                  </li>
                ))}
            </ul>
          </Card>
        </>
      )}
    </AppLayout>
  )
}

const free = ({ offered, promised }: NodeView['memory']): number => Math.max(0, offered - promised)

function Room({ node }: { readonly node: NodeView }) {
  const text = `${formatMemory(free(node.memory))}, ${formatCores(free(node.cpu))} cores`
  return (
    <div class="main room">
      <strong>{node.name}</strong>
      <Meter
        label={`Room for servers on ${node.name}`}
        value={node.memory.promised}
        max={node.memory.offered}
        text={text}
      />
      <span class="num">{text}</span>
    </div>
  )
}

/** What is wrong with a node, its cause, and the command that mends it. */
function NodeNotice({ node }: { readonly node: NodeView }) {
  if (node.connected && node.driver?.healthy === false) {
    return (
      <Banner tone="warn">
        <strong>{node.name} cannot run servers.</strong> {node.driver.detail}
        {node.driver.fix === undefined ? null : (
          <div class="below">
            <Command value={node.driver.fix} label={`Command that mends ${node.name}`} />
          </div>
        )}
      </Banner>
    )
  }
  const days = node.certificateDays
  if (days !== undefined && days < 14) {
    return (
      <Banner tone="warn">
        <strong>
          {node.name}’s certificate ends in {days === 1 ? '1 day' : `${days} days`}.
        </strong>{' '}
        The node renews it by itself while it is connected.
      </Banner>
    )
  }
  return null
}
