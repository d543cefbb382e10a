// Asks A2S_INFO, and A2S_PLAYER for the names where the server gives them.
import type { GameAdapter } from 'stellar/plugin'
import { type Answer, challengeOf, infoRequest, playerRequest, readInfo, readPlayers } from './a2s.ts'
import { type Conversation, talk } from './udp.ts'

export const adapter: GameAdapter = {
  id: 'valve-query',
  async query({ host, port }, signal) {
    await using conversation = await talk(host, port, signal)
    const info = readInfo(await challenged(conversation, infoRequest))
    if (info.players === 0) return info
    // Many servers keep the names to themselves: the numbers do not wait for long.
    const names = await challenged(conversation, playerRequest, AbortSignal.timeout(1000)).then(readPlayers, () => [])
    return names.length > 0 ? { ...info, names } : info
  },
}

/** Since 2020 servers answer with a challenge first, so that nobody can be flooded in another's name. */
async function challenged(
  conversation: Conversation,
  request: (challenge?: Uint8Array) => Uint8Array,
  signal?: AbortSignal,
): Promise<Answer> {
  let answer = await conversation.ask(request(), signal)
  for (let round = 0; round < 3; round++) {
    const challenge = challengeOf(answer)
    if (!challenge) return answer
    answer = await conversation.ask(request(challenge), signal)
  }
  throw new Error('the server answers with nothing but challenges')
}
