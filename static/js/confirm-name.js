// @ts-check
// The last button of a deletion waits until the name is typed; without script the panel compares it.

function start() {
  for (const form of document.querySelectorAll('form[data-confirm-name]')) {
    const field = form.querySelector('input[name=name]')
    const button = form.querySelector('button[type=submit]')
    if (!(form instanceof HTMLFormElement && field instanceof HTMLInputElement && button instanceof HTMLButtonElement))
      continue
    const show = () => {
      button.disabled = field.value.trim() !== form.dataset['confirmName']
    }
    field.addEventListener('input', show)
    show()
  }
}

start()
document.addEventListener('htmx:after:swap', start)
