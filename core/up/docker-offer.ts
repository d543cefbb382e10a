// What `stellar up` proposes where no Docker answers: on Debian and Ubuntu, as root, to install and start it.
import {
  aptInstall,
  type Command,
  hasApt,
  installCommand,
  isUsual,
  joinCommand,
  type Machine,
  startCommand,
} from '#plugins/drivers/docker/machine.ts'

/** How the engine's socket takes a call. */
export type Reaction = 'answers' | 'refuses this account' | 'silent'

export interface Situation {
  readonly machine: Machine
  readonly socketPath: string
  readonly reaction: Reaction
  /** A person can answer a question. */
  readonly terminal: boolean
}

type Offer =
  | { readonly kind: 'nothing-to-do' }
  /** Say what to do; this program may not or cannot do it. */
  | { readonly kind: 'advise'; readonly advice: string }
  | {
      readonly kind: 'ask' | 'do'
      readonly question: string
      /** What is said when it is refused or fails. */
      readonly advice: string
      /** Before the engine is started. */
      readonly install: readonly Command[]
    }

const meanwhile = 'Stellar starts anyway and picks Docker up once it is there'

/** What to do about Docker on this machine. `answer` is STELLAR_INSTALL_DOCKER; undefined: nobody said. */
export function dockerOffer(situation: Situation, answer: boolean | undefined): Offer {
  const { machine, socketPath, reaction, terminal } = situation
  if (reaction === 'answers') return { kind: 'nothing-to-do' }
  if (reaction === 'refuses this account')
    return {
      kind: 'advise',
      advice: `Docker is there, but ${machine.user} may not use its socket ${socketPath}, so game servers cannot run yet. Do this, and start Stellar again:\n  ${joinCommand(machine)}`,
    }
  if (!isUsual(socketPath))
    return {
      kind: 'advise',
      advice: `Docker does not answer at ${socketPath}, where DOCKER_HOST says it is, so game servers cannot run yet. ${meanwhile}; or unset DOCKER_HOST.`,
    }
  const advice = `Docker ${machine.installed ? 'does not answer' : 'is not installed'}, so game servers cannot run yet. ${meanwhile}:\n  ${machine.installed ? startCommand(machine) : installCommand(machine)}`
  if (!machine.root || !(machine.installed || hasApt(machine))) return { kind: 'advise', advice }
  if (answer !== true && (answer === false || !terminal)) return { kind: 'advise', advice }
  return {
    kind: answer === true ? 'do' : 'ask',
    question: machine.installed
      ? 'Docker is installed but does not answer. Start it now?'
      : 'Docker runs the game servers and is not installed. Install it now (Debian package docker.io)?',
    advice,
    install: machine.installed ? [] : aptInstall,
  }
}
