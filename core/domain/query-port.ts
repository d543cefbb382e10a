// Where a game adapter asks.
import type { PortBinding } from './plan.ts'

/** The port named `query`, else `game`. */
export function queryPort(ports: readonly PortBinding[]): number | undefined {
  return (ports.find(({ name }) => name === 'query') ?? ports.find(({ name }) => name === 'game'))?.port
}
