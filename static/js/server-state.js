// @ts-check
// The helm carries the server's state and is pushed; whoever needs it reads it there.

/** @param {string} serverId @param {(state: string) => void} onState */
export function watchState(serverId, onState) {
  const read = () => onState(document.getElementById(`state-${serverId}`)?.dataset['state'] ?? '')
  const observer = new MutationObserver(read)
  const helm = document.querySelector('.helm') ?? document.body
  observer.observe(helm, { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] })
  read()
  return observer
}
