// A game server: its states, which moves between them are legal, and what people may ask of it.
import { z } from 'zod'
import { nameSchema } from './name.ts'

/** What a node says about a server. `install-failed` is left by trying again or by deleting. */
export const observedStates = [
  'installing',
  'install-failed',
  'stopped',
  'starting',
  'running',
  'stopping',
  'crashed',
] as const
export type ObservedState = (typeof observedStates)[number]

/**
 * What a person sees: the observed state, or that the node cannot be asked, that the server is on its way out, or that it
 * is off because somebody suspended it.
 */
export const shownStates = [...observedStates, 'suspended', 'unreachable', 'deleting'] as const
export type ShownState = (typeof shownStates)[number]

/**
 * Legal moves. Anything may be observed after a node restart (`recover`), so the table is used for moves that a live
 * node makes; the panel stores whatever the node reports last and logs an illegal move as a bug.
 */
const moves: Readonly<Record<ObservedState, readonly ObservedState[]>> = {
  installing: ['stopped', 'install-failed', 'starting'],
  'install-failed': ['installing'],
  stopped: ['starting', 'installing'],
  starting: ['running', 'stopping', 'stopped', 'crashed'],
  running: ['stopping', 'stopped', 'crashed', 'starting'],
  stopping: ['stopped', 'crashed', 'starting'],
  crashed: ['starting', 'stopped', 'installing'],
}

export function canMove(from: ObservedState, to: ObservedState): boolean {
  return from === to || moves[from].includes(to)
}

export const powerActions = ['start', 'stop', 'restart', 'kill'] as const
export type PowerAction = (typeof powerActions)[number]

/** Which power actions make sense in a state; the first one is the button people look for. */
export function offeredPower(state: ShownState): readonly PowerAction[] {
  switch (state) {
    case 'running':
      return ['restart', 'stop', 'kill']
    case 'starting':
      return ['stop', 'restart', 'kill']
    case 'stopping':
      return ['kill']
    case 'stopped':
    case 'crashed':
      return ['start']
    case 'suspended':
    case 'unreachable':
    case 'installing':
    case 'install-failed':
    case 'deleting':
      return []
  }
}

/**
 * The wanted power state. A request is done once: the node keeps the number of the last one it has acted on, so the
 * same message twice changes nothing, and a server that crashed too often stays off until the number grows.
 */
export const powerRequestSchema = z.object({
  want: z.enum(['running', 'stopped']),
  /** Grows by one with each action of a person or schedule. */
  request: z.int().nonnegative(),
  /** How the change is made: `restart` stops first, `kill` does not ask the game. */
  how: z.enum(powerActions),
})

/** How the last run ended. */
export const exitSchema = z.object({
  code: z.int(),
  /** e.g. `SIGKILL`, when the process died of a signal. */
  signal: z.string().optional(),
  outOfMemory: z.boolean(),
  /** ISO time. */
  at: z.string(),
  /** True when nobody had asked for it. */
  unexpected: z.boolean(),
  /** The last console lines of that run, plain text, at most 50. */
  lastLines: z.array(z.string()),
})
export type Exit = z.infer<typeof exitSchema>

/** The name people give a server. */
export const serverNameSchema = nameSchema('Give the server a name.')
