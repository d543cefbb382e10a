// The runtime driver for Docker: what a node asks for, in the engine's words.
import type { Log, RuntimeDriver } from 'stellar/plugin'

export interface DockerDriverOptions {
  readonly socketPath?: string | undefined
  readonly addressPool?: string | undefined
  readonly log: Log
}

export declare function dockerDriver(options: DockerDriverOptions): RuntimeDriver
