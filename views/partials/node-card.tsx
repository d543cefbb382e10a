// One machine as a row: name, engine, three bars, version and certificate. Its root carries ids.nodeCard(id): push it with
// hx-swap="outerMorph"; it stands in a `<ul class="nodes">`.
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { Gauge, StateMark, Time } from '#views/components/index.ts'
import { ids } from '#views/ids.ts'
import type { Bar, NodeView } from '#views/models.ts'
import { urls } from '#views/urls.ts'

/** Days before its end from which a certificate wants a look. */
const certificateWarningDays = 14

export function NodeCard({ node }: { readonly node: NodeView }) {
  return (
    <li class="node" id={ids.nodeCard(node.id)}>
      <div class="node-name">
        <span class="name row">
          <StateMark mark={nodeMark(node)} label={nodeWord(node)} />
          <a class="stretch" href={urls.node({ nodeId: node.id })} data-jump data-row>
            {node.name}
          </a>
        </span>
        <span class="sub cut">
          {node.isLocal ? 'This machine' : (node.hostname ?? node.publicAddress)} · {countServers(node.serverCount)}
        </span>
      </div>
      <div class="node-engine">
        <NodeState node={node} />
      </div>
      <Gauge label={`Memory of ${node.name}`} heading="Memory" {...memory(node.memory)} />
      <Gauge label={`CPU of ${node.name}`} heading="CPU" {...cores(node.cpu)} />
      <Gauge label={`Disk of ${node.name}`} heading="Disk" {...disk(node.disk)} />
      <div class="node-version">
        <span>{node.version ?? '—'}</span>
        {node.certificateDays === undefined ? null : (
          <span class={node.certificateDays < certificateWarningDays ? 'sub cut warn' : 'sub cut'}>
            {`certificate ${node.certificateDays} ${node.certificateDays === 1 ? 'day' : 'days'}`}
          </span>
        )}
      </div>
    </li>
  )
}

function NodeState({ node }: { readonly node: NodeView }) {
  if (!node.enrolled) return <span class="sub cut">Not enrolled yet</span>
  if (node.refused) {
    return (
      <>
        <span class="warn">{node.refused.update === 'node' ? 'Too old for this panel' : 'Too new for this panel'}</span>
        <span class="sub cut">{`update the ${node.refused.update}`}</span>
      </>
    )
  }
  if (!node.connected) {
    return (
      <>
        <span class="warn">Does not answer</span>
        <span class="sub cut">
          {node.lastSeenAt === undefined ? 'never seen' : <>last seen {<Time at={node.lastSeenAt} as="ago" />}</>}
        </span>
      </>
    )
  }
  if (node.driver?.healthy === false) {
    return (
      <>
        <span class="warn">Cannot run servers</span>
        <span class="sub cut">{node.driver.detail}</span>
      </>
    )
  }
  return (
    <>
      <span>{node.driver?.engine ?? 'Answers'}</span>
      <span class="sub cut">{node.operatingSystem ?? 'connected'}</span>
    </>
  )
}

function nodeMark(node: NodeView): 'running' | 'attention' | 'unreachable' {
  if (!node.connected) return 'unreachable'
  const soonOver = (node.certificateDays ?? certificateWarningDays) < certificateWarningDays
  return node.driver?.healthy === false || soonOver ? 'attention' : 'running'
}

function nodeWord(node: NodeView): string {
  if (node.refused) return 'Turned away'
  if (!node.connected) return 'Does not answer'
  return nodeMark(node) === 'running' ? 'Ready' : 'Needs a look'
}

const countServers = (count: number): string => (count === 1 ? '1 server' : `${count} servers`)

/** `39 of 64 GiB`: the unit once when both have the same. */
function ofTotal(used: string, total: string): string {
  const unit = total.slice(total.indexOf(' '))
  return `${used.endsWith(unit) ? used.slice(0, -unit.length) : used} of ${total}`
}

interface Measured {
  readonly value: number
  readonly max: number
  readonly promised: number
  readonly text: string
}

const memory = ({ used, total, promised }: Bar): Measured => ({
  value: used,
  max: total,
  promised,
  text: ofTotal(formatMemory(used), formatMemory(total)),
})

const disk = ({ used, total, promised }: Bar): Measured => ({
  value: used,
  max: total,
  promised,
  text: ofTotal(formatBytes(used), formatBytes(total)),
})

/** Bars of CPU hold percent of one core; people think in cores. */
const cores = ({ used, total, promised }: Bar): Measured => ({
  value: used,
  max: total,
  promised,
  text: `${formatCores(used)} of ${formatCores(total)} cores`,
})

export const formatCores = (percent: number): string => String(Math.round(percent / 10) / 10)
