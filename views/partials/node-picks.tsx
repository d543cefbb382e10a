// Nodes to choose from: what is in use dark, what is promised light, the best fit marked, impossible ones disabled with the
// reason.
import { formatBytes, formatMemory } from '#core/domain/resources.ts'
import { FieldError, fieldId } from '#views/components/field.tsx'
import { Gauge, Tag } from '#views/components/index.ts'
import type { Bar, NodeView } from '#views/models.ts'

/** A node with what the panel says about this draft on it. */
export type NodePick = NodeView & {
  readonly fits: boolean
  /** Why it does not fit, as a short sentence. */
  readonly reason?: string | undefined
  readonly best: boolean
}

export interface NodePicksProps {
  readonly nodes: readonly NodePick[]
  readonly chosen: string
  readonly error: string | undefined
}

export function NodePicks({ nodes, chosen, error }: NodePicksProps) {
  return (
    <fieldset class="field" aria-describedby={error === undefined ? undefined : `${fieldId('nodeId')}-error`}>
      <legend class="sr">Node</legend>
      <div class="picks three" id={fieldId('nodeId')} tabindex={-1}>
        {nodes.map((node) => (
          <Pick node={node} checked={node.id === chosen} />
        ))}
      </div>
      <FieldError name="nodeId" error={error} />
    </fieldset>
  )
}

function Pick({ node, checked }: { readonly node: NodePick; readonly checked: boolean }) {
  return (
    <label class="pick node-pick">
      <input
        type="radio"
        name="nodeId"
        value={node.id}
        checked={checked && node.fits}
        disabled={!node.fits}
        required
        data-node={node.name}
        data-promised={node.memory.promised}
        data-offered={node.memory.offered}
      />
      <span class="text">
        <span class="node-name actions">
          <strong>{node.name}</strong>
          {node.best ? <Tag tone="on">Best fit</Tag> : null}
          {node.fits ? null : <Tag tone="warn">Not possible</Tag>}
        </span>
        <small>{node.fits ? place(node) : (node.reason ?? 'It has no room for this server.')}</small>
        <Room heading="Memory" bar={node.memory} words={(free, all) => `${shared(formatMemory, free, all)} free`} />
        <Room
          heading="CPU"
          bar={node.cpu}
          words={(free, all) => `${round(free / 100)} of ${round(all / 100)} cores free`}
        />
        <Room heading="Disk" bar={node.disk} words={(free, all) => `${shared(formatBytes, free, all)} free`} />
      </span>
    </label>
  )
}

function Room({ heading, bar, words }: { heading: string; bar: Bar; words: (free: number, all: number) => string }) {
  return (
    <Gauge
      heading={heading}
      label={heading}
      value={bar.used}
      promised={bar.promised}
      max={bar.offered}
      text={words(Math.max(0, bar.offered - bar.promised), bar.offered)}
    />
  )
}

function place(node: NodeView): string {
  const where = node.isLocal ? 'This machine' : (node.hostname ?? node.publicAddress)
  return `${where} · ${node.freePorts === 1 ? '1 free port' : `${node.freePorts} free ports`}`
}

/** `24 of 64 GiB`: the unit once when both have the same. */
export function shared(format: (value: number) => string, part: number, whole: number): string {
  const [number = '', unit] = format(part).split(' ')
  const all = format(whole)
  return all.endsWith(` ${unit}`) ? `${number} of ${all}` : `${format(part)} of ${all}`
}

const round = (value: number): string => String(Math.round(value * 10) / 10)
