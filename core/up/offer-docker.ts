// Offers to install and start Docker where `stellar up` finds none; whatever comes of it, the panel starts afterwards.
import { isatty } from 'node:tty'
import { messageOf } from '#core/base/errors.ts'
import { ask } from '#core/cli/ask.ts'
import { defaultSocketPath, thisMachine } from '#plugins/drivers/docker/machine.ts'
import { dockerOffer } from './docker-offer.ts'
import { installDocker, reactionOf, startDocker } from './docker-start.ts'

/** Who starts Stellar by a script that has a terminal is not kept waiting for ever. */
const answerMs = 120_000

/** `say` writes to the terminal; `answer` is STELLAR_INSTALL_DOCKER. */
export async function offerDocker(say: (line: string) => void, answer: boolean | undefined): Promise<void> {
  const socketPath = defaultSocketPath
  const machine = thisMachine()
  const reaction = await reactionOf(socketPath)
  const offer = dockerOffer({ machine, socketPath, reaction, terminal: isatty(0) && isatty(1) }, answer)
  if (offer.kind === 'nothing-to-do') return
  if (offer.kind === 'advise' || (offer.kind === 'ask' && !(await agreed(offer.question)))) {
    say(offer.advice)
    return
  }
  try {
    await installDocker(offer.install, say)
    // Looked at again: the packages have brought a start script.
    await startDocker(thisMachine(), socketPath, say)
    say('Docker is ready.')
  } catch (error) {
    say(`That did not work: ${messageOf(error)}.\n${offer.advice}`)
  }
}

async function agreed(question: string): Promise<boolean> {
  const answer = await ask(`${question} [Y/n] `, { withinMs: answerMs })
  return answer !== undefined && /^(y|yes|)$/i.test(answer)
}
