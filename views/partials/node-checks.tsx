// What a machine needs to run servers, each with its fact or with the cause and the command that mends it. Its root
// carries ids.nodeChecks(id): push it with hx-swap="outerMorph".
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { type Check, Checklist, Command, Time } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { NodeView } from '#views/models.ts'
import { formatCores } from './node-card.tsx'

/** Beyond this the times of logs and certificates stop making sense. */
const mostSkewSeconds = 5

export function NodeChecks({ node }: { readonly node: NodeView }) {
  return (
    <div id={ids.nodeChecks(node.id)}>
      <Checklist checks={nodeChecks(node)} />
    </div>
  )
}

export function nodeChecks(node: NodeView): Check[] {
  return [connection(node), ...driver(node), ...offers(node), ...clock(node)]
}

function connection(node: NodeView): Check {
  if (node.connected) return { state: 'done', label: 'The node answers', detail: node.hostname }
  if (node.refused) return refused(node.refused)
  if (!node.enrolled) return { state: 'running', label: 'Waiting for the node to enrol itself' }
  return {
    state: 'failed',
    label: 'The node does not answer',
    detail: (
      <>
        {node.lastSeenAt === undefined ? (
          'It was never seen.'
        ) : (
          <>Last seen {<Time at={node.lastSeenAt} as="ago" />}.</>
        )}{' '}
        Its servers go on without the panel; commands wait until it is back.
      </>
    ),
  }
}

function refused({ update, nodeVersion }: NonNullable<NodeView['refused']>): Check {
  const told = nodeVersion === undefined ? '' : ` The node runs Stellar ${nodeVersion}.`
  return {
    state: 'failed',
    label: update === 'node' ? 'The node is too old for this panel' : 'The node is too new for this panel',
    detail:
      `${told} Update the ${update}: one release apart they work together. Its servers go on without the panel.`.trim(),
  }
}

function driver({ driver: found }: NodeView): Check[] {
  if (!found) return [{ state: 'todo', label: 'Docker', detail: 'Not known until the node answers.' }]
  if (!found.healthy) {
    return [
      {
        state: 'failed',
        label: 'Docker cannot be used',
        detail: (
          <>
            {found.detail}
            {found.fix === undefined ? null : <Command value={found.fix} label="Command that mends it" />}
          </>
        ),
      },
    ]
  }
  return [
    { state: 'done', label: `${found.engine ?? 'Docker'} is running`, detail: found.detail },
    ...found.warnings.map((warning): Check => ({ state: 'warn', label: warning })),
  ]
}

function offers(node: NodeView): Check[] {
  if (node.memory.total === 0) return []
  const free = ({ offered, promised }: { readonly offered: number; readonly promised: number }) =>
    Math.max(0, offered - promised)
  return [
    {
      state: 'done',
      label: `${formatCores(node.cpu.total)} cores, ${formatMemory(node.memory.total)} memory, ${formatBytes(node.disk.total)} disk`,
      detail: `${formatMemory(free(node.memory))} and ${formatBytes(free(node.disk))} can be given to servers`,
    },
    node.freePorts > 0
      ? {
          state: 'done',
          label: `${node.freePorts} of the ports ${node.portFrom}–${node.portTo} are free`,
          detail: 'Players on the internet reach them once your router or firewall lets them in.',
        }
      : {
          state: 'failed',
          label: `No port of ${node.portFrom}–${node.portTo} is free`,
          detail: 'A new server needs one. Widen the range in the settings of the node, or delete a server.',
        },
  ]
}

function clock({ clockSkewSeconds: skew }: NodeView): Check[] {
  if (skew === undefined || Math.abs(skew) <= mostSkewSeconds) return []
  const seconds = Math.round(Math.abs(skew))
  return [
    {
      state: 'warn',
      label: `Its clock is ${seconds} s ${skew > 0 ? 'ahead' : 'behind'}`,
      detail: 'Times in logs are wrong by as much. Switch time synchronisation on.',
    },
  ]
}
