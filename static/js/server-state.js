// @ts-check
// The helm carries the server's state and is pushed; whoever needs it reads it there. When a server is gone, the panel takes
// its power away.

/** @param {string} serverId @param {{ onState: (state: string, phase: string) => void, onGone: () => void }} events */
export function watchState(serverId, { onState, onGone }) {
  const read = () => {
    if (!document.getElementById(`power-${serverId}`)) return onGone()
    const { state = '', phase = 'run' } = document.getElementById(`state-${serverId}`)?.dataset ?? {}
    onState(state, phase)
  }
  const observer = new MutationObserver(read)
  const helm = document.querySelector('.helm') ?? document.body
  observer.observe(helm, {
    subtree: true,
    childList: true,
    attributes: true,
    attributeFilter: ['data-state', 'data-phase'],
  })
  read()
  return observer
}
