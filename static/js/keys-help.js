// @ts-check
// The list of keys, on `?`.
const keys = [
  ['⌘K or Ctrl K', 'search and go anywhere'],
  ['/', 'the page’s filter or find'],
  ['g then s a n b p', 'Servers, Activity, Nodes, Blueprints, Plugins'],
  ['1 … 4', 'tabs of the server'],
  ['.', 'power of the server'],
  ['j k', 'next and previous row'],
  ['Enter', 'open it'],
  ['Esc', 'close, leave'],
  ['?', 'this list'],
]

export function openHelp() {
  const dialog = document.createElement('dialog')
  dialog.className = 'dialog'
  dialog.setAttribute('aria-labelledby', 'keys-title')
  const title = document.createElement('h2')
  title.id = 'keys-title'
  title.textContent = 'Keys'
  const list = document.createElement('dl')
  list.className = 'facts'
  for (const [key, words] of keys) {
    const term = document.createElement('dt')
    const mark = document.createElement('kbd')
    mark.className = 'kbd'
    mark.textContent = key ?? ''
    term.append(mark)
    const description = document.createElement('dd')
    description.textContent = words ?? ''
    list.append(term, description)
  }
  const actions = document.createElement('div')
  actions.className = 'actions'
  const close = document.createElement('button')
  close.type = 'button'
  close.className = 'button'
  close.textContent = 'Close'
  close.setAttribute('data-close', '')
  actions.append(close)
  dialog.append(title, list, actions)
  dialog.addEventListener('close', () => dialog.remove())
  document.body.append(dialog)
  dialog.showModal()
}
